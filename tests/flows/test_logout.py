"""Signing out by an application's wish at a running provider of several processes, as real applications ask for it."""

from __future__ import annotations

import concurrent.futures
import json
import time
from urllib.parse import quote, urlencode

import pytest
import requests

from idp.oidc import jwt
from tests.flows import records
from tests.flows.application import PASSWORD, Application, error_of
from tests.flows.hints import signed_by
from tests.flows.visitors import visitor
from tests.receiver import Receiver
from tests.server import free_port

AFTER = "https://app.example/signed-out"
STATE = "".join(map(chr, range(33, 127)))


@pytest.fixture(scope="module")
def many(idp_server):
    """A provider of four processes."""
    server = idp_server(IDP_WORKERS="4")
    server.add_user("alice", PASSWORD)
    return server


@pytest.fixture(scope="module")
def own(many):
    """An application that people are sent back to."""
    after = ("--post-logout-redirect-uri", AFTER, "--post-logout-redirect-uri", "audiobookshelf://login")
    return Application(many, "--skip-consent", *after)


@pytest.fixture
def alice(many):
    """Alice's browser."""
    return visitor(many)


def logout(person, **parameters):
    """Where the browser is sent, None if it stays."""
    person.left_to = None
    person.get(f"/logout?{urlencode(parameters)}")
    return person.left_to


def is_signed_in(app, person) -> bool:
    return "code" in app.ask(person, prompt="none")


def test_116_a_proof_and_a_registered_address_sign_out_and_lead_there(own, alice):
    """OP-CHECKLIST items 116, 122, 124."""
    tokens = own.tokens(alice)
    gone_to = logout(alice, id_token_hint=tokens["id_token"], post_logout_redirect_uri=AFTER, state=STATE)
    assert gone_to == f"{AFTER}?state={quote(STATE, safe='')}"
    assert own.ask(alice, prompt="none")["error"] == "login_required"
    assert own.userinfo(tokens["access_token"]).status_code == 401


@pytest.mark.parametrize(("name", "query", "asks", "leads_to"), [
    ("Portainer, Grafana, Wallos", "", True, None),
    ("Open WebUI", "id_token_hint={hint}", False, None),
    ("Audiobookshelf", "id_token_hint={hint}&post_logout_redirect_uri=audiobookshelf%3A%2F%2Flogin", False, "audiobookshelf://login"),
    ("Nextcloud", "post_logout_redirect_uri=" + AFTER + "&client_id={id}&id_token_hint={hint}", False, AFTER),
    ("Nextcloud without a hint", "post_logout_redirect_uri=" + AFTER + "&client_id={id}", True, AFTER),
    ("ZL154", "client_id={id}&post_logout_redirect_uri=" + quote(AFTER, safe=""), True, AFTER),
    ("Outline", "id_token_hint={hint}&client_id={id}&post_logout_redirect_uri=" + quote(AFTER, safe=""), False, AFTER),
    ("Flowfin", "client_id={id}&id_token_hint={hint}&post_logout_redirect_uri=" + quote(AFTER, safe="") + "&ui_locales=de&logout_hint=x",
     False, AFTER),
    ("only a state", "state=x", True, None),
    ("only an address", "post_logout_redirect_uri=" + quote(AFTER, safe=""), True, None),
])  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_115_what_applications_send_is_understood(own, alice, name, query, asks, leads_to, method):
    """OP-CHECKLIST items 115, 117, 120 and 121; RELYING-PARTIES item 42."""
    hint = own.tokens(alice)["id_token"]
    raw = query.format(hint=hint, id=own.id)
    alice.left_to = None
    if method == "GET":
        alice.get(f"/logout?{raw}")
    else:  # a form on the application's page: no cookie comes along, but on the link that follows
        kept = alice.browser.cookies.copy()
        alice.browser.cookies.clear()
        form = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "cross-site"}
        answer = alice.browser.post(f"{alice.issuer}/logout", data=raw, headers=form, allow_redirects=False)
        assert answer.status_code == 303
        alice.browser.cookies.update(kept)
        alice.get(answer.headers["Location"])
    assert (alice.left_to is None and alice.page.offers("decision")) == asks, name
    if asks:
        alice.submit(decision="logout")
    assert alice.left_to == leads_to
    if leads_to is None:
        assert "You are signed out" in alice.page.text
    assert not is_signed_in(own, alice)


