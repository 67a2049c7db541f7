"""Authlib's Flask client, the library of Open WebUI, Mealie and RomM, signs a person in."""

import json
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import flask
import pytest
import requests
from authlib.integrations.flask_client import OAuth, OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from flask.testing import FlaskClient

from tests.person import Person
from tests.signer import Signer

from .conftest import PASSWORD
from .form_post import posted_answer

CALLBACK = "http://localhost:9999/oauth/oidc/callback"
AFTER = "http://localhost:9999/logged-out"


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

        @app.route("/oauth/oidc/callback", methods=["GET", "POST"])
        def callback() -> Any:
            try:
                token = oidc.authorize_access_token()
            except OAuthError as refused:
                return {"error": refused.error}, 403
            id_token = token.pop("userinfo")
            userinfo = oidc.userinfo(token=token)
            return {"id_token": dict(id_token), "userinfo": dict(userinfo), "token": dict(token)}

        @app.get("/logout")
        def logout() -> Any:
            return oidc.logout_redirect(AFTER, **flask.request.args)

        @app.get("/logged-out")
        def logged_out() -> Any:
            return oidc.validate_logout_response()

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


def test_the_answer_in_a_posted_form_signs_a_person_in(server, application, form_page) -> None:
    visitor = application(code_challenge_method="S256")
    action, fields = posted_answer(form_page(ask(visitor, response_mode="form_post")))
    assert action == CALLBACK
    answer = visitor.post(action, data=fields)
    assert answer.status_code == 200, answer.text
    check(dict(answer.json), server.issuer)


@pytest.mark.parametrize("proof", [True, False])
def test_authlib_signs_people_out_and_knows_its_state_again(server, application, proof) -> None:
    visitor, person = application(("--post-logout-redirect-uri", AFTER)), Person(server.issuer)
    location = ask(visitor)
    learned = arrive(visitor, person.sign_in(location, "alice", PASSWORD))
    told = {"id_token_hint": learned["token"]["id_token"]} if proof else {"client_id": learned["id_token"]["aud"]}
    leaving = visitor.get("/logout", base_url="http://localhost:9999", query_string=told).headers["Location"]
    person.left_to = None
    person.get(leaving)
    if not proof:
        assert person.left_to is None
        person.submit(decision="logout")
    assert person.left_to and person.left_to.startswith(f"{AFTER}?state=")
    assert visitor.get(person.left_to).json == {"post_logout_redirect_uri": AFTER}
    person.get(location)
    assert person.page.offers("password"), "nobody is signed in any more"


def test_a_session_refreshes_by_itself_asks_and_revokes(server, register, sign_in) -> None:
    client = register("Authlib", CALLBACK)
    known = requests.get(f"{server.issuer}/.well-known/openid-configuration", timeout=10).json()
    renewed: list[dict[str, Any]] = []
    session = OAuth2Session(
        client["client_id"], client["client_secret"], redirect_uri=CALLBACK, code_challenge_method="S256",
        scope="openid profile offline_access", token_endpoint=known["token_endpoint"],
        update_token=lambda token, **old: renewed.append({**token, "old": old}),
    )  # fmt: skip
    verifier = secrets.token_urlsafe(48)
    url, state = session.create_authorization_url(known["authorization_endpoint"], code_verifier=verifier)
    back = sign_in(url)
    first = session.fetch_token(
        known["token_endpoint"], authorization_response=back, state=state, code_verifier=verifier
    )
    session.token = {**first, "expires_at": 1}  # as if the hour were over
    assert session.get(known["userinfo_endpoint"]).json()["preferred_username"] == "alice"
    assert renewed[0]["refresh_token"] != first["refresh_token"]
    assert renewed[0]["old"]["refresh_token"] == first["refresh_token"]
    token = renewed[0]["access_token"]
    ask = known["introspection_endpoint"]
    assert session.introspect_token(ask, token=token, token_type_hint="access_token").json()["username"] == "alice"
    given_back = session.revoke_token(known["revocation_endpoint"], token=token, token_type_hint="access_token")
    assert given_back.status_code == 200
    assert session.introspect_token(ask, token=token).json() == {"active": False}
    session.revoke_token(known["revocation_endpoint"], token=renewed[0]["refresh_token"])
    with pytest.raises(OAuthError, match="invalid_grant"):
        session.refresh_token(known["token_endpoint"], refresh_token=renewed[0]["refresh_token"])


