"""An authorization request is the same after it was kept."""

from __future__ import annotations

import json

import pytest

from idp.interaction.request import AuthorizationRequest

FULL = AuthorizationRequest(
    redirect_uri="https://app.example.org/cb?provider=foyer", response_mode="form_post", state="a b+c/=&%",
    scopes=("openid", "email"), nonce="n", code_challenge="c" * 43, prompt=("consent", "login"), max_age=0,
    login_hint="ada", expected_sub="sub", id_token_claims=("email",), userinfo_claims=("name",),
)  # fmt: skip


@pytest.mark.parametrize("request_", [FULL, AuthorizationRequest("app:/cb", "query", None)], ids=["full", "bare"])
def test_a_request_comes_back_from_json_as_it_was(request_: AuthorizationRequest) -> None:
    assert AuthorizationRequest.from_json(json.loads(json.dumps(request_.to_json()))) == request_


def test_a_max_age_of_zero_is_kept() -> None:
    assert FULL.to_json()["max_age"] == 0
