"""The token endpoint without HTTP."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from idp import activity, throttle
from idp.errors import TokenError
from idp.oidc import client_call, token_endpoint
from idp.oidc.keys import KeySet
from tests import given
from tests.conftest import Clock
from tests.given import REDIRECT_URI, SECRET, VERIFIER

AS_APP = {"client_id": "app", "client_secret": SECRET}


@pytest.fixture(autouse=True)
def app(storage: None) -> Any:
    return given.client()


def call(key_set: KeySet, now: int, form: dict[str, str] | bytes, authorization: str | None = None) -> dict[str, Any]:
    body = form if isinstance(form, bytes) else urlencode(form).encode()
    _, answer = client_call.answer(
        token_endpoint, body, authorization, issuer="http://localhost:8000", keys=key_set, path="/token", now=now,
        address="192.0.2.1",
    )  # fmt: skip
    return answer


def test_a_code_is_exchanged(key_set: KeySet, app: Any, clock: Clock) -> None:
    code = given.code(given.grant(given.user(), app))
    form = {**AS_APP, "grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI,
            "code_verifier": VERIFIER}  # fmt: skip
    assert call(key_set, clock.now, form).keys() == {"access_token", "token_type", "expires_in", "scope", "id_token"}


@pytest.mark.parametrize(
    ("form", "error"),
    [
        (AS_APP, "invalid_request"),
        ({**AS_APP, "grant_type": ""}, "invalid_request"),
        ({**AS_APP, "grant_type": "password"}, "unsupported_grant_type"),
        ({**AS_APP, "grant_type": "client_credentials"}, "unauthorized_client"),
        ({**AS_APP, "grant_type": "refresh_token"}, "invalid_request"),
        ({**AS_APP, "grant_type": "refresh_token", "refresh_token": "rt_x"}, "invalid_grant"),
        ({**AS_APP, "grant_type": "Authorization_Code"}, "unsupported_grant_type"),
        ({**AS_APP, "grant_type": "authorization_code"}, "invalid_request"),
        ({"grant_type": "password"}, "invalid_client"),
        ({"client_id": "app", "grant_type": "authorization_code"}, "invalid_client"),
        (b"grant_type=authorization_code&grant_type=authorization_code", "invalid_request"),
        (b"code=%00", "invalid_request"),
        (b"\xff=\xff", "invalid_request"),
        (b"", "invalid_client"),
    ],
)
def test_a_wrong_request_gets_the_error_of_the_standard(
    key_set: KeySet, clock: Clock, form: dict[str, str] | bytes, error: str
) -> None:
    with pytest.raises(TokenError) as refusal:
        call(key_set, clock.now, form)
    assert refusal.value.error == error
    assert activity_events() == [("token.refused", error)]


def activity_events() -> list[tuple[str, Any]]:
    return [(row.event, row.detail.get("error")) for row in activity.rows()]


def test_refusals_are_written_down_without_what_was_sent(key_set: KeySet, clock: Clock) -> None:
    with pytest.raises(TokenError):
        call(key_set, clock.now, {"client_id": "app", "client_secret": "a-wrong-secret", "code": "ac_stolen"})
    row = next(iter(activity.rows()))
    assert (row.client_id, row.address, row.detail["reason"]) == ("app", "192.0.2.1", "wrong_secret")
    assert "a-wrong-secret" not in str(row.__data__)
    assert "ac_stolen" not in str(row.__data__)


def test_strangers_cannot_fill_the_log(key_set: KeySet, clock: Clock) -> None:
    for number in range(throttle.NOTES.failures + 20):
        with pytest.raises(TokenError):
            call(key_set, clock.now, {"client_id": f"nobody-{number}", "client_secret": "x"})
    assert len(list(activity.rows())) == throttle.NOTES.failures
