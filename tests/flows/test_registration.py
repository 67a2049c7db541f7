"""Applications register themselves and manage that (RFC 7591, RFC 7592, OP-CHECKLIST 102-114)."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.flows import records
from tests.flows.application import CALLBACK, Application
from tests.flows.test_races import all_at_once
from tests.flows.visitors import visitor
from tests.server import Server
from tests.signer import Signer

GOOD: dict[str, Any] = {"redirect_uris": [CALLBACK]}
Token = Callable[..., str]


class Registered(Application):
    """An application that registered itself."""

    def __init__(self, server: Server, metadata: dict[str, Any]) -> None:
        self.server, self.metadata, self.redirect_uri = server, metadata, metadata["redirect_uris"][0]
        self.id, self.secret, self.name = metadata["client_id"], metadata.get("client_secret"), metadata["client_name"]
        self.verifier = secrets.token_urlsafe(48)


@pytest.fixture(scope="module")
def token(server: Server) -> Token:
    """Makes initial access tokens."""

    def make(*options: str) -> str:
        return str(server.idp_json("registration-token", "add", "Tests", *options)["initial_access_token"])

    return make


@pytest.fixture(scope="module")
def ours(token: Token) -> str:
    """A token for all tests that only need one."""
    return token("--uses", "500")


def bearer(handle: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {handle}"}


def send(server: Server, handle: str | None, body: Any, **options: Any) -> requests.Response:
    headers = {"Content-Type": "application/json", **(bearer(handle) if handle else {}), **options}
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return requests.post(f"{server.issuer}/register", data=data, headers=headers, timeout=30)


def registered(server: Server, handle: str, **metadata: Any) -> dict[str, Any]:
    answer = send(server, handle, {**GOOD, **metadata})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def refused(answer: requests.Response, error: str, status: int = 400) -> str:
    assert (answer.status_code, answer.json()["error"]) == (status, error), answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json()["error_description"].isascii()
    return str(answer.json()["error_description"])


def test_102_111_a_client_is_told_all_that_was_accepted(server, ours):
    """OP-CHECKLIST items 103, 106 and 108."""
    name = f"Media {secrets.token_hex(4)}"
    wanted = {
        "client_name": name, "redirect_uris": [CALLBACK, "app.example:/cb"], "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"], "scope": "openid email offline_access", "token_endpoint_auth_method": "client_secret_post",
        "client_uri": "https://app.example", "logo_uri": "https://app.example/logo.png", "policy_uri": "https://app.example/p",
        "tos_uri": "https://app.example/t", "contacts": ["ada@example.org"], "post_logout_redirect_uris": ["https://app.example/bye"],
        "id_token_signed_response_alg": "ES256", "userinfo_signed_response_alg": "RS256", "subject_type": "public",
        "initiate_login_uri": "https://app.example/login", "frontchannel_logout_uri": "https://app.example/out",
        "frontchannel_logout_session_required": True, "backchannel_logout_uri": "https://app.example/signed-out",
        "backchannel_logout_session_required": True, "require_pushed_authorization_requests": True,
        "jwks": Signer().jwks, "request_object_signing_alg": "ES256",
    }  # fmt: skip
    answer = send(server, ours, wanted)
    told = answer.json()
    assert (answer.status_code, answer.headers["Content-Type"]) == (201, "application/json")
    assert answer.headers["Cache-Control"] == "no-store"
    assert {member: told[member] for member in wanted} == wanted
    assert told["client_secret_expires_at"] == 0
    assert told["registration_client_uri"] == f"{server.issuer}/register?client_id={told['client_id']}"
    ours_alone = {"client_id", "client_secret", "client_secret_expires_at", "client_id_issued_at",
                  "registration_access_token", "registration_client_uri"}  # fmt: skip
    assert told.keys() == wanted.keys() | ours_alone, "no switch of ours is told"


def test_a_registered_client_signs_people_in_and_asks_them_first(server, ours, person):
    app = Registered(server, registered(server, ours))
    assert app.metadata["grant_types"] == ["authorization_code"] and app.metadata["client_name"] == "app.example"
    page = person.get(app.url())
    assert "Sign in" in page.html
    tokens = app.tokens(visitor(server))
    assert app.claims(tokens["id_token"])["sub"] == app.userinfo(tokens["access_token"]).json()["sub"]


def test_107_what_was_registered_is_obeyed(server, ours):
    app = Registered(
        server,
        registered(
            server, ours, scope="openid email", token_endpoint_auth_method="client_secret_basic", subject_type="pairwise",
            id_token_signed_response_alg="EdDSA", userinfo_signed_response_alg="ES256",
        ),
    )  # fmt: skip
    code = app.code(visitor(server))
    assert app.exchange(code).status_code == 401, "only Basic was registered"
    answer = app.token({"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK,
                        "code_verifier": app.verifier}, auth=(app.id, app.secret))  # fmt: skip
    tokens = answer.json()
    assert tokens["scope"] == "openid email"
    assert len(app.claims(tokens["id_token"])["sub"]) == 48
    assert app.userinfo(tokens["access_token"]).headers["Content-Type"] == "application/jwt"


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "104 fragment": ({"redirect_uris": ["https://app.example/cb#x"]}, "invalid_redirect_uri"),
    "M25 javascript": ({"redirect_uris": ["javascript:alert(1)"]}, "invalid_redirect_uri"),
    "an address that nobody can read": ({"client_uri": "https://["}, ""),
    "a sector that nobody can read": ({"subject_type": "pairwise", "redirect_uris": ["https://["]}, ""),
    "no redirect": ({"redirect_uris": []}, "invalid_redirect_uri"),
    "missing redirect": ({"redirect_uris": None}, "invalid_redirect_uri"),
    "one text": ({"redirect_uris": CALLBACK}, "invalid_redirect_uri"),
    "a number": ({"redirect_uris": [1]}, "invalid_redirect_uri"),
    "105 sector": ({"subject_type": "pairwise", "redirect_uris": ["https://a.example/", "https://b.example/"]}, ""),
    "105 sector that does not answer": ({"sector_identifier_uri": "https://127.0.0.1/uris.json"}, ""),
    "106 initiate_login_uri": ({"initiate_login_uri": "http://app.example/login"}, ""),
    "107 id token alg": ({"id_token_signed_response_alg": "none"}, ""),
    "107 userinfo alg": ({"userinfo_signed_response_alg": "HS256"}, ""),
    "107 auth method": ({"token_endpoint_auth_method": "client_secret_jwt"}, ""),
    "107 grant type": ({"grant_types": ["implicit"]}, ""),
    "107 response type": ({"response_types": ["token"]}, ""),
    "107 subject type": ({"subject_type": "other"}, ""),
    "pairwise subjects for devices, at a host of others": (
        {"subject_type": "pairwise", "grant_types": ["authorization_code", "urn:ietf:params:oauth:grant-type:device_code"]}, ""),
    "pairwise subjects by an address that proves nothing": (
        {"subject_type": "pairwise", "redirect_uris": ["com.example.app://victim.example/callback"]}, ""),
    "response type without its grant": ({"grant_types": ["authorization_code"], "response_types": []}, ""),
    "tokens of its own": ({"grant_types": ["client_credentials"]}, ""),
    "no grant type": ({"grant_types": []}, ""),
    "a scope of an administrator's": ({"scope": "openid api:write"}, ""),
    "no openid": ({"scope": "email"}, ""),
    "a logo that is none": ({"logo_uri": "javascript:alert(1)"}, ""),
    "a name with a line break": ({"client_name": "a\nb"}, ""),
    "a long name": ({"client_name": "x" * 101}, ""),
    "a name that is no text": ({"client_name": ["x"]}, ""),
    "half a character": ({"client_name": "\ud800"}, ""),
    "half a character in a list": ({"contacts": ["\ud800"]}, ""),
    "a flag that is none": ({"frontchannel_logout_session_required": "yes"}, ""),
    "103 keys and their address": ({"jwks": Signer().jwks, "jwks_uri": "https://app.example/jwks"}, ""),
    "103 keys that are none": ({"jwks": {"keys": [{"kty": "oct", "k": "x"}]}}, ""),
    "103 keys with half a character": ({"jwks": {"keys": [{**Signer().jwks["keys"][0], "kid": "\ud800"}]}}, ""),
    "103 keys with a terminal's command": ({"jwks": {"keys": [{**Signer().jwks["keys"][0], "\x1b[2J": "x"}]}}, ""),
    "103 keys that are no object": ({"jwks": "x"}, ""),
    "103 an address that is none": ({"jwks_uri": "ftp://app.example/jwks"}, ""),
    "keys that are wanted": ({"token_endpoint_auth_method": "private_key_jwt"}, ""),
    "107 request object alg": ({"request_object_signing_alg": "none", "jwks": Signer().jwks}, ""),
    "encryption": ({"id_token_encrypted_response_alg": "RSA-OAEP"}, ""),
    "a demand": ({"default_max_age": 60}, ""),
    "a statement": ({"software_statement": Signer().sign({"iss": "https://maker.example"})}, "unapproved_software_statement"),
    "a statement of nobody's": ({"software_statement": Signer().sign({"client_name": "x"})}, "invalid_software_statement"),
    "a statement that is none": ({"software_statement": "x"}, "invalid_software_statement"),
    "a statement that is no text": ({"software_statement": ["x"]}, ""),
}  # fmt: skip


@pytest.mark.parametrize(("metadata", "error"), WRONG.values(), ids=WRONG)
def test_104_what_can_not_be_taken_is_refused_and_uses_nothing_up(server, ours, metadata, error):
    """OP-CHECKLIST items 103, 105, 106 and 107."""
    used = "SELECT sum(used) FROM registration_tokens"
    before = records.count(server, used)
    assert refused(send(server, ours, {**GOOD, **metadata}), error or "invalid_client_metadata")
    assert records.count(server, used) == before


@pytest.mark.parametrize(
    "body", [b"", b"x", b"[]", b"null", b'"x"', b"[" * 60_000, b"{" + b'"a":' * 10_000, b"\xff", b'{"a":1,"a":2}',
             b'{"redirect_uris": ' + b"[" * 30 + b"]" * 30 + b"}", b'{"a": ' + b"1" * 5_000 + b"}"], ids=range(11),
)  # fmt: skip
def test_104_what_is_no_json_object_is_refused(server, ours, body):
    refused(send(server, ours, body), "invalid_client_metadata")


def test_a_form_is_no_registration(server, ours):
    answer = send(server, ours, GOOD, **{"Content-Type": "application/x-www-form-urlencoded"})
    refused(answer, "invalid_client_metadata")


def test_what_is_too_long_is_not_read(server, ours):
    assert send(server, ours, {**GOOD, "x": "y" * 70_000}).status_code == 413


def test_nothing_of_ours_can_be_switched_from_there(server, ours):
    wish = {
        "skip_consent": True, "groups": ["family"], "allowed_groups": ["x"], "introspects_all": True, "require_mfa": True,
        "preset": "grafana", "always_refresh": True, "access_token_format": "jwt", "subject_source": "username",
        "client_id": "chosen", "client_secret": "a-secret-of-its-own-that-is-long-enough", "registered_by": "me",
        "pkce": "allow", "claims": {"is_admin": True}, "disabled_at": 1, "id": 1,
    }  # fmt: skip
    told = registered(server, ours, **wish)
    assert told["client_id"] != "chosen" and told["client_secret"] != wish["client_secret"]
    kept = server.idp_json("client", "show", told["client_id"])
    assert (kept["skip_consent"], kept["groups"], kept["introspects_all"], kept["require_mfa"]) == (
        False,
        [],
        False,
        False,
    )
    assert (kept["subject_source"], kept["always_refresh"], kept["access_token_format"]) == ("uuid", False, "opaque")
    assert "preset" not in kept


def test_names_are_told_apart_by_a_number(server, ours):
    name = f"Twice {secrets.token_hex(4)}"
    assert [registered(server, ours, client_name=name)["client_name"] for _ in range(3)] == [
        name,
        f"{name} 2",
        f"{name} 3",
    ]


def disguises(name: str) -> list[str]:
    """A name of Latin letters with an `a`, as somebody would write it who wants to be taken for its bearer."""
    return [name, name.upper(), f" {name} ", name.replace(" ", "  "), name.replace("a", "\u0430"), name.replace("a", "\uff41"),
            name.replace("a", "a\u3164"), name.replace(" ", "\u2800")]  # fmt: skip


def test_nobody_calls_itself_what_an_application_of_an_administrator_is_called(server, ours):
    name = f"Cinema {secrets.token_hex(4)}"
    added = Application(server, name=name)
    mine, told = registered(server, ours), set()
    for each in disguises(name):
        told.add(refused(send(server, ours, {**GOOD, "client_name": each}), "invalid_client_metadata"))
        told.add(
            refused(
                manage("PUT", mine, client_id=mine["client_id"], **GOOD, client_name=each), "invalid_client_metadata"
            )
        )
    assert len(told) == 1 and name not in told.pop(), "it isn't said why"
    assert added.name == name and manage("GET", mine).json()["client_name"] == mine["client_name"]
    assert "looks like the name of an application" in server.idp("audit", "--json"), "but it is written down"


def test_nobody_calls_itself_what_this_provider_is_called(server, ours):
    for name in ("Foyer", "F0YER", "Fоyer"):
        refused(send(server, ours, {**GOOD, "client_name": name}), "invalid_client_metadata")


def test_a_word_of_mixed_alphabets_is_no_name_even_if_nobody_is_called_so(server, ours):
    refused(
        send(server, ours, {**GOOD, "client_name": f"P\u0430per {secrets.token_hex(4)}"}), "invalid_client_metadata"
    )
    name = f"\u0417\u0430\u043c\u0435\u0442\u043a\u0438 {secrets.token_hex(4)}"
    assert registered(server, ours, client_name=name)["client_name"] == name, "one alphabet is as good as another"


def test_names_that_look_alike_are_told_apart_by_a_number_while_nobody_has_checked_them(server, ours):
    name = f"alike {secrets.token_hex(4)}"
    names = [registered(server, ours, client_name=each)["client_name"] for each in (name, name.upper(), f"{name}.")]
    assert names == [name, f"{name.upper()} 2", f"{name}. 3"]


def test_an_administrator_may_call_an_application_what_one_that_registered_itself_is_called_almost(server, ours):
    name = f"Almost {secrets.token_hex(4)}"
    registered(server, ours, client_name=name)
    assert Application(server, name=name.lower()).name == name.lower()
    refused(send(server, ours, {**GOOD, "client_name": name}), "invalid_client_metadata")


def test_a_client_keeps_its_name_when_it_registers_again_what_it_wished_for(server, ours):
    name = f"Kept {secrets.token_hex(4)}"
    _, second = registered(server, ours, client_name=name), registered(server, ours, client_name=name)
    after = manage("PUT", second, client_id=second["client_id"], **GOOD, client_name=name).json()
    assert after["client_name"] == second["client_name"] == f"{name} 2"


def test_a_public_client_has_no_secret(server, ours):
    told = registered(server, ours, token_endpoint_auth_method="none")
    assert not told.keys() & {"client_secret", "client_secret_expires_at"}
    assert Registered(server, told).tokens(visitor(server))["access_token"]


def test_103_a_client_that_proves_itself_by_its_keys_has_no_secret(server, ours):
    """Its keys need no kid."""
    signer = Signer()
    told = registered(server, ours, token_endpoint_auth_method="private_key_jwt", jwks=signer.jwks)
    assert told["jwks"] == signer.jwks and not told.keys() & {"client_secret", "client_secret_expires_at"}
    app = Registered(server, told)
    answer = app.exchange(app.code(visitor(server)), client_id=None, **signer.proof(app.id, server.issuer))
    assert answer.status_code == 200, answer.text
    after = manage("PUT", told, client_id=app.id, **GOOD).json()
    assert after["client_secret_expires_at"] == 0 and "jwks" not in after
    app.secret = after["client_secret"]
    assert app.exchange(app.code(visitor(server))).status_code == 200


def test_110_without_a_good_token_nobody_registers(server, token):
    nothing = send(server, None, GOOD)
    assert (nothing.status_code, nothing.headers["WWW-Authenticate"]) == (401, "Bearer")
    once = token()
    registered(server, once)
    withdrawn = server.idp_json("registration-token", "add", "Gone")
    server.idp("registration-token", "withdraw", str(withdrawn["id"]))
    management = registered(server, token())["registration_access_token"]
    for wrong in (once, withdrawn["initial_access_token"], "ia_unknown", management, "x" * 20_000):
        answer = send(server, wrong, GOOD)
        refused(answer, "invalid_token", 401)
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_a_token_of_ten_uses_makes_ten_clients_of_fifty_that_come_at_once(idp_server):
    busy = idp_server(IDP_WORKERS="4")
    handle = busy.idp_json("registration-token", "add", "Race", "--uses", "10")["initial_access_token"]
    answers = all_at_once(50, lambda number: send(busy, handle, {**GOOD, "client_name": "Same name"}))
    assert sorted(answer.status_code for answer in answers) == [201] * 10 + [401] * 40
    names = {answer.json()["client_name"] for answer in answers if answer.status_code == 201}
    assert len(names) == len(busy.idp_json("client", "list")) == 10
    (kept,) = busy.idp_json("registration-token", "list")
    assert (kept["used"], kept["state"]) == (10, "used")


def test_discovery_names_the_endpoint_only_while_somebody_may_register(idp_server):
    server = idp_server(IDP_WORKERS="1")
    address = f"{server.issuer}/.well-known/openid-configuration"

    def is_named() -> bool:
        return "registration_endpoint" in requests.get(address, timeout=30).json()

    assert not is_named()
    made = server.idp_json("registration-token", "add", "Tests")
    until(is_named)
    assert requests.get(address, timeout=30).json()["registration_endpoint"] == made["registration_endpoint"]
    registered(server, made["initial_access_token"])
    until(lambda: not is_named())


def until(happens: Callable[[], bool]) -> None:
    """Wait for what running processes see within a second, and give a busy machine thirty."""
    deadline = time.monotonic() + 30
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def manage(method: str, told: dict[str, Any], handle: str | None = None, **metadata: Any) -> requests.Response:
    headers = bearer(handle or told["registration_access_token"])
    body = {"json": metadata} if metadata else {}
    return requests.request(method, told["registration_client_uri"], headers=headers, timeout=30, **body)


def without_secret(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if not name.startswith("client_secret")}


def test_112_a_client_reads_what_is_registered(server, ours):
    told = registered(server, ours, contacts=["Ada"])
    answer = manage("GET", told)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert answer.json() == without_secret(told), "of the secret only a digest is kept"


def test_a_client_replaces_all_that_is_registered(server, ours):
    """RFC 7592 2.2: what isn't said is as if it never had been."""
    told = registered(server, ours, contacts=["Ada"], client_uri="https://app.example", scope="openid email")
    new = ["https://new.example/cb"]
    answer = manage("PUT", told, client_id=told["client_id"], client_secret=told["client_secret"], redirect_uris=new,
                    scope="openid", client_uri=None)  # fmt: skip
    assert answer.status_code == 200, answer.text
    after = answer.json()
    assert (after["redirect_uris"], after["scope"], after["client_name"]) == (new, "openid", told["client_name"])
    assert not after.keys() & {"contacts", "client_uri"}
    assert after["registration_access_token"] == told["registration_access_token"]
    assert manage("GET", told).json() == after
    other = manage(
        "PUT", told, client_id=told["client_id"], redirect_uris=new, client_name=f"New {told['client_id'][-6:]}"
    )
    assert other.json()["client_name"].startswith("New ")


