"""Tokens are worth something while they, their grant, its person and its application are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from idp import opaque
from idp.storage import access_tokens, grants, refresh_tokens
from idp.storage.models import Client, Grant, User
from tests import given
from tests.conftest import Clock


@pytest.fixture
def granted(storage: None, clock: Clock) -> Grant:
    return given.grant(given.user("ada"), given.client())


def test_a_person_s_token_is_found_with_all_that_it_stands_for(granted: Grant, clock: Clock) -> None:
    digest = opaque.digest(given.access_token(granted, 100))
    clock.forward(99)
    found = access_tokens.find_alive_of_person(digest, clock.now)
    assert found is not None
    assert (found[1], found[2].username, found[3].client_id) == (granted, "ada", "app")
    assert access_tokens.find_alive_of_person(digest, clock.forward(1)) is None


def test_nobody_stands_behind_an_application_s_own(granted: Grant, clock: Clock) -> None:
    own = grants.add_for_client(granted.client, ["api"], "attempt", clock.now, clock.now + 60)
    access_tokens.add("own", own, clock.now + 60)
    found = access_tokens.find_alive("own", clock.now)
    assert found is not None and found[2] is None
    assert access_tokens.find_alive_of_person("own", clock.now) is None


Change = Callable[[Grant, int], Any]
ENDINGS: dict[str, Change] = {
    "expired": lambda grant, now: None,
    "revoked": lambda grant, now: grants.revoke(grant.id, now),
    "person disabled": lambda grant, now: User.update(disabled_at=now).execute(),
    "person deleted": lambda grant, now: grant.user.delete_instance(),
    "application disabled": lambda grant, now: Client.update(disabled_at=now).execute(),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_look_at_a_token_knows_when_it_has_ended(granted: Grant, clock: Clock, ending: str) -> None:
    lifetime = 10 if ending == "expired" else 100
    access, refresh = (opaque.digest(make(granted, lifetime)) for make in (given.access_token, given.refresh_token))
    looks = [(access_tokens.find_alive, access), (access_tokens.find_alive_of_person, access)]
    if ending != "application disabled":  # who uses a refresh token is an application that has just proved itself
        looks.append((refresh_tokens.find_alive, refresh))
    clock.forward(9)
    assert all(look(digest, clock.now) for look, digest in looks)
    ENDINGS[ending](granted, clock.forward(1))
    assert not any(look(digest, clock.now) for look, digest in looks)


def test_a_refresh_token_that_has_been_used_is_found_but_is_not_alive(granted: Grant, clock: Clock) -> None:
    digest = opaque.digest(given.refresh_token(granted))
    assert refresh_tokens.use(digest, clock.now)
    assert refresh_tokens.find(digest) is not None
    assert refresh_tokens.find_alive(digest, clock.now) is None
