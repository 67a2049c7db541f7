"""Applications set up from nothing but what `idp client add --preset` prints sign a person in."""

import re
import secrets

import pytest

from .strict import duende, seerr, x_oauth2, zl154


@pytest.fixture
def sheet_of(server):
    """`sheet_of(preset, app_url)`: the text that somebody sees who adds the application."""

    def add(preset: str, app_url: str) -> str:
        return str(
            server.idp("client", "add", f"{preset} {secrets.token_hex(4)}", "--preset", preset, "--app-url", app_url)
        )

    return add


def field(sheet: str, label: str) -> str:
    """What stands beside a label, or after a variable's name."""
    found = re.search(rf"^ +{re.escape(label)}(?:=| {{2,}})(.+)$", sheet, re.MULTILINE)
    assert found, label
    return found[1]


def test_jellyfin_with_the_sso_plugin(server, sheet_of, sign_in) -> None:
    sheet = sheet_of("jellyfin-sso", "http://localhost:8096/")
    start = field(sheet, "Redirect URI")
    assert start.endswith("/" + field(sheet, "Name of OID Provider"))
    client = {"client_id": field(sheet, "OpenID Client ID"), "client_secret": field(sheet, "OID Secret"),
              "redirect_uris": [start]}  # fmt: skip
    plugin = duende.Plugin(
        field(sheet, "OID Endpoint"), client, scopes=(field(sheet, "Request Additional Scopes"),),
        role_claim=field(sheet, "Role Claim"),
    )  # fmt: skip
    account = plugin.callback(sign_in(plugin.start()))
    assert account["username"] == "alice"
    assert sorted(account["roles"]) == ["family", "media"]


def test_jellyfin_with_the_security_plugin(server, sheet_of, sign_in) -> None:
    sheet = sheet_of("jellyfin-2fa", "http://localhost:8096")
    client = {"client_id": field(sheet, "Client ID"), "client_secret": field(sheet, "Client secret"),
              "redirect_uris": [field(sheet, "Redirect URI")]}  # fmt: skip
    plugin = zl154.Plugin(field(sheet, "Discovery URL").removesuffix(duende.WELL_KNOWN), client)
    assert plugin.callback(sign_in(plugin.start()))["groups"] == {"family", "media"}


def test_seerr(server, sheet_of, sign_in) -> None:
    sheet = sheet_of("seerr-preview", "http://localhost:5055")
    client = {"client_id": field(sheet, "Client ID"), "client_secret": field(sheet, "Client Secret"),
              "redirect_uris": [field(sheet, "Redirect URI")]}  # fmt: skip
    application = seerr.Seerr(field(sheet, "Issuer URL"), client)
    assert application.callback(sign_in(application.start()))["email"] == "alice@example.org"


@pytest.mark.parametrize("basic_secret", [None, "not this one"])
def test_grafana_by_either_way_of_sending_its_secret(server, sheet_of, sign_in, basic_secret) -> None:
    sheet = sheet_of("grafana", "http://localhost:3000/grafana/")
    variable = "GF_AUTH_GENERIC_OAUTH_"
    client = {"client_id": field(sheet, variable + "CLIENT_ID"), "client_secret": field(sheet, variable + "CLIENT_SECRET"),
              "redirect_uris": [field(sheet, "GF_SERVER_ROOT_URL") + "/login/generic_oauth"]}  # fmt: skip
    application = x_oauth2.AutoDetect(field(sheet, "Issuer"), client, basic_secret=basic_secret, pkce=True)
    back = sign_in(application.start())
    assert field(sheet, variable + "TOKEN_URL") == application.discovery["token_endpoint"]
    assert application.callback(back)["email"] == "alice@example.org"
    assert len(application.attempts) == (2 if basic_secret else 1)
