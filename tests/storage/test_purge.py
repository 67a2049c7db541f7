"""Deleting what has expired, and nothing else."""

from __future__ import annotations

import pytest

from idp import activity
from idp.storage import consents, interactions, links, logouts, purge, session_lengths
from idp.storage.models import (
    TABLES,
    AccessToken,
    Activity,
    Client,
    Grant,
    Interaction,
    Link,
    LogoutDelivery,
    RefreshToken,
    Session,
    Throttle,
    User,
)
from idp.storage.statement import Statement
from tests import given
from tests.conftest import Clock


def counts() -> dict[str, int]:
    return {model.__name__: model.select().count() for model in TABLES if model.select().count()}


@pytest.fixture
def everything(storage: None, clock: Clock) -> tuple[User, Client]:
    """One row of everything that expires."""
    ada, app = given.user("ada"), given.client()
    grant = given.grant(ada, app, expires_at=clock.now + 3_660)
    given.access_token(grant)
    RefreshToken.create(digest="r", grant=grant, expires_at=clock.now + 10)
    session, _ = given.session(ada)
    interactions.keep("this", session, app, {}, "attempt", clock.now)
    links.add(links.SETUP, 3_600, clock.now)
    Throttle.create(key="account:ada", failures=3, expires_at=clock.now + 300)
    consents.keep(ada, app, ["openid"], [], clock.now)
    logouts.add("a deed", app, ada, ada.sub, "sid", clock.now, clock.now)
    LogoutDelivery.update(expires_at=clock.now + 86_400).execute()
    activity.record("sign_in", user="ada")
    return ada, app


def test_what_is_alive_stays(everything: object, clock: Clock) -> None:
    before = counts()
    assert purge.purge(clock.now) == 0
    assert counts() == before


def test_everything_that_has_expired_goes_and_the_rest_stays(everything: object, clock: Clock) -> None:
    purge.purge(clock.forward(86_400))
    assert counts() == {"User": 1, "Client": 1, "Consent": 1, "Activity": 1}


def test_tokens_go_with_their_grant_and_not_before(everything: object, clock: Clock) -> None:
    purge.purge(clock.forward(3_659))
    assert AccessToken.select().count() == Grant.select().count() == 1
    purge.purge(clock.forward(1))
    assert AccessToken.select().count() == Grant.select().count() == 0


def test_a_used_code_is_remembered_as_long_as_its_tokens_live(everything: object, clock: Clock) -> None:
    purge.purge(clock.forward(600))
    assert Grant.select().count() == 1, "a second use must still end what the first one gave"


def test_each_row_goes_at_its_own_instant(everything: object, clock: Clock) -> None:
    purge.purge(clock.forward(300))
    assert Throttle.select().count() == 0
    assert Link.select().count() == Interaction.select().count() == 1
    purge.purge(clock.forward(3_300))
    assert Link.select().count() == Interaction.select().count() == 0
    assert Session.select().count() == 1
    purge.purge(clock.forward(session_lengths.SESSION.usual))
    assert Session.select().count() == 0


def test_the_record_of_what_happened_is_kept_for_ninety_days(storage: None, clock: Clock) -> None:
    activity.record("old")
    clock.forward(86_400)
    activity.record("newer")
    purge.purge(clock.forward(89 * 86_400 - 1))
    assert Activity.select().count() == 2
    assert purge.purge(clock.forward(1)) == 1
    assert [row.event for row in Activity.select()] == ["newer"]


@pytest.mark.parametrize("model", [Throttle, Activity])
def test_many_rows_go_a_batch_at_a_time(
    storage: None, clock: Clock, monkeypatch: pytest.MonkeyPatch, model: type[Throttle] | type[Activity]
) -> None:
    many = 2 * purge.BATCH + 7
    if model is Throttle:
        rows = [{"key": f"k{number}", "failures": 1, "expires_at": 1} for number in range(many)]
    else:
        rows = [{"at": 1, "event": "old", "detail": {}} for _ in range(many)]
    for start in range(0, many, 200):
        model.insert_many(rows[start : start + 200]).execute()
    deleted: list[int] = []
    changed = Statement.changed

    def counted(self: Statement, *parameters: object) -> int:
        deleted.append(changed(self, *parameters))
        return deleted[-1]

    monkeypatch.setattr(Statement, "changed", counted)
    assert purge.purge(clock.now) == many
    assert [count for count in deleted if count] == [purge.BATCH, purge.BATCH, 7]
    assert model.select().count() == 0


def test_a_person_whose_session_expires_stays(everything: tuple[User, Client], clock: Clock) -> None:
    purge.purge(clock.forward(10**8))
    assert User.get().username == "ada"
