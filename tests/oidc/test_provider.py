"""pyop behind our guard layer: the requests it sees, the parts that are closed."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from pyop import provider as pyop

from idp.errors import AuthorizationError
from idp.interaction.request import AuthorizationRequest
from idp.oidc import provider
from idp.oidc.provider import Provider
from tests import given
from tests.given import CHALLENGE, REDIRECT_URI

ASKED = AuthorizationRequest(REDIRECT_URI, "query", "state", ("openid", "email"), nonce="n", code_challenge=CHALLENGE,
                             prompt=("login",), max_age=5)  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [{}, {"state": None}, {"nonce": None, "code_challenge": None}, {"prompt": (), "max_age": None}, {"max_age": 0},
     {"scopes": ("email",)}, {"prompt": ("none",)}, {"response_mode": "form_post"}, {"state": "x" * 4_000}],
    ids=str,
)  # fmt: skip
def test_what_our_checks_have_passed_pyop_passes_too(storage: None, change: dict[str, Any]) -> None:
    provider.check(given.client(), dataclasses.replace(ASKED, **change))


@pytest.mark.parametrize("uri", [REDIRECT_URI + "/", REDIRECT_URI[:-1], "https://evil.example/", "javascript:alert(1)"])
def test_pyop_is_a_second_pair_of_eyes_for_the_redirect_uri(storage: None, uri: str) -> None:
    with pytest.raises(AuthorizationError):
        provider.check(given.client(), dataclasses.replace(ASKED, redirect_uri=uri))


def test_a_public_client_on_this_device_may_choose_its_port(storage: None) -> None:
    client = given.client(auth_method="none", redirect_uris=["http://127.0.0.1/cb"])
    provider.check(client, dataclasses.replace(ASKED, redirect_uri="http://127.0.0.1:5/cb"))


@pytest.mark.parametrize(
    "name",
    ["authorize", "handle_token_request", "handle_userinfo_request", "logout_user", "do_post_logout_redirect",
     "handle_client_registration_request", "match_client_preferences_with_provider_capabilities",
     "_create_signed_id_token", "_do_code_exchange", "_do_token_refresh", "_verify_client_authentication",
     "_create_subject_identifier"],
)  # fmt: skip
def test_the_parts_of_pyop_that_are_not_used_cannot_be_reached(name: str) -> None:
    assert hasattr(pyop.Provider, name), "pyop has renamed it: close the new name too"
    with pytest.raises(RuntimeError):
        getattr(Provider("http://localhost:8000", {}), name)()


@pytest.mark.parametrize("name", ["jwks", "provider_configuration"])
def test_the_documents_that_pyop_would_publish_cannot_be_reached(name: str) -> None:
    assert hasattr(pyop.Provider, name)
    with pytest.raises(RuntimeError):
        getattr(Provider("http://localhost:8000", {}), name)


def test_everything_public_in_pyop_is_either_used_or_closed() -> None:
    inherited = {
        name for name, member in vars(pyop.Provider).items()
        if callable(member) and name not in vars(Provider) and not name.startswith("__")
    }  # fmt: skip
    harmless = {name for name in inherited if name.startswith("_")} | {"is_known_response_type"}
    assert inherited <= harmless, "a new way into pyop: use it or close it"
