"""What a preset sets, and the reasons it gives."""

from __future__ import annotations

from typing import Any

import pytest

from idp import presets
from idp.errors import Invalid
from idp.presets import filling
from tests.presets.provider import BARE, COMPLETE


def values(preset: str, app_url: str | None, provider: dict[str, Any] = BARE) -> dict[str, Any]:
    return {each.field: each.value for each in filling.settings(presets.get(preset), app_url, provider)}


def reasons(preset: str, app_url: str, provider: dict[str, Any] = BARE) -> dict[str, str]:
    return {each.field: each.reason for each in filling.settings(presets.get(preset), app_url, provider)}


def test_jellyfin_gets_what_its_plugin_needs() -> None:
    assert values("jellyfin-sso", "https://jellyfin.example.org/") == {
        "redirect_uris": [
            "https://jellyfin.example.org/sso/OID/redirect/foyer",
            "https://jellyfin.example.org/sso/OID/r/foyer",
        ],
        "auth_method": "client_secret_post",
        "require_pkce": True,
        "scopes": ["openid", "profile", "groups"],
        "id_token_claims": True,
        "post_logout_redirect_uris": ["https://jellyfin.example.org", "https://jellyfin.example.org/"],
    }


def test_an_application_that_can_be_told_of_sign_outs_is_where_this_provider_tells() -> None:
    told = values("jellyfin-sso", "https://jellyfin.example.org/", COMPLETE)["backchannel_logout_uri"]
    assert told == "https://jellyfin.example.org/sso/OID/backchannel-logout/foyer"


@pytest.mark.parametrize(
    ("preset", "app_url", "uris"),
    [
        ("grafana", "https://example.org/grafana/", ["https://example.org/grafana/login/generic_oauth"]),
        ("grafana", "http://nas.lan:3000", ["http://nas.lan:3000/login/generic_oauth"]),
        ("paperless", "https://p.example", ["https://p.example/accounts/oidc/foyer/login/callback/"]),
        ("seerr-preview", "https://s.example/", ["https://s.example/login?provider=foyer&callback=true"]),
        ("portainer", "https://p.example", ["https://p.example", "https://p.example/"]),
        ("portainer", "https://p.example:9443/x/", ["https://p.example:9443/x", "https://p.example:9443/x/"]),
        ("proxmox", "https://pve.lan:8006/", ["https://pve.lan:8006"]),
        ("freshrss", "https://r.example", ["https://r.example:443/i/oidc/", "https://r.example/i/oidc/"]),
        ("freshrss", "https://r.example:8443", ["https://r.example:8443/i/oidc/"]),
        ("freshrss", "https://r.example/rss", ["https://r.example:443/rss/i/oidc/", "https://r.example/rss/i/oidc/"]),
        ("immich", "https://i.example", ["https://i.example/auth/login", "https://i.example/user-settings",
                                         "app.immich:///oauth-callback"]),
        ("kitchenowl", "https://k.example", ["https://k.example/signin/redirect", "kitchenowl:/signin/redirect"]),
        ("arcane", "https://a.example", ["https://a.example/auth/oidc/callback", "arcane-mobile://oidc-callback"]),
        ("audiobookshelf", "https://a.example/audiobookshelf/",
         ["https://a.example/audiobookshelf/auth/openid/callback",
          "https://a.example/audiobookshelf/auth/openid/mobile-redirect"]),
        ("cloudflare-access", "https://team.cloudflareaccess.com/",
         ["https://team.cloudflareaccess.com/cdn-cgi/access/callback"]),
        ("tailscale", None, ["https://login.tailscale.com/a/oauth_response"]),
        ("kubelogin", None, ["http://localhost:8000", "http://localhost:18000"]),
    ],
)  # fmt: skip
def test_redirect_uris_follow_the_address(preset: str, app_url: str | None, uris: list[str]) -> None:
    assert values(preset, app_url)["redirect_uris"] == uris


def test_a_custom_scheme_may_be_a_post_logout_target() -> None:
    assert "audiobookshelf://login" in values("audiobookshelf", "https://a.example")["post_logout_redirect_uris"]


def test_a_method_is_pinned_only_if_the_application_has_no_other() -> None:
    assert values("seerr-preview", "https://a.example")["auth_method"] == "client_secret_post"
    assert values("grafana", "https://a.example")["auth_method"] is None
    assert "the other" in reasons("grafana", "https://a.example")["auth_method"]
    assert values("booklore", "https://a.example")["auth_method"] == "none"


@pytest.mark.parametrize(
    ("preset", "pkce"), [("grafana", True), ("komga", False), ("seerr-preview", False), ("booklore", True)]
)
def test_pkce_is_demanded_of_those_that_send_it(preset: str, pkce: bool) -> None:
    assert values(preset, "https://a.example")["require_pkce"] is pkce


def test_scopes_that_are_not_there_yet_are_left_out() -> None:
    assert values("vaultwarden", "https://a.example")["scopes"] == ["openid", "profile", "email"]
    assert values("vaultwarden", "https://a.example", COMPLETE)["scopes"] == [
        "openid", "profile", "email", "offline_access"
    ]  # fmt: skip
    assert "address" not in values("photoprism", "https://a.example", COMPLETE)["scopes"]


def test_where_people_go_after_signing_out_is_promised_only_once_it_works() -> None:
    assert "not used yet" in reasons("kavita", "https://a.example")["post_logout_redirect_uris"]
    assert "not used yet" not in reasons("kavita", "https://a.example", COMPLETE)["post_logout_redirect_uris"]


def test_a_preset_without_the_address_it_needs_asks_for_it_in_one_sentence() -> None:
    with pytest.raises(Invalid) as refused:
        values("grafana", None)
    assert list(refused.value.problems) == ["app_url"]
    assert str(refused.value) == (
        "The preset grafana needs the address of the application. Add it, for example: --app-url https://grafana.example.org"
    )


def test_what_only_a_proxy_can_protect_gets_no_client() -> None:
    with pytest.raises(Invalid, match="forward authentication") as refused:
        values("sonarr", "https://a.example")
    assert list(refused.value.problems) == ["preset"]
