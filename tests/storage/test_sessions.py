"""Browser sessions: how long they live and what ends them."""

from __future__ import annotations

import pytest

from idp import assurance
from idp.assurance import Proof
from idp.storage import session_lengths, sessions
from idp.storage.models import Session, User
from tests import given
from tests.conftest import Clock


@pytest.fixture
def ada(storage: None, clock: Clock) -> User:
    return given.user("ada")


def test_a_session_is_found_by_its_handle_with_its_person(ada: User, clock: Clock) -> None:
    session, handle = given.session(ada)
    found = sessions.find(handle, clock.now)
    assert found == session
    assert found is not None
    assert found.user == ada
    assert found.proofs == session.proofs


@pytest.mark.parametrize("handle", ["", "se_x", "\0", "\ud800", "x" * 5_000])
def test_an_unknown_handle_finds_nothing(ada: User, clock: Clock, handle: str) -> None:
    assert sessions.find(handle, clock.now) is None


def test_only_a_digest_is_stored_and_the_sid_tells_nothing(ada: User) -> None:
    session, handle = given.session(ada)
    stored = str(Session.get().__data__)
    assert handle not in stored
    assert handle.removeprefix("se_")[:10] not in stored
    assert session.sid not in handle


def test_a_session_ends_after_a_day_however_busy(ada: User, clock: Clock) -> None:
    _, handle = given.session(ada)
    for _ in range(23):
        assert sessions.find(handle, clock.forward(3_600))
    assert sessions.find(handle, clock.forward(3_599))
    assert sessions.find(handle, clock.forward(1)) is None


def test_a_session_ends_when_nobody_comes_for_eight_hours(ada: User, clock: Clock) -> None:
    _, early = given.session(ada)
    _, late = given.session(ada)
    clock.forward(sessions.IDLE_LIFETIME)
    assert sessions.find(early, clock.now) is not None
    assert sessions.find(late, clock.forward(1)) is None
    assert sessions.find(early, clock.now) is not None, "a visit starts the eight hours again"


def test_a_session_of_an_administrator_ends_after_an_hour_without_a_visit(storage: None, clock: Clock) -> None:
    _, handle = given.session(given.user("root", is_admin=True))
    assert sessions.find(handle, clock.forward(sessions.ADMIN_IDLE_LIFETIME)) is not None
    assert sessions.find(handle, clock.forward(sessions.ADMIN_IDLE_LIFETIME + 1)) is None


def _kept(person: User, clock: Clock, *proofs: Proof) -> str:
    stored = [proof.to_json() for proof in proofs]
    return sessions.start(clock.now, user=person, proofs=stored, is_kept=True)[1]


def test_a_kept_session_lasts_thirty_days_with_or_without_visits(ada: User, clock: Clock) -> None:
    handle = _kept(ada, clock, given.proof())
    assert sessions.find(handle, clock.forward(session_lengths.KEPT.usual - 1)) is not None
    assert sessions.find(handle, clock.forward(1)) is None


def test_two_factors_count_as_one_after_an_hour_without_a_visit(ada: User, clock: Clock) -> None:
    session, handle = given.session(ada, given.proof(), given.code_proof())
    assert sessions.find(handle, clock.forward(session_lengths.TWO_FACTORS_IDLE.usual)).proofs == session.proofs
    found = sessions.find(handle, clock.forward(session_lengths.TWO_FACTORS_IDLE.usual + 1))
    assert [proof["authenticator"] for proof in found.proofs] == ["password"]
    assert found.proofs[0]["is_rested"]
    assert sessions.find(handle, clock.now).proofs == found.proofs, "the visit doesn't bring the second factor back"


def test_two_factors_count_as_one_after_a_day_however_busy(ada: User, clock: Clock) -> None:
    handle = _kept(ada, clock, given.proof(), given.code_proof())
    for _ in range(48):
        assert len(sessions.find(handle, clock.forward(1_800)).proofs) == 2
    assert len(sessions.find(handle, clock.forward(1)).proofs) == 1