@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])  # Authlib 1.7 reads RSA keys only
def test_a_session_proves_itself_by_a_key_of_its_own(server, register, sign_in, algorithm) -> None:
    signer = Signer(algorithm, "its-own")
    client = register("Authlib", CALLBACK, "--auth-method", "private_key_jwt", "--jwks", json.dumps(signer.jwks))
    known = requests.get(f"{server.issuer}/.well-known/openid-configuration", timeout=10).json()
    private = {**signer.key.as_dict(private=True), "kid": "its-own"}
    session = OAuth2Session(
        client["client_id"], private, token_endpoint_auth_method=PrivateKeyJWT(known["token_endpoint"], alg=algorithm),
        revocation_endpoint_auth_method=PrivateKeyJWT(alg=algorithm),  # addressed to the endpoint that is called
        redirect_uri=CALLBACK, code_challenge_method="S256", scope="openid profile offline_access",
    )  # fmt: skip
    verifier = secrets.token_urlsafe(48)
    url, state = session.create_authorization_url(known["authorization_endpoint"], code_verifier=verifier)
    address = known["token_endpoint"]
    first = session.fetch_token(address, authorization_response=sign_in(url), state=state, code_verifier=verifier)
    assert session.get(known["userinfo_endpoint"]).json()["preferred_username"] == "alice"
    renewed = session.refresh_token(address, refresh_token=first["refresh_token"])
    asked = session.introspect_token(known["introspection_endpoint"], token=renewed["access_token"])
    assert asked.json()["username"] == "alice"
    given_back = session.revoke_token(known["revocation_endpoint"], token=renewed["refresh_token"])
    assert given_back.status_code == 200
    with pytest.raises(OAuthError, match="invalid_grant"):
        session.refresh_token(address, refresh_token=renewed["refresh_token"])


def test_a_session_registers_itself_and_signs_a_person_in(server, registration_token, sign_in) -> None:
    known_to_itself = {"access_token": registration_token(), "token_type": "Bearer"}
    known = requests.get(f"{server.issuer}/.well-known/openid-configuration", timeout=10).json()
    wish = {"redirect_uris": [CALLBACK], "grant_types": ["authorization_code", "refresh_token"]}
    client = OAuth2Session(token=known_to_itself).post(known["registration_endpoint"], json=wish).json()
    session = OAuth2Session(client["client_id"], client["client_secret"], redirect_uri=CALLBACK, scope=client["scope"])
    url, state = session.create_authorization_url(known["authorization_endpoint"])
    token = session.fetch_token(known["token_endpoint"], authorization_response=sign_in(url), state=state)
    assert session.get(known["userinfo_endpoint"]).json()["preferred_username"] == "alice"
    assert session.refresh_token(known["token_endpoint"], refresh_token=token["refresh_token"])["access_token"]


def test_a_service_gets_tokens_for_itself(server) -> None:
    command = ("client", "add", f"Service {secrets.token_hex(4)}", "--grant-type", "client_credentials")
    client = server.idp_json(*command, "--scope", "media.read")
    session = OAuth2Session(client["client_id"], client["client_secret"], scope="media.read")
    token = session.fetch_token(f"{server.issuer}/token", grant_type="client_credentials")
    assert token["scope"] == "media.read"
    assert session.introspect_token(f"{server.issuer}/introspect", token=token["access_token"]).json()["active"]


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


def test_custom_claims_of_each_kind_arrive(server, application, sign_in) -> None:
    told = {"house": "Example", "quota": 50, "share": 0.5, "allowed": True, "rights": {"books": ["a", {"b": 1}]}}
    options = [part for name, value in told.items() for part in ("--claim-json", f"{name}={json.dumps(value)}")]
    visitor = application(tuple(options), code_challenge_method="S256")
    learned = arrive(visitor, sign_in(ask(visitor)))
    check(learned, server.issuer)
    for claims in (learned["id_token"], learned["userinfo"]):
        assert json.dumps({name: claims[name] for name in told}) == json.dumps(told)
