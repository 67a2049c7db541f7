"""Several secrets of one client: the old one stays good until the new one has been entered."""

from __future__ import annotations

import pytest

from idp import opaque
from idp.errors import Invalid, TokenError
from idp.oidc import registration
from idp.oidc.client_authentication import authenticate
from idp.storage.models import Client
from tests import given
from tests.conftest import Clock
from tests.given import SECRET


def is_good(secret: str) -> bool:
    try:
        return authenticate(None, {"client_id": "app", "client_secret": secret}).client_id == "app"
    except TokenError as refusal:
        assert refusal.reason == "wrong_secret"
        return False


@pytest.fixture
def app(storage: None, clock: Clock) -> Client:
    return given.client()


def test_the_old_secret_stays_good_for_as_long_as_was_said(app: Client, clock: Clock) -> None:
    new = registration.rotate_secret(app, keep=3_600)
    assert is_good(new) and is_good(SECRET)
    clock.forward(3_599)
    assert is_good(SECRET)
    clock.forward(1)
    assert is_good(new) and not is_good(SECRET)


def test_a_shorter_time_counts_for_older_secrets_too(app: Client, clock: Clock) -> None:
    second = registration.rotate_secret(app, keep=86_400)
    third = registration.rotate_secret(app, keep=60)
    assert is_good(SECRET) and is_good(second) and is_good(third)
    clock.forward(60)
    assert not is_good(SECRET) and not is_good(second) and is_good(third)


def test_without_a_time_nothing_but_the_new_one_counts(app: Client) -> None:
    second = registration.rotate_secret(app, keep=86_400)
    third = registration.rotate_secret(app)
    assert not is_good(SECRET) and not is_good(second) and is_good(third)


def test_earlier_secrets_are_few_and_can_be_forgotten(app: Client) -> None:
    made = [SECRET, *(registration.rotate_secret(app, keep=60) for _ in range(6))]
    assert [is_good(secret) for secret in made] == [False, False, True, True, True, True, True]
    registration.forget_earlier_secrets(app)
    assert [is_good(secret) for secret in made] == [False] * 6 + [True]


def test_a_digest_is_no_secret(app: Client) -> None:
    registration.rotate_secret(app, keep=60)
    assert not is_good(opaque.digest(SECRET))


@pytest.mark.parametrize("keep", [-1, 30 * 86_400 + 1])
def test_an_old_secret_is_not_kept_for_ever(app: Client, keep: int) -> None:
    with pytest.raises(Invalid):
        registration.rotate_secret(app, keep=keep)
    assert is_good(SECRET)
