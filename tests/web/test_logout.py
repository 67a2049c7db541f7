"""`/logout` in every combination of what applications send (OP-CHECKLIST items 115 to 123, RELYING-PARTIES item 42)."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp import clock, opaque
from idp.oidc import jwt, logout
from idp.oidc.keys import KeySet
from idp.oidc.parameters import LONGEST_QUERY
from idp.storage import sessions
from idp.storage.models import Activity, Client, Grant, Session, User
from idp.subject_identifier import subject_identifier
from tests import given
from tests.web.conftest import ISSUER, Visitor, token_of

AFTER, APP_SCHEME, WITH_QUERY = "https://app.example.org/bye", "audiobookshelf://login", "https://app.example.org/b?t=1"
ALL_PUNCTUATION = "".join(map(chr, range(33, 127))) + " end"
GENUINE = ["this session", "expired", "another algorithm", "no sid", "several audiences"]
NO_PROOF = ["another session", "another person"]
BROKEN = ["unsigned", "client secret", "foreign key", "unknown kid", "foreign issuer", "unknown audience", "access token",
          "logout token", "changed", "garbage"]  # fmt: skip
CLIENTS = [None, "app", "other", "unknown"]
URIS = [None, AFTER, APP_SCHEME, WITH_QUERY, AFTER + "?x=y", AFTER + "/", "https://evil.example/", "javascript:alert(1)",
        "https://other.example/out"]  # fmt: skip
REGISTERED = {"app": {AFTER, APP_SCHEME, WITH_QUERY}, "other": {"https://other.example/out"}}
STATES = [None, "a state", ALL_PUNCTUATION, "ü€"]
HOW = ["GET", "POST", "POST without a cookie"]


@pytest.fixture
def ours(keys_folder: Path) -> KeySet:
    return KeySet(keys_folder)


@pytest.fixture(autouse=True)
def two_clients(storage: None) -> None:
    given.client("app", post_logout_redirect_uris=sorted(REGISTERED["app"]))
    given.client("other", post_logout_redirect_uris=sorted(REGISTERED["other"]))


@pytest.fixture
def ada(visit: Callable[..., Visitor]) -> Visitor:
    return visit(given.user("ada"))


@pytest.fixture
def hints(ours: KeySet, ada: Visitor) -> dict[str | None, str | None]:
    """ID tokens as an application might send them, genuine ones and others."""
    bob = given.user("bob")
    bobs, _ = given.session(bob)
    now = clock.now()
    claims = {"iss": ISSUER, "sub": ada.user.sub, "aud": "app", "iat": now, "exp": now + 60, "sid": ada.session.sid}
    good = ours.sign("RS256", claims)
    head, _body, signature = good.split(".")
    kid = jwt.take_apart(good).header["kid"]

    def made(header: dict[str, Any], key: jwt.PrivateKey | None) -> str:
        message = ".".join(jwt.b64url(json.dumps(part).encode()) for part in (header, claims))
        return f"{message}.{jwt.b64url(jwt.sign(key, message.encode()) if key else b'x')}"

    stranger = jwt.make_private_key("RS256")
    return {
        None: None,
        "this session": good,
        "expired": ours.sign("RS256", {**claims, "iat": 1, "exp": 2}),
        "another algorithm": ours.sign("ES256", claims),
        "no sid": ours.sign("RS256", {name: value for name, value in claims.items() if name != "sid"}),
        "several audiences": ours.sign("RS256", {**claims, "aud": ["app", "https://elsewhere.example"]}),
        "another session": ours.sign("RS256", {**claims, "sid": opaque.identifier()}),
        "another person": ours.sign("RS256", {**claims, "sub": bob.sub, "sid": bobs.sid}),
        "unsigned": made({"alg": "none", "typ": "JWT"}, None),
        "client secret": made({"alg": "HS256", "typ": "JWT", "kid": kid}, None),
        "foreign key": made({"alg": "RS256", "typ": "JWT", "kid": kid}, stranger),
        "unknown kid": made({"alg": "RS256", "typ": "JWT", "kid": "unknown"}, stranger),
        "foreign issuer": ours.sign("RS256", {**claims, "iss": "https://elsewhere.example"}),
        "unknown audience": ours.sign("RS256", {**claims, "aud": "unknown"}),
        "access token": ours.sign("RS256", claims, typ="at+jwt"),
        "logout token": ours.sign("RS256", claims, typ="logout+jwt"),
        "changed": f"{head}.{jwt.b64url(json.dumps({**claims, 'sub': bob.sub}).encode())}.{signature}",
        "garbage": "garbage",
    }


def expected(hint: str | None, client: str | None, uri: str | None) -> str:
    """What has to happen to somebody who is signed in: `refused`, `asked`, `left` (for the address) or `signed out`."""
    if hint in BROKEN or client == "unknown" or (hint and client == "other"):
        return "refused"
    asker = client or ("app" if hint else None)
    if uri and asker and uri not in REGISTERED[asker]:
        return "refused"
    if hint not in GENUINE:
        return "asked"
    return "left" if uri else "signed out"


def destination(uri: str, state: str | None) -> str:
    if state is None:
        return uri
    return f"{uri}{'&' if '?' in uri else '?'}state={quote(state, safe='')}"


def sent(browser: FlaskClient, how: str, parameters: dict[str, str]) -> TestResponse:
    """The answer to a request that a browser brings from an application, the link after a form included."""
    if how == "GET":
        return browser.get(f"/logout?{urlencode(parameters)}")
    if how == "POST":
        return browser.post("/logout", data=parameters)
    kept = browser.get_cookie("foyer")
    assert kept
    browser.delete_cookie("foyer")
    answer = browser.post("/logout", data=parameters, headers={"Sec-Fetch-Site": "cross-site"})
    browser.set_cookie("foyer", kept.value, domain="localhost")
    if answer.status_code == 303:
        assert answer.location == "/logout" or answer.location.startswith("/logout?")
        return browser.get(answer.location)
    return answer


def outcome(answer: TestResponse) -> str:
    if answer.status_code == 303:
        return "left"
    if answer.status_code == 400:
        return "refused"
    assert answer.status_code == 200
    return "asked" if 'name="decision"' in answer.text else "signed out" if "You are signed out" in answer.text else "?"


def is_signed_in(session: Session) -> bool:
    return Session.get_or_none(Session.id == session.id) is not None


@pytest.mark.parametrize("hint", [None, *GENUINE, *NO_PROOF, *BROKEN])
def test_every_combination_ends_as_the_standard_wants(hint: str | None, ada: Visitor, hints: dict[str | None, str | None]) -> None:  # fmt: skip
    """OP-CHECKLIST items 115 to 121 and 123."""
    seen = set()
    for number, (client, uri) in enumerate(itertools.product(CLIENTS, URIS)):
        state, how = STATES[number % len(STATES)], HOW[(number // 2) % len(HOW)]
        parameters = {"id_token_hint": hints[hint], "client_id": client, "post_logout_redirect_uri": uri, "state": state,
                      "logout_hint": "ada", "ui_locales": "de fr"}  # fmt: skip
        session, handle = given.session(ada.user)
        if hint in GENUINE:  # the session that the hint names, anew
            Session.update(sid=opaque.identifier()).where(Session.id == ada.session.id).execute()
            Session.update(sid=ada.session.sid).where(Session.id == session.id).execute()
        ada.browser.set_cookie("foyer", handle, domain="localhost")
        answer = sent(ada.browser, how, {name: value for name, value in parameters.items() if value is not None})
        wanted = expected(hint, client, uri)
        what = (hint, client, uri, state, how)
        assert outcome(answer) == wanted, what
        assert is_signed_in(session) == (wanted in ("asked", "refused")), what
        if wanted == "left":
            assert uri and answer.location == destination(uri, state), what
        else:
            assert "Location" not in answer.headers, what
        seen.add(wanted)
        Session.delete().where(Session.id == session.id).execute()
    assert len(seen) > 1 or hint in BROKEN


@pytest.mark.parametrize("decision", ["logout", "stay"])
def test_who_was_asked_goes_on_to_the_registered_address(
    decision: str, ada: Visitor, hints: dict[str | None, str | None]
) -> None:
    """OP-CHECKLIST item 120."""
    for hint, client, uri in itertools.product([None, *NO_PROOF], ["app", None], [AFTER, APP_SCHEME, None]):
        session, handle = given.session(ada.user)
        ada.browser.set_cookie("foyer", handle, domain="localhost")
        sent = {
            "id_token_hint": hints[hint],
            "client_id": client,
            "post_logout_redirect_uri": uri,
            "state": ALL_PUNCTUATION,
        }
        page = ada.browser.get(
            "/logout?" + urlencode({name: value for name, value in sent.items() if value is not None})
        )
        assert outcome(page) == "asked"
        assert "id_token_hint" not in page.text, "what proves something isn't carried through pages"
        source = "audiobookshelf:" if uri == APP_SCHEME else "https://app.example.org"
        leads = uri is not None and (client or hint) is not None
        assert (f"form-action 'self' {source};" in page.headers["Content-Security-Policy"]) == leads
        answer = ada.browser.post("/logout", data={**hidden(page.text), "decision": decision})
        assert is_signed_in(session) == (decision == "stay")
        if decision == "stay":
            assert answer.location == "/account"
        elif leads:
            assert uri and answer.location == destination(uri, ALL_PUNCTUATION)
        else:
            assert outcome(answer) == "signed out"


def hidden(page: str) -> dict[str, str]:
    from tests.person import _Reader

    reader = _Reader()
    reader.feed(page)
    (form,) = [form for form in reader.forms if "csrf_token" in form.fields]
    return form.fields


def test_nobody_signed_in_is_asked_nothing(
    browser: FlaskClient, ada: Visitor, hints: dict[str | None, str | None]
) -> None:
    browser.delete_cookie("foyer")
    for hint, client, uri in itertools.product(
        [None, "this session", "garbage"], CLIENTS, [None, AFTER, "https://evil.example/"]
    ):
        known = {"id_token_hint": hints[hint], "client_id": client, "post_logout_redirect_uri": uri}
        answer = browser.get("/logout?" + urlencode({name: value for name, value in known.items() if value}))
        wanted = expected(hint, client, uri)
        if wanted == "asked":  # there is nobody to ask; without a proof the way back is a link
            wanted = "signed out"
            assert (f'href="{AFTER}"' in answer.text) == (uri == AFTER and client == "app")
        assert outcome(answer) == wanted, (hint, client, uri)
    assert is_signed_in(ada.session), "a hint alone, without the browser, ends nobody's session"


@pytest.mark.parametrize("raw", [
    f"post_logout_redirect_uri={WITH_QUERY}&client_id=app", f"client_id=app&post_logout_redirect_uri={WITH_QUERY}",
    f"post_logout_redirect_uri={AFTER}&client_id=app&state=", f"client_id=app&&post_logout_redirect_uri={AFTER}&x=y",
])  # fmt: skip
def test_an_address_that_is_not_encoded_is_read_all_the_same(ada: Visitor, raw: str) -> None:
    """RELYING-PARTIES item 42: user_oidc sends it so."""
    page = ada.browser.get(f"/logout?{raw}")
    assert outcome(page) == "asked"
    answer = ada.browser.post("/logout", data={**hidden(page.text), "decision": "logout"})
    assert answer.location in (AFTER, WITH_QUERY)


def test_117_no_state_in_no_state_out(ada: Visitor, hints: dict[str | None, str | None]) -> None:
    answer = ada.browser.get(
        "/logout?" + urlencode({"id_token_hint": hints["this session"], "post_logout_redirect_uri": AFTER})
    )
    assert answer.location == AFTER


RUINED = [
    b"client_id=app&client_id=app", b"state=%", b"state=%00", b"state=%ff", b"state=a%0d%0aLocation:x", b"a=b&" * 101,
    b"id_token_hint=" + b"x" * 60_000, b"state=" + b"x" * 5_000, b"client_id=%ED%A0%80",
    b"client_id=" + b"x" * 3_000, b"id_token_hint=..", b"id_token_hint=a.b.c.d.e", b"post_logout_redirect_uri=x&client_id=app",
]  # fmt: skip


@pytest.mark.parametrize("how", HOW)
def test_what_is_broken_ends_at_a_page_that_leads_to_the_way_out(ada: Visitor, how: str) -> None:
    """OP-CHECKLIST item 5."""
    if how == "POST without a cookie":
        ada.browser.delete_cookie("foyer")
    for raw in RUINED:
        if how == "GET":
            answer = ada.browser.get("/logout", query_string=raw.decode("latin-1"))
        else:
            answer = ada.browser.post("/logout", data=raw, content_type="application/x-www-form-urlencoded")
        if answer.status_code == 303:
            assert how == "POST without a cookie" and answer.location.startswith("/logout?")
            answer = ada.browser.get(answer.location)
        assert answer.status_code == 400 and "Location" not in answer.headers, raw[:100]
        assert '<a href="/logout">Sign out here</a>' in answer.text
        assert is_signed_in(ada.session)


def test_a_long_proof_in_a_form_of_another_site_leads_to_a_question(ada: Visitor, ours: KeySet) -> None:
    now = clock.now()
    claims = {"iss": ISSUER, "sub": ada.user.sub, "aud": "app", "iat": now, "exp": now + 60, "sid": ada.session.sid}
    long = ours.sign("RS256", {**claims, "groups": ["a group with a name"] * 254})
    assert LONGEST_QUERY - 100 < len(long) < jwt.LONGEST
    page = sent(
        ada.browser,
        "POST without a cookie",
        {"id_token_hint": long, "post_logout_redirect_uri": AFTER, "state": "s" * 90},
    )
    assert outcome(page) == "asked"
    assert {"client_id": "app", "post_logout_redirect_uri": AFTER, "state": "s" * 90}.items() <= hidden(
        page.text
    ).items()
    assert outcome(sent(ada.browser, "POST", {"id_token_hint": long})) == "signed out", "with the cookie it fits"


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "PATCH"])
def test_other_methods_sign_nobody_out(ada: Visitor, hints: dict[str | None, str | None], method: str) -> None:
    answer = ada.browser.open(f"/logout?id_token_hint={hints['this session']}", method=method)
    assert answer.status_code == 405 and is_signed_in(ada.session)


@pytest.mark.parametrize("how", ["GET", "POST", "POST without a cookie"])
def test_a_switched_off_application_signs_out_but_leads_nowhere(ada: Visitor, hints: dict[str | None, str | None], how: str) -> None:  # fmt: skip
    Client.update(disabled_at=1).execute()
    hint = {"id_token_hint": hints["this session"] or ""}
    assert outcome(sent(ada.browser, how, {**hint, "post_logout_redirect_uri": AFTER})) == "refused"
    assert is_signed_in(ada.session)
    assert outcome(sent(ada.browser, how, hint)) == "signed out"


@pytest.mark.parametrize("source", [{"subject_type": "pairwise"}, {"subject_source": "username"}])
def test_a_person_who_is_known_by_another_name_is_recognised(
    ada: Visitor, ours: KeySet, source: dict[str, str]
) -> None:
    Client.update(**source).where(Client.client_id == "app").execute()
    sub = subject_identifier(ada.user, Client.get(Client.client_id == "app"))
    assert sub != ada.user.sub
    for said, wanted in ((ada.user.sub, "asked"), (sub, "signed out")):
        hint = ours.sign("RS256", {"iss": ISSUER, "sub": said, "aud": "app", "iat": 1, "exp": 2})
        assert outcome(ada.browser.get(f"/logout?id_token_hint={hint}")) == wanted


def test_a_session_that_was_renewed_is_still_the_one_in_the_hint(
    ada: Visitor, hints: dict[str | None, str | None]
) -> None:
    renewed, handle = sessions.renew(sessions.find(ada.browser.get_cookie("foyer").value, clock.now()), clock.now())  # type: ignore[union-attr,arg-type]
    ada.browser.set_cookie("foyer", handle, domain="localhost")
    assert outcome(ada.browser.get(f"/logout?id_token_hint={hints['this session']}")) == "signed out"
    assert not is_signed_in(renewed)


def test_a_session_that_is_renewed_in_another_tab_meanwhile_ends_all_the_same(ada: Visitor, ours: KeySet) -> None:
    before = sessions.find(ada.browser.get_cookie("foyer").value, clock.now())  # type: ignore[union-attr]
    assert before is not None
    renewed, _handle = sessions.renew(before, clock.now())
    stale = ada.session
    assert (stale.id != renewed.id) and stale.sid == renewed.sid
    told = {"issuer": ISSUER, "keys": ours, "address": None}
    used(ada.user, renewed, "app")
    assert [each.client.client_id for each in logout.end_session(ada.user, stale, **told)] == ["app"]
    assert not is_signed_in(renewed)
    assert logout.end_session(ada.user, stale, **told) == [], "once"


def test_a_hint_that_is_sent_again_ends_no_later_session(ada: Visitor, hints: dict[str | None, str | None]) -> None:
    again = f"/logout?id_token_hint={hints['this session']}"
    assert outcome(ada.browser.get(again)) == "signed out"
    later, handle = given.session(ada.user)
    ada.browser.set_cookie("foyer", handle, domain="localhost")
    assert outcome(ada.browser.get(again)) == "asked" and is_signed_in(later)


def test_the_page_names_who_is_signed_in_and_who_asks(ada: Visitor, hints: dict[str | None, str | None]) -> None:
    page = ada.browser.get(f"/logout?id_token_hint={hints['another person']}").text
    assert "The app asks for it." in page and "ada" in page and "bob" not in page


def used(user: User, session: Session, client: str, **fields: Any) -> Grant:
    found = given.grant(user, Client.get(Client.client_id == client), sid=session.sid, **fields)
    Grant.update(code_used_at=clock.now()).where(Grant.id == found.id).execute()
    return found


@pytest.fixture
def framed(ada: Visitor) -> Iterator[Visitor]:
    uri = "https://app.example.org/out?tenant=1"
    Client.update(frontchannel_logout_uri=uri).where(Client.client_id == "app").execute()
    Client.update(frontchannel_logout_uri="https://other.example:8443/o").where(Client.client_id == "other").execute()
    given.client("unused", frontchannel_logout_uri="https://unused.example/out")
    for client in ("app", "app", "other"):
        used(ada.user, ada.session, client)
    given.grant(ada.user, Client.get(Client.client_id == "unused"), sid=ada.session.sid)  # its code was never fetched
    yield ada


def test_129_front_channel_pages_are_loaded_and_nothing_else_is(
    framed: Visitor, hints: dict[str | None, str | None]
) -> None:
    """OP-CHECKLIST items 129 and 130."""
    query = urlencode({"id_token_hint": hints["this session"], "post_logout_redirect_uri": AFTER, "state": "s"})
    page = framed.browser.get(f"/logout?{query}")
    more = f"iss={quote(ISSUER, safe='')}&amp;sid={framed.session.sid}"
    assert page.text.count("<iframe") == 2
    assert f'src="https://app.example.org/out?tenant=1&amp;{more}"' in page.text
    assert f'src="https://other.example:8443/o?{more}"' in page.text
    policy = page.headers["Content-Security-Policy"]
    assert "frame-src https://app.example.org https://other.example:8443;" in policy
    assert f'href="{AFTER}?state=s"' in page.text and "signed_out.js" in page.text
    assert "http-equiv" not in page.text and not is_signed_in(framed.session)


def test_a_page_without_frames_has_no_policy_for_them(ada: Visitor) -> None:
    assert "frame-src" not in ada.browser.get("/logout").headers["Content-Security-Policy"]


def test_signing_out_is_written_down_once(ada: Visitor, hints: dict[str | None, str | None]) -> None:
    again = f"/logout?id_token_hint={hints['this session']}"
    ada.browser.get(again)
    ada.browser.get(again)
    assert Activity.select().where(Activity.event == "signed_out").count() == 1


def test_a_decision_of_another_site_or_without_its_token_is_not_taken(ada: Visitor) -> None:
    token = token_of(ada.browser.get("/logout").text)
    for fields, headers, status in (({}, {}, 400), ({"csrf_token": "x"}, {}, 400),
                                    ({"csrf_token": token}, {"Sec-Fetch-Site": "cross-site"}, 403)):  # fmt: skip
        answer = ada.browser.post("/logout", data={"decision": "logout", **fields}, headers=headers)
        assert answer.status_code == status and is_signed_in(ada.session)