def test_123_an_expired_hint_and_one_of_a_retired_key_are_proofs(idp_server):
    server = idp_server()
    server.add_user("alice", PASSWORD)
    own, alice = Application(server, "--skip-consent", "--post-logout-redirect-uri", AFTER), visitor(server)
    claims = own.claims(own.tokens(alice)["id_token"])
    expired = signed_by(server, {**claims, "iat": claims["iat"] - 90_000, "exp": claims["exp"] - 90_000})
    assert logout(alice, id_token_hint=expired, post_logout_redirect_uri=AFTER) == AFTER
    hint = own.tokens(alice)["id_token"]
    server.idp("key", "rotate")
    deadline = time.monotonic() + 20
    while _kid(own.exchange(own.ask(alice, prompt="none")["code"]).json()["id_token"]) == _kid(hint):
        assert time.monotonic() < deadline, "the new key isn't used"
    assert logout(alice, id_token_hint=hint, post_logout_redirect_uri=AFTER, state="x") == f"{AFTER}?state=x"
    assert not is_signed_in(own, alice)


def _kid(token: str) -> str:
    return str(jwt.take_apart(token).header["kid"])


def test_119_no_forged_hint_signs_anybody_out_or_leads_anywhere(own, alice, many):
    genuine = own.tokens(alice)["id_token"]
    claims = own.claims(genuine)
    head, body, signature = genuine.split(".")
    none = jwt.b64url(json.dumps({"alg": "none"}).encode())
    stranger = jwt.make_private_key("RS256")
    message = f"{head}.{body}"
    for forged in (
        f"{none}.{body}.", f"{none}.{body}.{signature}", f"{head}.{body}.{jwt.b64url(jwt.sign(stranger, message.encode()))}",
        signed_by(many, {**claims, "iss": "https://elsewhere.example"}), signed_by(many, {**claims, "aud": "nobody"}),
        genuine[:-4], f"{head}.{body}",
    ):  # fmt: skip
        assert logout(alice, id_token_hint=forged, post_logout_redirect_uri=AFTER, state="x") is None
        assert alice.page.status == 400 and not alice.page.forms
    assert is_signed_in(own, alice)


@pytest.mark.parametrize("uri", [
    AFTER + "?x=y", AFTER + "#x", AFTER + "/", AFTER.upper(), "https://evil.example/", "//evil.example", "https://app.example/callback",
    AFTER + "@evil.example", AFTER + "%2e", "javascript:alert(1)", "audiobookshelf://login/evil", "audiobookshelf:", "http" + AFTER[5:],
])  # fmt: skip
def test_118_an_address_that_is_not_exactly_registered_leads_nowhere(own, alice, many, uri):
    hint = own.tokens(alice)["id_token"]
    for parameters in ({"id_token_hint": hint}, {"client_id": own.id}, {"id_token_hint": hint, "client_id": own.id}):
        assert logout(alice, post_logout_redirect_uri=uri, **parameters) is None
        assert alice.page.status == 400 and uri in alice.page.text
        assert "evil" not in str(alice.page.response.headers)
    assert is_signed_in(own, alice)
    assert f'"sent": "{uri}"' in many.idp("audit", "--json", "--since", "1m").replace("\\/", "/")


def test_a_link_or_a_picture_without_a_proof_signs_nobody_out(own, alice, many):
    other = Application(many, "--skip-consent", redirect_uri="https://other.example/cb")
    foreign = other.tokens(visitor(many))["id_token"]  # genuine, Alice's own, but of another browser
    own.code(alice)
    for query in ("", "?client_id=" + own.id, "?state=x&logout_hint=alice", "?id_token_hint=" + foreign,
                  "?decision=logout", "?decision=logout&client_id=" + own.id):  # fmt: skip
        alice.get("/logout" + query)
        assert alice.page.offers("decision"), query
    answer = alice.browser.post(f"{alice.issuer}/logout?decision=logout", data={}, allow_redirects=False)
    assert answer.status_code == 200 and "decision" in answer.text
    assert is_signed_in(own, alice)


def test_a_stolen_hint_ends_nothing_in_the_thiefs_browser_nor_elsewhere(own, alice, many):
    hint = own.tokens(alice)["id_token"]
    thief = visitor(many)
    assert logout(thief, id_token_hint=hint, post_logout_redirect_uri=AFTER) == AFTER, "nobody is signed in there"
    name = many.add_user("mallory", PASSWORD)["username"]
    own.code(thief, name)
    logout(thief, id_token_hint=hint, post_logout_redirect_uri=AFTER)
    assert thief.page.offers("decision"), "it is somebody else's"
    assert is_signed_in(own, alice) and is_signed_in(own, thief)


def test_a_proof_works_for_its_own_session_only_however_often_it_is_sent(own, alice):
    hint = own.tokens(alice)["id_token"]
    assert logout(alice, id_token_hint=hint, post_logout_redirect_uri=AFTER) == AFTER
    assert logout(alice, id_token_hint=hint, post_logout_redirect_uri=AFTER) == AFTER
    own.code(alice)
    assert logout(alice, id_token_hint=hint, post_logout_redirect_uri=AFTER) is None
    assert alice.page.offers("decision") and is_signed_in(own, alice)