def test_what_an_administrator_has_set_stays_when_a_client_replaces_its_own(server, ours):
    told = registered(server, ours)
    server.idp("client", "set", told["client_id"], "--require-mfa", "--group", "family")
    assert manage("PUT", told, client_id=told["client_id"], **GOOD).status_code == 200
    kept = server.idp_json("client", "show", told["client_id"])
    assert (kept["require_mfa"], kept["groups"]) == (True, ["family"])


@pytest.mark.parametrize(
    ("change", "asks"),
    [({}, False), ({"redirect_uris": [CALLBACK, f"{CALLBACK}/more"]}, True), ({"scope": "openid email profile"}, True),
     ({"initiate_login_uri": "https://elsewhere.example/login"}, True), ({"contacts": ["else@example.org"]}, True)],
)  # fmt: skip
def test_people_are_asked_again_when_a_client_that_an_administrator_trusted_changes_itself(server, ours, change, asks):
    told = registered(server, ours, scope="openid email")
    server.idp("client", "set", told["client_id"], "--skip-consent")
    wish = {**GOOD, "scope": "openid email", **change}
    assert manage("PUT", told, client_id=told["client_id"], **wish).status_code == 200
    assert server.idp_json("client", "show", told["client_id"])["skip_consent"] is not asks


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_id": "other"}, "invalid_client_metadata"), ({"client_id": None}, "invalid_client_metadata"),
        ({"client_secret": "chosen by the client, and long enough"}, "invalid_client_metadata"),
        ({"registration_access_token": "x"}, "invalid_client_metadata"),
        ({"registration_client_uri": "x"}, "invalid_client_metadata"),
        ({"client_secret_expires_at": 0}, "invalid_client_metadata"), ({"client_id_issued_at": 0}, "invalid_client_metadata"),
        ({"redirect_uris": ["javascript:x"]}, "invalid_redirect_uri"), ({"redirect_uris": []}, "invalid_redirect_uri"),
        ({"token_endpoint_auth_method": "none"}, "invalid_client_metadata"),
        ({"subject_type": "x"}, "invalid_client_metadata"),
    ], ids=str,
)  # fmt: skip
def test_a_wrong_replacement_changes_nothing(server, ours, change, error):
    told = registered(server, ours)
    wish = {"client_id": told["client_id"], **GOOD, **change}
    answer = manage("PUT", told, **{name: value for name, value in wish.items() if value is not None})
    refused(answer, error)
    assert manage("GET", told).json() == without_secret(told)


