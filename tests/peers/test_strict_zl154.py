"""ZL154/JellyfinSecurity signs a person in, and refuses a password alone where it wants MFA."""

import time

import pytest
import requests

from tests.flows.visitors import visitor
from tests.security_key import UP, UV, add_passkey, options_on

from .conftest import PASSWORD
from .strict import wire, zl154

REDIRECT_URI = "http://localhost:8096/TwoFactorAuth/Oidc/Callback/foyer"


@pytest.fixture(scope="module")
def client(register):
    """The plugin as the provider knows it."""
    return register("JellyfinSecurity", REDIRECT_URI)


def test_a_person_signs_in_without_a_redirect_between_the_servers(server, client, sign_in) -> None:
    plugin = zl154.Plugin(server.issuer, client)
    person = plugin.callback(sign_in(plugin.start()))
    assert person["sub"]
    assert person["email"] == "alice@example.org", "the address is verified, so it may link"
    assert person["groups"] == {"family", "media"}


def test_a_password_alone_is_not_enough_where_the_provider_must_show_mfa(server, client, sign_in) -> None:
    plugin = zl154.Plugin(server.issuer, client, require_idp_mfa=True)
    back = sign_in(plugin.start())
    with pytest.raises(wire.Refused, match=r"amr \['pwd'\] shows no second factor"):
        plugin.callback(back)


def test_an_authenticator_app_is_enough_set_up_on_the_way_and_from_then_on(server, register, newcomer) -> None:
    client = register("JellyfinSecurity", REDIRECT_URI, "--require-mfa")
    plugin = zl154.Plugin(server.issuer, client, require_idp_mfa=True)
    first = plugin.callback(newcomer.sign_in(plugin.start()))
    assert newcomer.phone, "it was set up inside the sign-in"
    assert plugin.callback(newcomer.sign_in(plugin.start()))["sub"] == first["sub"]


def test_a_passkey_added_on_the_way_is_enough_at_once_and_ever_after(server, register, add_user) -> None:
    client = register("JellyfinSecurity", REDIRECT_URI, "--require-mfa", "--skip-consent")
    plugin = zl154.Plugin(server.issuer, client, require_idp_mfa=True)
    add_user("peer-with-a-passkey", "peer-with-a-passkey@example.org")
    person = visitor(server)
    person.get(plugin.start())
    person.submit(username="peer-with-a-passkey", password=PASSWORD)
    key = add_passkey(person)
    first = plugin.callback(str(person.left_to))
    for flags in (UP | UV, UP):  # alone with a PIN; after the password with a touch
        person = visitor(server)
        person.get(plugin.start())
        if flags == UP:
            person.submit(username="peer-with-a-passkey", password=PASSWORD)
        key.flags = flags
        person.submit(passkey=key.sign(options_on(person.page)))
        assert plugin.callback(str(person.left_to))["sub"] == first["sub"]


@pytest.mark.parametrize("prompt", ["login", "select_account"])
def test_step_up_and_account_choice_come_back_with_the_nonce(server, client, sign_in, prompt) -> None:
    plugin = zl154.Plugin(server.issuer, client)
    assert plugin.callback(sign_in(plugin.start(prompt=prompt, acr_values="aal1")))["sub"]


def test_the_onboarding_check_learns_that_a_stranger_is_not_signed_in(server, client, stranger) -> None:
    plugin = zl154.Plugin(server.issuer, client)
    back = stranger(plugin.start(prompt="none"))
    assert plugin.session_check(back) == "login_required"


def test_members_of_an_allowed_group_come_in_and_others_do_not(server, client, sign_in) -> None:
    welcome = zl154.Plugin(server.issuer, client, allowed_groups=frozenset({"media"}))
    assert welcome.callback(sign_in(welcome.start()))["sub"]
    closed = zl154.Plugin(server.issuer, client, allowed_groups=frozenset({"admins"}))
    back = sign_in(closed.start())
    with pytest.raises(wire.Refused, match="may come in"):
        closed.callback(back)


def test_the_authorization_endpoint_has_no_query_to_be_concatenated_with(server, client) -> None:
    plugin = zl154.Plugin(server.issuer, client)
    assert plugin.start().count("?") == 1


def test_a_slash_too_many_at_the_well_known_address_is_no_redirect(server) -> None:
    url = f"{server.issuer}/.well-known/openid-configuration/"
    answer = requests.get(url, allow_redirects=False, timeout=10)
    assert answer.status_code in (200, 404)


@pytest.mark.parametrize(
    ("amr", "enough"),
    [
        (["pwd"], False),
        ("pwd", False),
        ([], False),
        (["swk", "user"], False),
        (["pwd", "otp"], True),
        (["swk", "user", "mfa"], True),
        ("mfa", True),
        (["hwk"], True),
    ],
)
def test_the_mfa_rule_counts_strong_methods_only(amr, enough) -> None:
    assert zl154.shows_two_factors({"amr": amr}) is enough


def test_groups_are_split_at_commas_even_inside_an_array() -> None:
    claims = {"groups": ["Family", "media,admins"], "roles": "a, b"}
    assert zl154.groups_of(claims) == {"family", "media", "admins", "a", "b"}


def test_an_unverified_address_links_nobody() -> None:
    assert zl154.linkable_email({"email": "a@example.org", "email_verified": False}) is None
    assert zl154.linkable_email({"email": "a@example.org"}) is None


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://id.example.org/"},
        {"aud": "another"},
        {"exp": 1},
        {"iat": 1},
        {"nonce": None},
        {"nonce": "another"},
    ],
)
def test_claims_outside_the_rules_are_refused(change) -> None:
    now = time.time()
    good = {"iss": "https://id.example.org", "aud": ["me"], "exp": now + 60, "iat": int(now)}
    good["nonce"] = "n"
    zl154.check_claims(good, "https://id.example.org", "me", "n", now)
    for aged in ({**good, **change}, {**good, "iat": int(now) - 601}):
        with pytest.raises(wire.Refused):
            zl154.check_claims(aged, "https://id.example.org", "me", "n", now)
