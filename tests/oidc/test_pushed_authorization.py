"""Pushed authorization requests without HTTP: their limits (RFC 9126 2.3)."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from idp import throttle
from idp.errors import TokenError
from idp.oidc import client_call, pushed_authorization, request_uri
from idp.oidc.keys import KeySet
from idp.storage.models import Client, PushedRequest, Throttle
from tests import given
from tests.conftest import Clock
from tests.given import CHALLENGE, REDIRECT_URI, SECRET

GOOD = {"client_id": "app", "client_secret": SECRET, "response_type": "code", "redirect_uri": REDIRECT_URI, "scope": "openid",
        "code_challenge": CHALLENGE, "code_challenge_method": "S256"}  # fmt: skip


@pytest.fixture(autouse=True)
def app(storage: None, clock: Clock) -> Client:
    return given.client()


def push(key_set: KeySet, now: int, **changes: str) -> dict[str, object]:
    _, answer = client_call.answer(
        pushed_authorization, urlencode({**GOOD, **changes}).encode(), None, issuer="http://localhost:8000", keys=key_set,
        path="/par", now=now, address="192.0.2.1",
    )  # fmt: skip
    return answer


def test_what_was_pushed_is_kept_for_its_client_without_anything_secret(
    key_set: KeySet, app: Client, clock: Clock
) -> None:
    answer = push(key_set, clock.now, state="s")
    row = PushedRequest.get()
    assert row.expires_at == clock.now + request_uri.LIFETIME and row.client == app
    assert SECRET not in str(row.request) and str(answer["request_uri"]).rpartition(":")[2] not in str(row.__data__)
    asked = request_uri.read(app, {"request_uri": str(answer["request_uri"])}, clock.now)
    assert asked is not None and (asked.state, asked.code_challenge) == ("s", CHALLENGE)


def test_too_many_are_told_to_come_back_later(key_set: KeySet, clock: Clock) -> None:
    Throttle.create(key="pushed:app", failures=throttle.PUSHED.failures, expires_at=clock.now + 10)
    with pytest.raises(TokenError) as refusal:
        push(key_set, clock.now)
    assert (refusal.value.status, refusal.value.error) == (429, "temporarily_unavailable")
    assert PushedRequest.select().count() == 0
    assert push(key_set, clock.forward(10))


def test_a_refused_request_is_told_to_the_application_s_administrator(
    key_set: KeySet, app: Client, clock: Clock
) -> None:
    with pytest.raises(TokenError) as refusal:
        push(key_set, clock.now, prompt="none login")
    assert refusal.value.reason == "The prompt none stands alone."
    assert Client.get_by_id(app.id).last_failure == "request: The prompt none stands alone."
    with pytest.raises(TokenError):
        push(key_set, clock.now, redirect_uri="https://elsewhere.example/")
    assert Client.get_by_id(app.id).last_failure == "redirect_uri_mismatch"
