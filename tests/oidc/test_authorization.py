"""The authorization request without HTTP: every check that needs no person."""

from __future__ import annotations

import json
from typing import Any

import pytest

from idp.errors import AuthorizationError, PageError, RedirectMismatch
from idp.interaction.request import AuthorizationRequest
from idp.oidc import authorization
from idp.oidc.authorization_response import Target
from idp.oidc.keys import KeySet
from idp.storage.models import Client
from tests import given
from tests.given import CHALLENGE, REDIRECT_URI

ISSUER = "http://localhost:8000"
PLAIN = {"client_id": "app", "redirect_uri": REDIRECT_URI, "response_type": "code", "scope": "openid"}


@pytest.fixture
def app(storage: None) -> Client:
    return given.client()


class Ask:
    """The application asks."""

    def __init__(self, key_set: KeySet) -> None:
        self._keys = key_set

    def __call__(self, client: Client, **change: str | None) -> AuthorizationRequest:
        parameters = {name: value for name, value in {**PLAIN, **change}.items() if value is not None}
        target = authorization.target_of(client, parameters)
        return authorization.request_of(client, target, parameters, issuer=ISSUER, keys=self._keys)

    def refused(self, client: Client, **change: str | None) -> str:
        with pytest.raises(AuthorizationError) as refusal:
            self(client, **change)
        text = refusal.value.description
        assert text.isascii()
        assert text.isprintable()
        assert not set('"\\') & set(text), "RFC 6749 4.1.2.1"
        return refusal.value.error


@pytest.fixture
def ask(key_set: KeySet) -> Ask:
    return Ask(key_set)


@pytest.mark.parametrize("client_id", [None, "", "unknown", "App", "app ", "x" * 5_000, "off"])
def test_an_unknown_or_disabled_client_gets_a_page(app: Client, client_id: str | None) -> None:
    given.client("off", disabled_at=1)
    with pytest.raises(PageError):
        authorization.client_of({"client_id": client_id} if client_id else {})


@pytest.mark.parametrize("uri", [None, "", REDIRECT_URI + "/", "https://evil.example/", "javascript:alert(1)", "/cb"])
def test_a_redirect_uri_that_is_not_the_clients_gets_a_page(app: Client, uri: str | None) -> None:
    """OP-CHECKLIST items 32 to 34."""
    with pytest.raises(RedirectMismatch) as refusal:
        authorization.target_of(app, {"redirect_uri": uri} if uri is not None else {})
    assert refusal.value.reason == ("redirect_uri_mismatch" if uri else "redirect_uri_missing")
    assert (refusal.value.client_id, refusal.value.redirect_uri) == ("app", uri or "")


@pytest.mark.parametrize(("raw", "is_query"), [(b"state=a&state=b", True), (b"state=%zz", True), (b"state=%00", False),
                                               (b"state=" + b"a" * 8_192, True)])  # fmt: skip
def test_what_cannot_be_read_gets_a_page(raw: bytes, is_query: bool) -> None:
    with pytest.raises(PageError):
        authorization.read(raw, is_query=is_query)


def test_a_form_may_be_longer_than_a_query() -> None:
    assert authorization.read(b"state=" + b"a" * 8_192, is_query=False)


@pytest.mark.parametrize(("mode", "answered"), [(None, "query"), ("query", "query"), ("form_post", "form_post"),
                                                ("fragment", "query"), ("x", "query")])  # fmt: skip
def test_errors_too_come_back_in_the_mode_asked_for(app: Client, mode: str | None, answered: str) -> None:
    parameters = {**PLAIN, "state": "s", **({"response_mode": mode} if mode else {})}
    assert authorization.target_of(app, parameters) == Target(REDIRECT_URI, answered, "s")  # type: ignore[arg-type]


def test_a_plain_request_is_read(ask: Ask, app: Client) -> None:
    assert ask(app) == AuthorizationRequest(REDIRECT_URI, "query", None, ("openid",))


@pytest.mark.parametrize(("acr_values", "claims", "wanted"), [
    (None, None, None),
    ("aal2", None, "aal2"),
    ("aal1", None, "aal1"),
    ("aal2 aal1", None, "aal1"),  # either is good enough
    ("urn:example:silver 1", None, None),  # another provider's
    ("urn:example:silver aal2", None, "aal2"),
    (None, {"essential": True, "value": "aal2"}, "aal2"),
    (None, {"essential": True, "values": ["aal2", "gold"]}, "aal2"),
    (None, {"values": ["aal2"]}, "aal2"),
    (None, {"values": ["gold"]}, None),
    (None, {"essential": True}, None),
    ("aal1", {"value": "aal2"}, "aal2"),  # the stricter of both
    ("aal2", {"value": "aal1"}, "aal2"),
])  # fmt: skip
def test_the_assurance_asked_for_is_kept(
    ask: Ask, app: Client, acr_values: str | None, claims: dict[str, object] | None, wanted: str | None
) -> None:
    asked = {"acr_values": acr_values, "claims": json.dumps({"id_token": {"acr": claims}}) if claims else None}
    assert ask(app, **{name: value for name, value in asked.items() if value}).acr == wanted


def test_a_full_request_is_read(ask: Ask, app: Client) -> None:
    request = ask(
        app, scope="email openid", state="a b+c", nonce="n", code_challenge=CHALLENGE, code_challenge_method="S256",
        prompt="consent login", max_age="0", login_hint="ada", response_mode="form_post", ui_locales="de en",
        claims='{"userinfo": {"name": null}}', acr_values="whatever",
    )  # fmt: skip
    assert request == AuthorizationRequest(
        REDIRECT_URI, "form_post", "a b+c", ("openid", "email"), "n", CHALLENGE, ("consent", "login"), 0, None,
        "ada", None, (), ("name",),
    )  # fmt: skip


