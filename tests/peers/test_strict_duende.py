"""The 9p4 Jellyfin plugin, with Duende's discovery policy, signs a person in."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from .strict import duende, wire

REDIRECT_URI = "http://localhost:8096/sso/OID/redirect/foyer"


@pytest.fixture(scope="module")
def client(register):
    """The plugin as the provider knows it."""
    return register("Jellyfin 9p4", REDIRECT_URI)


@pytest.mark.parametrize("suffix", ["", "/", duende.WELL_KNOWN])
def test_a_person_signs_in_however_the_authority_was_typed(server, client, sign_in, suffix) -> None:
    plugin = duende.Plugin(server.issuer + suffix, client)
    account = plugin.callback(sign_in(plugin.start()))
    assert account["username"] == "alice"
    assert sorted(account["roles"]) == ["family", "media"]
    assert account["claims"]["email"] == "alice@example.org"
    assert "nonce" not in account["claims"], "the plugin sends none"


@pytest.mark.parametrize("options", [(), ("--auth-method", "client_secret_post"), ("--require-par",)], ids=str)
def test_it_pushes_its_request_and_the_browser_carries_nothing_but_the_word_for_it(
    server, register, sign_in, options
) -> None:
    """RELYING-PARTIES 25; its preset holds it to client_secret_post, but it pushes with Basic."""
    plugin = duende.Plugin(server.issuer, register("Jellyfin pushing", REDIRECT_URI, *options))
    url = plugin.start()
    assert {name for name, _ in parse_qsl(urlsplit(url).query)} == {"client_id", "request_uri"}
    assert plugin.callback(sign_in(url))["username"] == "alice"


def test_it_can_be_told_not_to(server, client, sign_in) -> None:
    plugin = duende.Plugin(server.issuer, client, pushes=False)
    assert "request_uri" not in (url := plugin.start())
    assert plugin.callback(sign_in(url))["username"] == "alice"


def test_roles_can_be_read_from_the_scope_of_that_name(server, client, sign_in) -> None:
    plugin = duende.Plugin(server.issuer, client, scopes=("roles",), role_claim="roles")
    account = plugin.callback(sign_in(plugin.start()))
    assert sorted(account["roles"]) == ["family", "media"]


def test_the_mobile_wrapper_s_own_scheme_can_be_the_redirect_uri(server, register, sign_in) -> None:
    client = register("Jellyfin mobile", "org.jellyfin.mobile://login-callback")
    plugin = duende.Plugin(server.issuer, client)
    assert plugin.callback(sign_in(plugin.start()))["username"] == "alice"


def test_a_second_sign_in_does_not_need_the_first_one_to_be_over(server, client, sign_in) -> None:
    plugin = duende.Plugin(server.issuer, client)
    first, second = plugin.start(), plugin.start()
    assert plugin.callback(sign_in(second))["username"] == "alice"
    assert plugin.callback(sign_in(first))["username"] == "alice"


def test_two_starting_points_of_the_plugin_can_both_be_registered(server, register, sign_in) -> None:
    legacy = "http://localhost:8096/sso/OID/r/foyer"
    client = register("Jellyfin legacy", REDIRECT_URI, "--redirect-uri", legacy)
    assert sorted(client["redirect_uris"]) == sorted([REDIRECT_URI, legacy])
    for uri in (REDIRECT_URI, legacy):
        plugin = duende.Plugin(server.issuer, {**client, "redirect_uris": [uri]})
        assert plugin.callback(sign_in(plugin.start()))["username"] == "alice"


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://id.example.org/other"},
        {"jwks_uri": None},
        {"jwks_uri": "/jwks"},
        {"token_endpoint": "https://api.example.org/token"},
        {"token_endpoint": "http://id.example.org/token"},
        {"check_session_iframe": "https://id.example.org:444/check"},
        {"future_endpoint": "about:blank"},
        {"pushed_authorization_request_endpoint": {}},
    ],
)
def test_the_policy_refuses_what_it_would_refuse_in_the_field(change) -> None:
    authority = "https://id.example.org"
    good = {
        "issuer": authority,
        "jwks_uri": f"{authority}/jwks",
        "token_endpoint": f"{authority}/t",
    }
    duende.check_discovery(good, authority)
    with pytest.raises(wire.Refused):
        duende.check_discovery({**good, **change}, authority)
