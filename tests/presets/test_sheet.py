"""The sheet: the real values, nothing that isn't there, and never a secret that wasn't handed to it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from idp import presets
from idp.presets import sheet
from tests.presets.provider import BARE, COMPLETE

SECRET = "cs_a-secret-that-has-more-than-thirty-two-characters"


def client(*uris: str, **values: Any) -> dict[str, Any]:
    return {
        "client_name": "Ours", "client_id": "cl_1", "scope": "openid profile email groups", "redirect_uris": list(uris),
        "token_endpoint_auth_method": "client_secret_basic", **values,
    }  # fmt: skip


def made(preset: str, *uris: str, provider: dict[str, Any] = BARE, **values: Any) -> sheet.Sheet:
    secret, name = values.pop("secret", None), values.pop("name", "Home")
    return sheet.make(presets.get(preset), client(*uris, **values), provider, name=name, secret=secret)


def entered(found: sheet.Sheet) -> dict[str, str]:
    return {label: value for step in found.steps for label, value in (*step.fields, *step.environment)}


def test_a_sheet_begins_with_what_every_application_asks_for() -> None:
    found = made("grafana", "https://g.example/login/generic_oauth", "https://old.example/x", secret=SECRET)
    assert found.title == "Ours: what to enter there"
    assert found.known == "Grafana, read in the application's source, 2026-11"
    assert found.values == (
        ("Issuer", "https://id.example.org"),
        ("Discovery URL", "https://id.example.org/.well-known/openid-configuration"),
        ("Client ID", "cl_1"),
        ("Client secret", SECRET),
        ("Scopes", "openid profile email groups"),
        ("Redirect URI", "https://g.example/login/generic_oauth"),
        ("Redirect URI", "https://old.example/x"),
    )


def test_it_says_first_when_no_other_device_can_reach_the_issuer() -> None:
    here = made(
        "grafana", "https://g.example/login/generic_oauth", provider={**BARE, "issuer": "http://localhost:8000"}
    )
    _title, _known, _empty, warning, *_ = sheet.as_text(here).splitlines()
    assert here.first_try == warning and "Only this computer can open http://localhost:8000." in warning
    there = made("grafana", "https://g.example/login/generic_oauth")
    assert there.first_try is None and "Only this computer" not in sheet.as_text(there)


def test_its_lines_are_those_of_this_client_at_this_provider() -> None:
    lines = entered(made("grafana", "https://g.example/login/generic_oauth", client_uri="https://g.example/"))
    assert lines["GF_SERVER_ROOT_URL"] == "https://g.example"
    assert lines["GF_AUTH_GENERIC_OAUTH_TOKEN_URL"] == "https://id.example.org/token"
    assert lines["GF_AUTH_GENERIC_OAUTH_NAME"] == "Home"
    assert lines["GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET"] == sheet.SECRET_HIDDEN


def test_the_scopes_are_those_registered() -> None:
    uri = "https://v.example/identity/connect/oidc-signin"
    assert entered(made("vaultwarden", uri, scope="email openid"))["SSO_SCOPES"] == "email"


def test_the_word_for_this_provider_is_the_one_in_the_registered_address() -> None:
    found = made("jellyfin-sso", "https://j.example/sso/OID/redirect/MyHome", client_uri="https://j.example")
    assert entered(found)["Name of OID Provider"] == "MyHome"
    assert found.start == "https://j.example/sso/OID/start/MyHome"
    variables = entered(made("wud", "https://w.example/auth/oidc/my-home/cb", client_uri="https://w.example"))
    assert "WUD_AUTH_OIDC_MY_HOME_CLIENTID" in variables


def test_without_the_application_s_address_it_is_taken_from_where_it_answers() -> None:
    assert (
        entered(made("open-webui", "https://o.example:8080/oauth/oidc/callback"))["WEBUI_URL"]
        == "https://o.example:8080"
    )
    assert "WEBUI_URL" not in entered(made("open-webui", "app:/x"))


def test_a_line_that_needs_what_is_not_there_is_left_out_and_told() -> None:
    bare, complete = made("vikunja", "https://v.example/auth/openid/foyer"), made(
        "vikunja", "https://v.example/auth/openid/foyer", provider=COMPLETE
    )  # fmt: skip
    assert "logouturl" not in bare.steps[0].configuration
    assert bare.not_yet == ("Signing out of Vikunja leaves people signed in here.",)
    assert "logouturl: https://id.example.org/logout" in complete.steps[0].configuration
    assert complete.not_yet == ()


def test_a_step_for_another_kind_of_provider_is_left_out() -> None:
    uri = "https://v.example/identity/connect/oidc-signin"
    assert "SSO_AUTH_ONLY_NOT_SESSION" in entered(made("vaultwarden", uri))
    assert "SSO_AUTH_ONLY_NOT_SESSION" not in entered(made("vaultwarden", uri, provider=COMPLETE))
    assert "OIDC_END_SESSION_ENDPOINT" in entered(
        made("bookstack", "https://b.example/oidc/callback", provider=COMPLETE)
    )


@pytest.mark.parametrize(
    ("preset", "uri", "repository"),
    [("jellyfin-sso", "/sso/OID/redirect/foyer", "Flowfin/jellyfin-plugin-sso/manifest-beta"),
     ("jellyfin-2fa", "/TwoFactorAuth/Oidc/Callback/foyer", "ZL154/JellyfinSecurity/main")],
)  # fmt: skip
def test_for_jellyfin_the_plugin_is_installed_first(preset: str, uri: str, repository: str) -> None:
    add, install, *_ = made(preset, f"https://j.example{uri}").steps
    assert dict(add.fields)["Repository URL"] == f"https://raw.githubusercontent.com/{repository}/manifest.json"
    assert "Install" in install.say and "restart Jellyfin" in install.say


@pytest.mark.parametrize(
    ("preset", "uri"),
    [("jellyfin-sso", "/sso/OID/redirect/foyer"), ("jellyfin-2fa", "/TwoFactorAuth/Oidc/Callback/foyer")],
)
def test_what_becomes_of_jellyfin_s_accounts_and_of_empty_passwords_is_told_before_the_first_step(
    preset: str, uri: str
) -> None:
    found = made(preset, f"https://j.example{uri}")
    accounts, *_, passwords = found.before
    assert "have an account in Jellyfin already keep it, and what they have watched" in accounts
    assert "empty password" in passwords and "Dashboard → Users" in passwords
    text = sheet.as_text(found)
    assert text.index("Before you begin:") < text.index(accounts) < text.index(passwords) < text.index("\n1. ")
    assert "Before you begin" not in sheet.as_text(made("grafana", "https://g.example/login/generic_oauth"))


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_jellyfin_sends_addresses_that_begin_like_its_own(scheme: str) -> None:
    there = f"{scheme}://192.168.1.20:8096"
    assert entered(made("jellyfin-sso", f"{there}/sso/OID/redirect/foyer"))["Scheme Override"] == scheme


def test_why_sign_outs_do_not_get_through_stands_above_the_steps() -> None:
    uri = "https://10.0.0.2/sso/OID/redirect/foyer"
    found = sheet.make(presets.get("jellyfin-sso"), client(uri), BARE, name="Home", obstacle="It is away.")
    assert found.untold == "Ours can't be told when somebody signs out. It is away."
    text = sheet.as_text(found)
    assert text.index(found.untold) < text.index("\n1. ")
    assert made("jellyfin-sso", uri).untold is None


def test_a_client_made_public_has_no_line_for_a_secret() -> None:
    found = made("home-assistant", "https://h.example/auth/oidc/callback", token_endpoint_auth_method="none")
    assert "client_id" in found.steps[0].configuration
    assert "secret" not in sheet.as_text(found)


@pytest.mark.parametrize(
    ("preset", "words"), [("kavita", "verified"), ("grafana", "have an e-mail address"), ("jellyfin-sso", "")]
)
def test_who_is_turned_away_is_told(preset: str, words: str) -> None:
    told = [warning for warning in made(preset, "https://a.example/x").warnings if "Only people" in warning]
    assert len(told) == bool(words)
    assert words in "".join(told)


def test_a_secret_that_files_may_misread_comes_with_a_warning() -> None:
    uri = "https://g.example/login/generic_oauth"
    assert not any("quotes" in warning for warning in made("grafana", uri, secret=SECRET).warnings)
    odd = made("grafana", uri, secret="a'$b{issuer}\"c#d" + SECRET)
    assert any("quotes" in warning for warning in odd.warnings)
    assert entered(odd)["GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET"] == "a'$b{issuer}\"c#d" + SECRET


def test_a_name_of_the_provider_that_files_may_misread_comes_with_a_warning() -> None:
    uri = "https://g.example/login/generic_oauth"
    assert not any("quotes" in warning for warning in made("grafana", uri, name="The Lodge").warnings)
    odd = made("grafana", uri, name="Tom's $(house)")
    assert any("name of this provider" in warning for warning in odd.warnings)
    assert not any("quotes" in warning for warning in made("adventurelog", uri, name="Tom's $(house)").warnings), (
        "a field takes it"
    )


def test_as_text_it_can_be_read_and_copied_line_by_line() -> None:
    found = made("home-assistant", "https://h.example/auth/oidc/callback", "https://h.example:8123/auth/oidc/callback")
    assert sheet.as_text(found) == (
        """\
