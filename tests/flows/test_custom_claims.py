"""Custom claims over the wire: who is told which, where, and that nothing of the protocol moves for them."""

from __future__ import annotations

import base64
import json
import secrets
from typing import Any

import pytest

from idp.custom_claims.reserved import is_reserved
from idp.oidc.metadata import document
from idp.oidc.scopes import SCOPES
from tests.flows import records
from tests.flows.application import Application
from tests.flows.visitors import visitor
from tests.server import Server

EACH_KIND = {"immich_role": "admin", "immich_quota": 50, "share": 0.25, "seerr_allowed": True, "muted": False,
             "abspermissions": {"canDownload": True, "allowedLibraries": ["a"], "depth": {"books": [1, {"x": "ü"}]}},
             "sshpubkey": ["ssh-ed25519 AAAA ada@home"], "great": 9_007_199_254_740_991}  # fmt: skip


def options(claims: dict[str, Any]) -> list[str]:
    return [part for name, value in claims.items() for part in ("--claim-json", f"{name}={json.dumps(value)}")]


@pytest.fixture(scope="module")
def family(server: Server) -> str:
    """A group whose members have claims."""
    name = f"claimed-{secrets.token_hex(4)}"
    server.idp("group", "add", name)
    server.idp("group", "set", name, *options({"tier": "family", "immich_quota": 10, "level": "group"}))
    return name


@pytest.fixture(scope="module")
def noor(server: Server, family: str, new_user: Any) -> str:
    """A person with claims of each kind, in that group."""
    name: str = new_user("--display-name", "Noor Example", "--group", family)["username"]
    server.idp("user", "set", name, *options(EACH_KIND))
    return name


@pytest.fixture(scope="module")
def own(server: Server) -> Application:
    """An application with a claim of its own."""
    return Application(server, "--skip-consent", *options({"level": "application", "house": "Example"}))


def both(app: Application, username: str, **asked: str) -> tuple[dict[str, Any], dict[str, Any]]:
    tokens = app.tokens(visitor(app.server), username, **asked)
    return app.claims(tokens["id_token"]), app.userinfo(tokens["access_token"]).json()


def test_each_kind_arrives_as_it_is_in_the_id_token_and_at_userinfo(own: Application, noor: str) -> None:
    for told in both(own, noor):
        found = {name: told[name] for name in EACH_KIND}
        assert json.dumps(found) == json.dumps(EACH_KIND), "true isn't 1, and 50 isn't 50.0"
        assert (told["tier"], told["level"], told["house"]) == ("family", "group", "Example")


def test_those_about_people_need_the_scope_profile_and_the_applications_own_need_none(
    own: Application, noor: str
) -> None:
    """OP-CHECKLIST item 97."""
    for told in both(own, noor, scope="openid email"):
        assert (told["level"], told["house"]) == ("application", "Example")
        assert not told.keys() & (EACH_KIND.keys() | {"tier"})


def test_who_has_none_is_told_nothing_but_the_applications_own(own: Application, app: Application) -> None:
    for told in both(own, "alice"):
        assert (told["level"], told["house"]) == ("application", "Example")
    for told in both(app, "alice"):
        assert not told.keys() & {"level", "house", "tier", *EACH_KIND}


def test_with_claims_kept_out_of_the_id_token_they_stand_at_userinfo_only(server: Server, noor: str) -> None:
    own = Application(server, "--skip-consent", "--no-id-token-claims", *options({"house": "Example"}))
    id_token, userinfo = both(own, noor)
    assert not id_token.keys() & {"house", "tier", *EACH_KIND}
    assert userinfo["house"] == "Example" and userinfo["immich_role"] == "admin"
    asked = json.dumps({"id_token": {"immich_quota": None, "house": {"essential": True}, "nothing": None, "sub": None}})
    id_token, _ = both(own, noor, claims=asked)
    assert (id_token["immich_quota"], id_token["house"]) == (50, "Example")
    assert not id_token.keys() & {"immich_role", "nothing"}


def test_one_asked_for_by_name_is_asked_about_and_told_where_it_was_asked_for(server: Server, noor: str) -> None:
    """OP-CHECKLIST item 49."""
    asking = Application(server)
    person = visitor(server)
    asked = json.dumps({"userinfo": {"immich_role": None, "email": None, "nobody_has_this": None}})
    person.get(asking.url(scope="openid", claims=asked))
    page = person.submit(username=noor, password="correct horse battery staple")
    assert "immich_role" in page.text and "an administrator has noted" in page.text
    assert "nobody_has_this" not in page.text
    person.submit(decision="allow")
    tokens = asking.exchange(asking.answer(person.left_to)["code"]).json()
    assert asking.userinfo(tokens["access_token"]).json().keys() == {"sub", "immich_role", "email"}
    assert "immich_role" not in asking.claims(tokens["id_token"])
    assert asking.ask(person, scope="openid", claims=asked, prompt="none")["code"], "a yes is remembered"
    more = json.dumps({"userinfo": {"immich_quota": None}})
    assert asking.ask(person, scope="openid", claims=more, prompt="none")["error"] == "consent_required"


