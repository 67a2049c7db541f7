"""Grants are found by lying in their folder."""

from idp.oidc import grants


def test_every_grant_has_what_the_token_endpoint_wants() -> None:
    found = grants.by_type()
    assert list(found) == [
        "authorization_code", "client_credentials", grants.DEVICE_CODE, "refresh_token"
    ]  # fmt: skip
    for name, module in found.items():
        assert name == module.GRANT_TYPE
        assert isinstance(module.PARAMETERS, frozenset)
        assert callable(module.respond)
