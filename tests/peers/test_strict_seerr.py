"""Seerr signs a person in: a redirect URI with a query, no PKCE, no nonce, a minute for it all."""

import secrets
import time

import pytest

from .strict import seerr, wire

REDIRECT_URI = seerr.redirect_uri("http://localhost:5055", "foyer")


@pytest.fixture(scope="module")
def client(register):
    """Seerr as the provider knows it."""
    return register("Seerr", REDIRECT_URI)


def test_a_person_signs_in_and_the_query_of_the_redirect_uri_survives(server, client, sign_in) -> None:
    application = seerr.Seerr(server.issuer, client)
    back = sign_in(application.start())
    assert back.startswith("http://localhost:5055/login?provider=foyer&callback=true&")
    assert back.count("?") == 1
    account = application.callback(back)
    assert account["email"] == "alice@example.org"
    assert "nonce" not in account["claims"]


def test_the_second_visit_finds_the_account_of_the_first(server, client, sign_in) -> None:
    application = seerr.Seerr(server.issuer, client)
    first = application.callback(sign_in(application.start()))
    assert application.callback(sign_in(application.start())) is first


def test_a_required_claim_counts_when_it_is_a_json_true(server, client, sign_in) -> None:
    application = seerr.Seerr(server.issuer, client, required_claims=("email_verified",))
    assert application.callback(sign_in(application.start()))
    closed = seerr.Seerr(server.issuer, client, required_claims=("preferred_username",))
    back = sign_in(closed.start())
    with pytest.raises(wire.Refused, match="not the JSON boolean true"):
        closed.callback(back)


def test_a_minute_is_all_the_state_cookie_gives(server, client, sign_in) -> None:
    late = 0.0
    application = seerr.Seerr(server.issuer, client, clock=lambda: time.time() + late)
    back = sign_in(application.start())
    late = 61.0
    with pytest.raises(wire.Refused, match="cookie has expired"):
        application.callback(back)


def test_an_address_belongs_to_one_person_at_the_provider_and_so_in_seerr(server, client, sign_in, add_user) -> None:
    application = seerr.Seerr(server.issuer, client)
    application.callback(sign_in(application.start()))
    name = "seerr-" + secrets.token_hex(4)
    with pytest.raises(Exception, match="e-mail address"):
        add_user(name, "alice@example.org")
    add_user(name, f"{name}@example.org")
    account = application.callback(sign_in(application.start(), name))
    assert account["email"] == f"{name}@example.org"
    assert len(application.accounts) == 2


def test_two_people_with_one_address_would_be_a_conflict(client) -> None:
    application = seerr.Seerr("https://id.example.org", client)
    application._account({"sub": "one", "email": "a@example.org"})
    with pytest.raises(seerr.Conflict):
        application._account({"sub": "two", "email": "a@example.org"})


@pytest.mark.parametrize("change", [{"iss": "https://id.example.org/x"}, {"aud": "another"}, {"exp": 1}, {"iat": 1}])
def test_claims_outside_the_rules_are_refused(change) -> None:
    now = time.time()
    good = {"iss": "https://id.example.org/", "aud": ["me"], "exp": now + 60, "iat": now}
    seerr.check_claims(good, "https://id.example.org", "me", now)
    with pytest.raises(wire.Refused):
        seerr.check_claims({**good, **change}, "https://id.example.org", "me", now)