REFUSED: list[tuple[str, dict[str, str | None]]] = [
    ("invalid_request", {"response_type": None}),
    ("unsupported_response_type", {"response_type": "token"}),
    ("unsupported_response_type", {"response_type": "id_token"}),
    ("unsupported_response_type", {"response_type": "code id_token"}),
    ("unsupported_response_type", {"response_type": "Code"}),
    ("unsupported_response_type", {"response_type": "none"}),
    ("invalid_request", {"response_mode": "fragment"}),
    ("invalid_request", {"response_mode": "query.jwt"}),
    ("request_not_supported", {"request": "e30.e30."}),
    ("request_uri_not_supported", {"request_uri": "https://app.example.org/request.jwt"}),
    ("registration_not_supported", {"registration": "{}"}),
    ("invalid_scope", {"scope": None}),
    ("invalid_scope", {"scope": "unknown"}),
    ("invalid_scope", {"scope": "OPENID"}),
    ("invalid_scope", {"scope": " ".join(["openid"] * 51)}),
    ("invalid_request", {"prompt": "none login"}),
    ("invalid_request", {"prompt": "create"}),
    ("invalid_request", {"prompt": "Login"}),
    ("invalid_request", {"max_age": "-1"}),
    ("invalid_request", {"max_age": "x"}),
    ("invalid_request", {"max_age": "1.5"}),
    ("invalid_request", {"max_age": " 1"}),
    ("invalid_request", {"max_age": "9" * 10}),
    ("invalid_request", {"max_age": "١"}),
    ("invalid_request", {"state": "s" * 4_097}),
    ("invalid_request", {"nonce": "n" * 513}),
    ("invalid_request", {"code_challenge": CHALLENGE}),
    ("invalid_request", {"code_challenge": CHALLENGE, "code_challenge_method": "plain"}),
    ("invalid_request", {"code_challenge": CHALLENGE, "code_challenge_method": "s256"}),
    ("invalid_request", {"code_challenge": CHALLENGE[:-1], "code_challenge_method": "S256"}),
    ("invalid_request", {"code_challenge": CHALLENGE + "=", "code_challenge_method": "S256"}),
    ("invalid_request", {"code_challenge_method": "S256"}),
    ("invalid_request", {"claims": "{"}),
    ("invalid_request", {"id_token_hint": "garbage"}),
    ("unmet_authentication_requirements", {"claims": '{"id_token":{"acr":{"essential":true,"value":"loa4"}}}'}),
]


@pytest.mark.parametrize(("error", "change"), REFUSED, ids=lambda value: str(value)[:60])
def test_what_is_wrong_is_told_to_the_client(ask: Ask, app: Client, error: str, change: dict[str, str | None]) -> None:
    """OP-CHECKLIST items 4, 35, 43, 50, 59 and 135."""
    assert ask.refused(app, **change) == error


@pytest.mark.parametrize(
    "change",
    [{"state": "s" * 4_096}, {"nonce": "n" * 512}, {"max_age": "999999999"}, {"scope": "openid x:y email/read approval"},
     {"prompt": "select_account consent login"}, {"prompt": "none"}, {"login_hint": "x" * 5_000}, {"prompt": " "},
     {"ui_locales": " ".join(["xx"] * 100)}, {"acr_values": "loa4 aal9"}, {"claims": "{}"}],
    ids=lambda value: str(value)[:60],
)  # fmt: skip
def test_what_is_odd_but_allowed_is_no_error(ask: Ask, app: Client, change: dict[str, str]) -> None:
    """OP-CHECKLIST items 36 and 39."""
    ask(app, **change)


def test_scopes_are_those_of_the_client_in_our_order(ask: Ask, storage: None) -> None:
    client = given.client(scopes=["openid", "email"])
    assert ask(client, scope="groups email openid offline_access email").scopes == ("openid", "email")


@pytest.mark.parametrize("client", [{"auth_method": "none"}, {"require_pkce": True}], ids=["public", "required"])
def test_pkce_is_demanded_where_it_has_to_be(ask: Ask, storage: None, client: dict[str, Any]) -> None:
    row = given.client(**client)
    assert ask.refused(row) == "invalid_request"
    assert ask(row, code_challenge=CHALLENGE, code_challenge_method="S256").code_challenge == CHALLENGE


def test_a_hint_names_whom_the_client_expects(ask: Ask, app: Client, key_set: KeySet) -> None:
    hint = key_set.sign("RS256", {"iss": ISSUER, "sub": "ada", "aud": "app", "exp": 2})
    assert ask(app, id_token_hint=hint).expected_sub == "ada"
    same = '{"id_token":{"sub":{"value":"ada"}}}'
    assert ask(app, id_token_hint=hint, claims=same).expected_sub == "ada"
    assert ask.refused(app, id_token_hint=hint, claims=same.replace("ada", "grace")) == "invalid_request"


def test_a_pending_request_is_cut_to_what_its_client_may_have_now(ask: Ask, app: Client) -> None:
    asked = ask(app, scope="openid profile email", claims='{"userinfo": {"email": null, "name": null}}')
    app.scopes = ["openid", "profile"]
    allowed = authorization.as_allowed_now(app, asked)
    assert (allowed.scopes, allowed.userinfo_claims) == (("openid", "profile"), ("name",))


def test_a_pending_request_to_an_address_that_is_taken_out_is_over(ask: Ask, app: Client) -> None:
    asked = ask(app)
    app.redirect_uris = ["https://app.example.org/another"]
    with pytest.raises(PageError):
        authorization.as_allowed_now(app, asked)
