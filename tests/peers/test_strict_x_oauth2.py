"""Go's x/oauth2 finds out by trial how to authenticate, with one code for both attempts."""

from urllib.parse import unquote_plus

import pytest

from .strict import wire, x_oauth2

REDIRECT_URI = "http://localhost:3000/login/generic_oauth"


def test_a_client_that_takes_both_methods_is_content_with_the_first(server, register, sign_in) -> None:
    client = x_oauth2.AutoDetect(server.issuer, register("Grafana", REDIRECT_URI))
    claims = client.callback(sign_in(client.start()))
    assert claims["email"] == "alice@example.org"
    assert client.attempts == [("client_secret_basic", 200)]


def test_basic_at_a_client_pinned_to_post_fails_and_burns_nothing(server, register, sign_in) -> None:
    registered = register("Gitea", REDIRECT_URI, "--auth-method", "client_secret_post")
    client = x_oauth2.AutoDetect(server.issuer, registered)
    claims = client.callback(sign_in(client.start()))
    assert claims["preferred_username"] == "alice"
    assert client.attempts == [("client_secret_basic", 401), ("client_secret_post", 200)]


def test_a_wrong_secret_first_and_the_right_one_then_redeem_the_same_code(server, register, sign_in) -> None:
    registered = register("Miniflux", REDIRECT_URI)
    client = x_oauth2.AutoDetect(server.issuer, registered, basic_secret="not this one")
    assert client.callback(sign_in(client.start()))["sub"]
    assert client.attempts == [("client_secret_basic", 401), ("client_secret_post", 200)]


def test_the_second_attempt_s_tokens_are_alive_afterwards(server, register, sign_in) -> None:
    registered = register("Headscale", REDIRECT_URI, "--auth-method", "client_secret_post")
    client = x_oauth2.AutoDetect(server.issuer, registered)
    back = sign_in(client.start(nonce="required-here"))
    tokens = client.exchange(wire.answer_in(back, REDIRECT_URI)["code"])
    assert client.attempts[0] == ("client_secret_basic", 401)
    userinfo = client.discovery["userinfo_endpoint"]
    for _ in range(2):
        assert wire.call("GET", userinfo, headers=wire.bearer(tokens["access_token"])).json()["sub"]


def test_codes_and_secrets_survive_an_extra_unescaping(server, register, sign_in) -> None:
    registered = register("Portainer", REDIRECT_URI)
    client = x_oauth2.AutoDetect(server.issuer, registered)
    code = wire.answer_in(sign_in(client.start()), REDIRECT_URI)["code"]
    for value in (code, registered["client_id"], registered["client_secret"]):
        assert set(value) <= wire.UNRESERVED
        assert unquote_plus(value) == value
    assert client.exchange(code)["access_token"]


def test_parameters_that_nobody_knows_are_no_error(server, register, sign_in) -> None:
    client = x_oauth2.AutoDetect(server.issuer, register("oauth2-proxy", REDIRECT_URI))
    back = sign_in(client.start(approval_prompt="force", access_type="offline"))
    assert client.callback(back)["sub"]


@pytest.mark.parametrize("pins", ["client_secret_basic", "client_secret_post"])
def test_a_code_is_dead_after_a_success_whatever_the_method(server, register, sign_in, pins) -> None:
    registered = register("Grafana", REDIRECT_URI, "--auth-method", pins)
    client = x_oauth2.AutoDetect(server.issuer, registered)
    code = wire.answer_in(sign_in(client.start()), REDIRECT_URI)["code"]
    client.exchange(code)
    with pytest.raises(wire.Refused, match=r"invalid_grant|invalid_client"):
        client.exchange(code)