@pytest.mark.parametrize("attempt", range(3))
def test_whoever_is_deleted_at_the_same_moment_is_told_so(server, ours, attempt):
    told = registered(server, ours)

    def act(number: int) -> int:
        body = {} if number == 1 else {"client_id": told["client_id"], **GOOD}
        return manage("PUT" if body else "DELETE", told, **body).status_code

    answers = all_at_once(4, act)
    assert set(answers) <= {200, 204, 401}
    assert answers[1] == 204


@pytest.mark.parametrize("attempt", range(3))
def test_clients_that_want_the_same_name_at_the_same_moment_get_one_each(server, ours, attempt):
    told, name = [registered(server, ours) for _ in range(4)], f"Wanted {secrets.token_hex(4)}"
    answers = all_at_once(
        4, lambda number: manage("PUT", told[number], client_id=told[number]["client_id"], **GOOD, client_name=name)
    )
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({answer.json()["client_name"] for answer in answers}) == 4


def test_a_client_that_changes_its_registration_again_and_again_has_to_wait(server, ours):
    told, other = registered(server, ours), registered(server, ours)
    wish = {"client_id": told["client_id"], **GOOD}
    records.change(
        server, "INSERT INTO throttles (key, failures, expires_at) VALUES (?, 58, ?)",
        f"registration-changes:{told['client_id']}", int(time.time()) + 600,
    )  # fmt: skip
    assert [manage("PUT", told, **wish, contacts=[who]).status_code for who in ("Ada", "Bob")] == [200, 200]
    answer = manage("PUT", told, **wish, contacts=["Eve"])
    refused(answer, "temporarily_unavailable", 429)
    probed = manage("PUT", told, **{**wish, "client_name": "J\u0435llyfin"})
    refused(probed, "temporarily_unavailable", 429)  # it would be told that names can't be had
    assert manage("PUT", told, **wish, contacts=["Bob"]).status_code == 200, "what changes nothing isn't counted"
    assert manage("GET", told).json()["contacts"] == ["Bob"]
    assert manage("PUT", other, client_id=other["client_id"], **GOOD, contacts=["Eve"]).status_code == 200
    assert manage("DELETE", told).status_code == 204