def test_who_is_asked_may_stay(own, alice):
    own.code(alice)
    alice.get(f"/logout?client_id={own.id}&post_logout_redirect_uri={AFTER}")
    alice.left_to = None
    alice.submit(decision="stay")
    assert alice.left_to is None and is_signed_in(own, alice)


@pytest.mark.parametrize("how", ["proof", "yes"])
def test_signing_out_is_felt_by_every_process_at_every_endpoint_at_once(own, alice, how):
    """OP-CHECKLIST items 122 and 124."""
    tokens = own.tokens(alice)
    offline = own.tokens(alice, scope="openid offline_access")
    unused = own.ask(alice, prompt="none")["code"]
    cookie = alice.browser.cookies["foyer"]
    assert own.post("/introspect", token=tokens["access_token"]).json()["active"]
    if how == "proof":
        assert logout(alice, id_token_hint=tokens["id_token"], post_logout_redirect_uri=AFTER) == AFTER
    else:
        alice.get("/logout")
        alice.submit(decision="logout")

    def everywhere(_number: int) -> list[object]:
        url = own.url(prompt="none")
        silent = requests.get(url, cookies={"foyer": cookie}, allow_redirects=False, timeout=30)
        return [
            own.userinfo(tokens["access_token"]).status_code, own.userinfo(offline["access_token"]).status_code,
            own.post("/introspect", token=tokens["access_token"]).json(), error_of(own.exchange(unused)),
            own.post("/revoke", token=tokens["access_token"]).status_code,
            "error=login_required" in silent.headers["Location"],
        ]  # fmt: skip

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(everywhere, range(12)))
    assert all(answer == [401, 401, {"active": False}, "invalid_grant", 200, True] for answer in answers), answers


def test_a_refresh_token_of_the_session_ends_and_one_for_offline_goes_on(many):
    """OP-CHECKLIST item 124."""
    own, alice = Application(many, "--skip-consent", "--always-refresh"), visitor(many)
    online = own.tokens(alice)
    offline = own.tokens(alice, scope="openid offline_access")
    assert logout(alice, id_token_hint=offline["id_token"]) is None
    assert error_of(own.refresh(online["refresh_token"])) == "invalid_grant"
    assert own.refresh(offline["refresh_token"]).status_code == 200


def test_fifty_sign_outs_at_once_are_one(own, alice, many):
    hint = own.tokens(alice)["id_token"]
    cookie = alice.browser.cookies["foyer"]
    url = f"{many.issuer}/logout?{urlencode({'id_token_hint': hint, 'post_logout_redirect_uri': AFTER, 'state': 'x'})}"

    def out(_number: int) -> tuple[int, str | None]:
        answer = requests.get(url, cookies={"foyer": cookie}, allow_redirects=False, timeout=60)
        return answer.status_code, answer.headers.get("Location")

    before = records.count(many, "SELECT count(*) FROM activities WHERE event = 'signed_out'")
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        assert set(pool.map(out, range(50))) == {(303, f"{AFTER}?state=x")}
    assert records.count(many, "SELECT count(*) FROM activities WHERE event = 'signed_out'") == before + 1


def test_125_applications_have_been_told_before_the_browser_goes_back(idp_server):
    """OP-CHECKLIST items 125 and 129: by both ways at once, and one that is down holds nobody up."""
    server = idp_server(IDP_OUTGOING_ALLOW="localhost", IDP_WORKERS="2")
    server.add_user("alice", PASSWORD)
    wiki, alice = Receiver(), visitor(server)
    told = ("--backchannel-logout-uri", wiki.url("/told"))
    down = ("--backchannel-logout-uri", f"http://localhost:{free_port()}/told")
    own = Application(server, "--skip-consent", "--post-logout-redirect-uri", AFTER, *told)
    framed = ("--frontchannel-logout-uri", "https://other.example/out?x=y")
    both = Application(server, "--skip-consent", *told, *framed, redirect_uri="https://other.example/cb")
    gone = Application(server, "--skip-consent", *down)
    hint = own.tokens(alice)["id_token"]
    assert logout(alice, id_token_hint=hint, post_logout_redirect_uri=AFTER) == AFTER
    assert [sent.path for sent in wiki.requests] == ["/told"]
    hint, *_ = [app.tokens(alice)["id_token"] for app in (own, both, gone)]
    assert logout(alice, id_token_hint=hint, post_logout_redirect_uri=AFTER) is None, "there is a page to load first"
    assert len(wiki.requests) == 3
    for app, outcome in (
        (own, "Signed out"),
        (both, "Signed out"),
        (gone, "Couldn’t be reached, and is told again soon"),
    ):
        assert f"{app.name} {outcome}" in alice.page.text
    assert alice.page.html.count("<iframe") == 1 and f'href="{AFTER}"' in alice.page.html
    assert "frame-src https://other.example;" in alice.page.response.headers["Content-Security-Policy"]
    assert not is_signed_in(own, alice)
    wiki.stop()
