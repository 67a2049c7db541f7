"""How long people stay signed in, as chosen."""

from __future__ import annotations

import pytest

from idp.directory import policy
from idp.errors import Invalid
from idp.storage import sessions, settings
from idp.storage.database import transaction
from idp.storage.models import Session
from idp.storage.session_lengths import ALL, DAY, HOUR, KEPT, SESSION, TWO_FACTORS_IDLE, Length
from tests import given
from tests.conftest import Clock


def test_the_usual_lengths_are_the_longest_that_the_recommendations_allow() -> None:
    assert all(length.usual == length.most for length in ALL)
    assert (SESSION.most, KEPT.most, TWO_FACTORS_IDLE.most) == (DAY, 30 * DAY, HOUR)  # SECURITY.md 5


@pytest.mark.parametrize("length", ALL, ids=lambda length: length.name)
def test_nothing_beyond_the_bounds_is_taken(storage: None, length: Length) -> None:
    for wrong in (length.least - 1, length.most + 1, 0, -1):
        with pytest.raises(Invalid) as refused:
            policy.change_session_lengths({length.name: wrong})
        assert "Between" in refused.value.problems[length.name]
    policy.change_session_lengths({length.name: length.least})
    assert length.now() == length.least
    policy.change_session_lengths({length.name: length.usual})
    assert length.now() == length.usual and length.name not in settings.chosen()


def test_what_an_old_backup_brings_stays_within_the_bounds(storage: None) -> None:
    with transaction(durable=True):
        settings.choose(SESSION.name, str(90 * DAY))
    assert SESSION.now() == SESSION.most


def test_a_session_lasts_as_long_as_was_chosen(storage: None, clock: Clock) -> None:
    policy.change_session_lengths({SESSION.name: HOUR, KEPT.name: 3 * DAY})
    ada = given.user()
    session, _ = sessions.start(clock.now, user=ada)
    kept, _ = sessions.start(clock.now, user=ada, is_kept=True)
    assert (session.expires_at - clock.now, kept.expires_at - clock.now) == (HOUR, 3 * DAY)


def test_a_shorter_length_holds_for_who_is_signed_in_already(storage: None, clock: Clock) -> None:
    ada = given.user()
    session, _ = sessions.start(clock.now, user=ada)
    kept, _ = sessions.start(clock.now, user=ada, is_kept=True)
    nobody, _ = sessions.start(clock.now)
    policy.change_session_lengths({SESSION.name: HOUR, KEPT.name: DAY})
    left = {each.id: each.expires_at - clock.now for each in Session.select()}
    assert left == {session.id: HOUR, kept.id: DAY, nobody.id: sessions.ANONYMOUS_LIFETIME}
    policy.change_session_lengths({SESSION.name: DAY})
    assert Session.get_by_id(session.id).expires_at - clock.now == HOUR, "a longer one begins with the next sign-in"


def test_two_factors_rest_after_the_chosen_time(storage: None, clock: Clock) -> None:
    policy.change_session_lengths({TWO_FACTORS_IDLE.name: 300})
    proofs = [given.proof(at=clock.now), given.code_proof(at=clock.now)]
    _session, handle = given.session(given.user(), *proofs)
    found = sessions.find(handle, clock.forward(300))
    assert found is not None and len(found.proofs) == 2
    found = sessions.find(handle, clock.forward(301))
    assert found is not None and len(found.proofs) == 1