def test_113_a_client_deletes_itself_with_all_that_it_was_given(server, ours):
    app = Registered(server, registered(server, ours))
    tokens = app.tokens(visitor(server))
    answer = manage("DELETE", app.metadata)
    assert (answer.status_code, answer.content) == (204, b"")
    assert "Content-Length" not in answer.headers
    assert app.userinfo(tokens["access_token"]).status_code == 401
    for method in ("GET", "PUT", "DELETE"):
        refused(manage(method, app.metadata), "invalid_token", 401)


def test_114_a_wrong_token_or_client_looks_the_same_whether_or_not_there_is_such_a_client(server, ours, app):
    told, other = registered(server, ours), registered(server, ours)
    somewhere = {**told, "registration_client_uri": f"{server.issuer}/register?client_id=nobody"}
    unmanaged = {**told, "registration_client_uri": f"{server.issuer}/register?client_id={app.id}"}
    nameless = {**told, "registration_client_uri": f"{server.issuer}/register"}
    for method in ("GET", "PUT", "DELETE"):
        answers = [
            manage(method, told, other["registration_access_token"]), manage(method, told, ours), manage(method, told, "ra_x"),
            manage(method, somewhere), manage(method, unmanaged), manage(method, nameless), manage(method, unmanaged, "None"),
        ]  # fmt: skip
        for answer in answers:
            refused(answer, "invalid_token", 401)
        assert len({(answer.text, answer.headers["WWW-Authenticate"]) for answer in answers}) == 1
        no_token = requests.request(method, told["registration_client_uri"], timeout=30)
        assert (no_token.status_code, no_token.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert manage("GET", told).status_code == manage("GET", other).status_code == 200


def test_a_client_that_is_switched_off_manages_nothing(server, ours):
    told = registered(server, ours)
    server.idp("client", "set", told["client_id"], "--disable")
    refused(manage("GET", told), "invalid_token", 401)


def test_what_happens_is_written_down_and_no_token_is(server, ours):
    told = registered(server, ours)
    send(server, "ia_wrong", GOOD)
    manage("PUT", told, client_id=told["client_id"], **GOOD)
    manage("DELETE", told)
    log = server.idp("audit", "--json")
    for event in ("registration_token.made", "client.registered", "client.deleted", "registration.refused"):
        assert event in log, event
    for secret in (ours, told["registration_access_token"], told["client_secret"]):
        assert secret not in log and secret not in server.log()
    for path in (server.folder / "data").glob("foyer.sqlite*"):
        content = path.read_bytes()
        assert all(secret.encode() not in content for secret in (ours, told["registration_access_token"]))


def test_no_page_of_another_origin_reads_it(server, ours):
    answer = send(server, ours, GOOD, Origin="https://app.example")
    assert "Access-Control-Allow-Origin" not in answer.headers
    asked = requests.options(f"{server.issuer}/register", headers={"Origin": "https://app.example"}, timeout=30)
    assert asked.status_code == 200
    assert "Access-Control-Allow-Origin" not in asked.headers


def test_another_method_is_refused(server):
    answer = requests.patch(f"{server.issuer}/register", timeout=30)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST, GET, PUT, DELETE, OPTIONS"


@pytest.mark.parametrize(
    "metadata",
    [{"jwks_uri": "https://127.0.0.1/jwks"}, {"jwks_uri": "http://nas.lan/jwks"}, {"jwks_uri": "https://10.1.2.3/jwks"},
     {"sector_identifier_uri": "https://127.0.0.1/uris.json"}, {"sector_identifier_uri": "https://localhost/uris.json"}],
    ids=str,
)  # fmt: skip
def test_whoever_may_not_be_asked_is_named_with_the_setting_in_the_activity_only(server, ours, metadata):
    records.change(server, "DELETE FROM throttles WHERE key LIKE ?", "notes:%")  # the tests above were refused a lot
    told = registered(server, ours)
    again = manage("PUT", told, client_id=told["client_id"], **GOOD, **metadata)
    for answer in (send(server, ours, {**GOOD, **metadata}), again):
        said = refused(answer, "invalid_client_metadata")
        assert "IDP_" not in said and "switched off" not in said and "is at" not in said, said
    (row,) = records.read(server, "SELECT detail FROM activities ORDER BY id DESC LIMIT 1")
    assert "IDP_OUTGOING_ALLOW=" in json.loads(row[0])["reason"]


def test_names_inside_the_house_are_refused_like_names_that_nobody_has(server, ours):
    said = {
        refused(
            send(server, ours, {**GOOD, "sector_identifier_uri": f"https://{host}/x"}), "invalid_client_metadata"
        ).replace(host, "")
        for host in ("localhost", "nobody.invalid", "127.0.0.1")
    }
    assert len(said) == 1


def test_109_nothing_but_the_sector_is_asked_for(server, ours):
    """Addresses where nothing listens do no harm."""
    uris = {name: f"https://127.0.0.1:9/{name}" for name in ("client_uri", "logo_uri", "policy_uri", "tos_uri")}
    assert registered(server, ours, **uris, initiate_login_uri="https://127.0.0.1:9/login")["client_id"]
