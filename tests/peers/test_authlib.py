"""Authlib's Flask client, the library of Open WebUI, Mealie and RomM, signs a person in."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import flask
import pytest
from authlib.integrations.flask_client import OAuth, OAuthError
from flask.testing import FlaskClient

CALLBACK = "http://localhost:9999/oauth/oidc/callback"


@pytest.fixture
def application(server, register) -> Callable[..., FlaskClient]:
    """`application(client_options, **client_kwargs)`: a visitor's browser for a small Flask app.

    The app has two pages, the way to the provider and the way back; the latter shows what
    Authlib made of the ID token, of userinfo and of the token response.
    """

    def build(options: tuple[str, ...] = (), **client_kwargs: Any) -> FlaskClient:
        client = register("Authlib", CALLBACK, *options)
        app = flask.Flask(__name__)
        app.secret_key = "a test's own"
        oidc = OAuth(app).register(
            "oidc",
            client_id=client["client_id"],
            client_secret=client.get("client_secret"),
            server_metadata_url=f"{server.issuer}/.well-known/openid-configuration",
            client_kwargs={"scope": "openid profile email groups", **client_kwargs},
        )

        @app.get("/login")
        def login() -> Any:
            return oidc.authorize_redirect(CALLBACK, **flask.request.args)

        @app.get("/oauth/oidc/callback")
        def callback() -> Any:
            try:
                token = oidc.authorize_access_token()
            except OAuthError as refused:
                return {"error": refused.error}, 403
            id_token = token.pop("userinfo")
            userinfo = oidc.userinfo(token=token)
            return {"id_token": dict(id_token), "userinfo": dict(userinfo), "token": dict(token)}

        return app.test_client()

    return build


def ask(visitor: FlaskClient, **parameters: str) -> str:
    """Where the application sends the visitor."""
    answer = visitor.get("/login", base_url="http://localhost:9999", query_string=parameters)
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def arrive(visitor: FlaskClient, back: str) -> dict[str, Any]:
    """What the application learned when the visitor came back."""
    assert back.startswith(f"{CALLBACK}?")
    answer = visitor.get(back)
    assert answer.status_code == 200, answer.text
    return dict(answer.json)


def check(learned: dict[str, Any], issuer: str) -> None:
    """Everything a media application asks for is in the ID token and in userinfo."""
    id_token, userinfo = learned["id_token"], learned["userinfo"]
    for claims in (id_token, userinfo):
        assert claims["preferred_username"] == "alice"
        assert claims["name"] == "Alice Example"
        assert claims["email"] == "alice@example.org"
        assert claims["email_verified"] is True
        assert sorted(claims["groups"]) == ["family", "media"]
        assert claims["sub"] == id_token["sub"]
    assert id_token["iss"] == issuer
    assert id_token["amr"] == ["pwd"]
    assert id_token["acr"] == "aal1"
    assert id_token["at_hash"], "Authlib compares it with the access token"
    assert isinstance(id_token["auth_time"], int)
    assert id_token["sid"]
    assert learned["token"]["token_type"] == "Bearer"


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
@pytest.mark.parametrize("pkce", ["S256", None])
def test_a_person_signs_in_with_either_secret_method_with_and_without_pkce(
    server, application, sign_in, method, pkce
) -> None:
    visitor = application(token_endpoint_auth_method=method, code_challenge_method=pkce)
    location = ask(visitor)
    asked = dict(parse_qsl(urlsplit(location).query))
    assert asked["nonce"] and asked["state"]
    assert asked.get("code_challenge_method") == pkce
    check(arrive(visitor, sign_in(location)), server.issuer)


def test_a_public_client_signs_a_person_in_with_pkce(server, application, sign_in) -> None:
    visitor = application(
        ("--auth-method", "none"),
        token_endpoint_auth_method="none",
        code_challenge_method="S256",
    )
    check(arrive(visitor, sign_in(ask(visitor))), server.issuer)


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")  # joserfc, for the name: RFC 9864
@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_the_id_token_verifies_by_the_algorithms_of_the_metadata(server, application, sign_in, algorithm) -> None:
    visitor = application(("--id-token-alg", algorithm), code_challenge_method="S256")
    check(arrive(visitor, sign_in(ask(visitor))), server.issuer)


def test_step_up_parameters_and_strangers_do_no_harm(server, application, sign_in) -> None:
    visitor = application(code_challenge_method="S256")
    location = ask(visitor, max_age="600", acr_values="aal1", login_hint="alice", approval_prompt="force")
    check(arrive(visitor, sign_in(location)), server.issuer)


@pytest.mark.parametrize("demanded", ["by the provider", "by the application"])
def test_an_authenticator_app_arrives_as_two_factors(server, application, newcomer, demanded) -> None:
    if demanded == "by the provider":
        visitor, asked = application(("--require-mfa",), code_challenge_method="S256"), {}
    else:
        visitor, asked = application(code_challenge_method="S256"), {"acr_values": "aal2"}
    for _ in ("after setting it up", "with it"):
        id_token = arrive(visitor, newcomer.sign_in(ask(visitor, **asked)))["id_token"]
        assert (id_token["amr"], id_token["acr"]) == (["pwd", "otp", "mfa"], "aal2")
        assert id_token["preferred_username"] == newcomer.name
    assert newcomer.phone


def test_a_code_works_once_and_authlib_hears_why(server, application, sign_in) -> None:
    visitor = application()
    back = sign_in(ask(visitor))
    with visitor.session_transaction() as session:
        kept = dict(session)
    arrive(visitor, back)
    with visitor.session_transaction() as session:
        session.update(kept)  # the application forgot that it has been here
    answer = visitor.get(back)
    assert (answer.status_code, answer.json) == (403, {"error": "invalid_grant"})