def test_what_comes_with_a_scope_is_named_at_consent_and_one_that_is_added_later_asks_nobody_again(
    server: Server, new_user: Any
) -> None:
    asking, name = Application(server), new_user()["username"]
    server.idp("user", "set", name, "--claim", "immich_role=user")
    person = visitor(server)
    asked = json.dumps({"id_token": {"quota": None}, "userinfo": {"quota": None}})  # Nextcloud always asks so
    person.get(asking.url(claims=asked))
    page = person.submit(username=name, password="correct horse battery staple")
    assert "What an administrator has noted for you immich_role" in " ".join(page.text.split())
    person.submit(decision="allow")
    assert asking.answer(person.left_to)["code"]
    server.idp("user", "set", name, "--claim", "quota=5 GB")
    code = asking.ask(person, prompt="none", claims=asked)["code"]
    assert asking.claims(asking.exchange(code).json()["id_token"])["quota"] == "5 GB"


def test_a_client_that_may_not_have_profile_gets_none_about_people_by_any_way(
    narrow_app: Application, noor: str
) -> None:
    asked = json.dumps({"id_token": {"immich_role": None}, "userinfo": {"tier": {"essential": True}}})
    for told in both(narrow_app, noor, scope="openid email profile", claims=asked):
        assert not told.keys() & {"tier", *EACH_KIND}


def test_what_has_changed_is_told_at_the_next_refresh_and_the_next_question(server: Server, new_user: Any) -> None:
    own, name = Application(server, "--skip-consent", "--always-refresh"), new_user()["username"]
    tokens = own.tokens(visitor(server), name)
    assert "immich_role" not in own.claims(tokens["id_token"])
    server.idp("user", "set", name, "--claim", "immich_role=user")
    assert own.userinfo(tokens["access_token"]).json()["immich_role"] == "user"
    tokens = own.refresh(tokens["refresh_token"]).json()
    assert own.claims(tokens["id_token"])["immich_role"] == "user"
    server.idp("user", "set", name, "--remove-claim", "immich_role")
    assert "immich_role" not in own.userinfo(tokens["access_token"]).json()


def test_everything_that_tokens_and_answers_carry_today_is_reserved(server: Server) -> None:
    """Whoever adds a claim of the protocol or of the account finds out here that no custom one may have its name."""
    told = Application(
        server,
        "--skip-consent",
        "--access-token-format",
        "jwt",
        "--userinfo-alg",
        "ES256",
        "--always-refresh",
        "--introspect-all",
    )
    tokens = told.tokens(visitor(server), "alice", scope=" ".join(SCOPES))
    names = {*tokens, *told.claims(tokens["id_token"]), *payload(tokens["access_token"])}
    names |= {
        *payload(told.userinfo(tokens["access_token"]).text),
        *told.post("/introspect", token=tokens["access_token"]).json(),
    }
    names |= {*told.post("/introspect", token=tokens["refresh_token"]).json()}
    names |= {*document(server.issuer, ["RS256"])["claims_supported"]}
    assert {"sub", "at_hash", "groups", "client_id", "scope", "jti", "active", "refresh_token"} <= names
    assert [name for name in names if not is_reserved(name)] == []


def test_names_that_got_past_the_rules_displace_nothing(server: Server, new_user: Any) -> None:
    person, app = new_user("--display-name", "Real Name"), Application(server, "--skip-consent")
    evil = {"sub": "someone", "iss": "https://evil.example", "aud": "other", "exp": 1, "nonce": "x", "email": "root@example.org",
            "groups": ["admins"], "amr": ["mfa"], "acr": "aal2", "EMAIL": "x", "phone_number": "+1", "attributes": "x"}  # fmt: skip
    for table, column, value in (("users", "sub", person["sub"]), ("clients", "client_id", app.id)):
        records.change(server, f"UPDATE {table} SET claims = ? WHERE {column} = ?", json.dumps(evil), value)
    id_token, userinfo = both(app, person["username"])
    assert (id_token["sub"], id_token["iss"], id_token["aud"]) == (person["sub"], server.issuer, app.id)
    for told in (id_token, userinfo):
        assert (told["email"], told["groups"]) == (person["email"], [])
        assert not told.keys() & {"EMAIL", "phone_number", "attributes"}
    assert (id_token["amr"], id_token["acr"], id_token["nonce"]) == (["pwd"], "aal1", "a nonce")


def test_access_tokens_and_introspection_carry_none(server: Server, noor: str) -> None:
    app = Application(server, "--skip-consent", "--access-token-format", "jwt", *options({"house": "Example"}))
    tokens = app.tokens(visitor(server), noor)
    for told in (payload(tokens["access_token"]), app.post("/introspect", token=tokens["access_token"]).json()):
        assert not told.keys() & {"house", "tier", *EACH_KIND}


def test_discovery_promises_none(server: Server) -> None:
    """RELYING-PARTIES: what stands in claims_supported is taken as a promise."""
    assert not set(document(server.issuer, ["RS256"])["claims_supported"]) & {"house", "tier", *EACH_KIND}


def payload(jwt: str) -> dict[str, Any]:
    """What stands in a JWT, whoever signed it."""
    middle = jwt.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    return found
