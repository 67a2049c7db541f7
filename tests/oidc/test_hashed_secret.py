"""Client secrets that came as a slow hash."""

from __future__ import annotations

import pytest

from idp import opaque
from idp.errors import TokenError
from idp.oidc import hashed_secret
from idp.oidc.client_authentication import authenticate
from idp.storage import clients
from idp.storage.models import Client
from tests import given
from tests.conftest import Clock
from tests.moving.authelia import HASHED, SECRET


@pytest.fixture
def app(storage: None, clock: Clock) -> Client:
    return given.client(secret_digest=HASHED)


def sent(secret: str) -> dict[str, str]:
    return {"client_id": "app", "client_secret": secret}


def test_the_right_secret_is_kept_as_a_digest_from_then_on(app: Client) -> None:
    assert authenticate(None, sent(SECRET)) == app
    kept = clients.by_id("app")
    assert kept is not None
    assert kept.secret_digest == opaque.digest(SECRET)
    assert authenticate(None, sent(SECRET)) == app


@pytest.mark.parametrize("secret", ["", "wrong", HASHED, SECRET + " "])
def test_a_wrong_one_is_not_and_the_hash_itself_is_no_secret(app: Client, secret: str) -> None:
    with pytest.raises(TokenError, match="invalid_client"):
        authenticate(None, sent(secret))
    kept = clients.by_id("app")
    assert kept is not None
    assert kept.secret_digest == HASHED


def test_after_ten_wrong_ones_of_an_address_nothing_from_there_is_looked_at_for_five_minutes(
    app: Client, clock: Clock
) -> None:
    for _ in range(10):
        assert not hashed_secret.is_secret(app, "wrong", clock.now, "203.0.113.7")
    assert not hashed_secret.is_secret(app, SECRET, clock.now, "203.0.113.7")
    assert hashed_secret.is_secret(app, SECRET, clock.forward(301), "203.0.113.7")


def test_a_stranger_who_sends_wrong_ones_keeps_nobody_else_out(app: Client, clock: Clock) -> None:
    for _ in range(11):
        assert not hashed_secret.is_secret(app, "wrong", clock.now, "203.0.113.7")
    assert authenticate(None, sent(SECRET), address="198.51.100.1") == app


@pytest.mark.parametrize(("hashed", "kept"), [
    (HASHED, True),
    (HASHED.replace("310000", "99999999"), False),  # a minute of work a try
    (HASHED.replace("sha512", "sha256"), False),
    ("$2b$12$jLN825v80y66hHpP2C5WgOPVzdjOFjcoo.h..qTdjzD5qehYzeGFq", False),
    ("", False),
    (HASHED + "x", False),
])  # fmt: skip
def test_only_hashes_that_can_be_compared_with_are_kept(hashed: str, kept: bool) -> None:
    assert hashed_secret.can_be_kept(hashed) is kept