def test_a_kept_passkey_counts_as_one_factor_and_says_so_to_nobody(ada: User, clock: Clock) -> None:
    handle = _kept(ada, clock, given.passkey_proof())
    proofs = [Proof.from_json(proof) for proof in sessions.find(handle, clock.forward(3_601)).proofs]
    assert (assurance.acr(proofs), assurance.amr(proofs)) == ("aal1", ["pop"])


def test_one_factor_does_not_rest_into_more_than_it_was(ada: User, clock: Clock) -> None:
    """Or whoever waited an hour after the password would be spared the second factor."""
    _, handle = given.session(ada)
    found = sessions.find(handle, clock.forward(3_601))
    assert "is_rested" not in found.proofs[0]


def test_a_browser_where_nobody_is_signed_in_is_known_for_an_hour(storage: None, clock: Clock) -> None:
    _, handle = given.session()
    assert sessions.find(handle, clock.forward(3_599)) is not None
    assert sessions.find(handle, clock.forward(1)) is None


def test_a_disabled_person_has_no_session_at_once(ada: User, clock: Clock) -> None:
    _, handle = given.session(ada)
    User.update(disabled_at=clock.now).execute()
    assert sessions.find(handle, clock.now) is None


def test_visits_are_written_down_at_most_once_a_minute(ada: User, clock: Clock) -> None:
    _, handle = given.session(ada)
    began = clock.now
    sessions.find(handle, clock.forward(59))
    assert Session.get().seen_at == began
    sessions.find(handle, clock.forward(1))
    assert Session.get().seen_at == began + 60


def test_an_ended_session_is_forgotten(ada: User, clock: Clock) -> None:
    session, handle = given.session(ada)
    sessions.end(session)
    assert sessions.find(handle, clock.now) is None
    assert Session.select().count() == 0


def test_all_sessions_of_a_person_end_and_nobody_elses(ada: User, clock: Clock) -> None:
    here, _ = given.session(ada)
    given.session(ada)
    given.session(given.user("grace"))
    assert sessions.end_of_user(ada, besides=here) == 1
    assert sessions.end_of_user(ada) == 1
    assert [session.user.username for session in Session.select()] == ["grace"]


def test_a_renewed_session_goes_on_under_the_sid_that_applications_know(ada: User, clock: Clock) -> None:
    before, _ = given.session(ada)
    after, handle = given.session(ada)
    sid = before.sid
    sessions.keep_sid(after, before)
    sessions.end(before)
    found = sessions.find(handle, clock.now)
    assert found is not None
    assert found.sid == after.sid == sid


def test_the_mapping_of_a_session_is_kept(ada: User, clock: Clock) -> None:
    session, handle = given.session(ada)
    session.data = {"csrf_token": "x"}
    sessions.keep_data(session)
    found = sessions.find(handle, clock.now)
    assert found is not None
    assert found.data == {"csrf_token": "x"}


def test_lifetimes_are_within_what_is_promised() -> None:
    assert session_lengths.SESSION.usual <= 86_400
    assert session_lengths.SESSION.usual > sessions.IDLE_LIFETIME


def test_every_session_has_an_anti_forgery_token_of_its_own(storage: None) -> None:
    tokens = [given.session()[0].data[sessions.ANTI_FORGERY] for _ in range(3)]
    assert len(set(tokens)) == 3
    assert all(len(token) == 32 for token in tokens)


def test_a_session_that_ended_is_not_the_strangers_who_got_its_number(ada: User, clock: Clock) -> None:
    """SQLite gives the highest number out again."""
    ended, _ = given.session(ada)
    assert sessions.end(ended)
    strangers, handle = given.session(given.user("grace"))
    Session.update(id=ended.id).where(Session.id == strangers.id).execute()
    assert not sessions.stands(ended)
    assert not sessions.stands_alone(ended)
    assert not sessions.end(ended)
    ended.data = {"csrf_token": "known"}
    sessions.keep_data(ended)
    found = sessions.find(handle, clock.now)
    assert found is not None
    assert found.data == strangers.data