Ours: what to enter there
(Home Assistant (hass-oidc-auth), read in the application's source, 2026-11)

  Issuer         https://id.example.org
  Discovery URL  https://id.example.org/.well-known/openid-configuration
  Client ID      cl_1
  Client secret  YOUR-CLIENT-SECRET
  Scopes         openid profile email groups
  Redirect URI   https://h.example/auth/oidc/callback
                 https://h.example:8123/auth/oidc/callback

1. Install the integration hass-oidc-auth, add this to configuration.yaml and restart Home Assistant.
     auth_oidc:
       client_id: "cl_1"
       client_secret: "YOUR-CLIENT-SECRET"
       discovery_url: "https://id.example.org/.well-known/openid-configuration"
       display_name: "Foyer"
       roles:
         admin: "admins"

Groups:
  - The lines above make members of the group admins administrators; put the name of your own group there.

Keep in mind:
  - Home Assistant allows for five seconds of difference between its clock and this one. Keep both set by the network.
"""
    )


@pytest.mark.parametrize("preset", ["paperless", "tandoor", "adventurelog"])
def test_json_for_a_variable_is_json(preset: str) -> None:
    found = made(preset, "https://p.example/accounts/oidc/foyer/login/callback/", secret=SECRET)
    texts = [*entered(found).values(), *(line.partition("=")[2] for line in found.steps[0].configuration.splitlines())]
    parsed = [json.loads(text) for text in texts if text.startswith("{")]
    assert len(parsed) == 1
    assert "https://id.example.org" in str(parsed)


@pytest.mark.parametrize("preset", ["seafile", "pgadmin"])
def test_settings_in_python_are_python(preset: str) -> None:
    found = made(preset, "https://p.example/callback", secret=SECRET)
    settings: dict[str, Any] = {}
    exec(found.steps[0].configuration, settings)
    assert settings.get("OAUTH_SCOPE", ["openid", "profile", "email", "groups"]) == [
        "openid",
        "profile",
        "email",
        "groups",
    ]
    assert SECRET in str(settings)
