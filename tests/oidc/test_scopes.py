"""The scopes that are offered."""

from idp.oidc.scopes import OPENID, SCOPES


def test_openid_comes_first_and_what_media_applications_ask_for_is_there() -> None:
    assert SCOPES == (OPENID, "profile", "email", "groups", "roles", "offline_access")
