"""Pending authorization requests."""

from __future__ import annotations

from idp.storage import interactions
from idp.storage.models import Interaction
from tests import given
from tests.conftest import Clock


def test_a_request_is_found_with_its_client_for_an_hour(storage: None, clock: Clock) -> None:
    session, _ = given.session()
    client = given.client()
    interactions.keep("this", session, client, {"state": "s"}, "attempt", clock.now)
    found = interactions.find("this", clock.forward(3_599))
    assert found is not None
    row, of = found
    assert (row.request, row.answers, row.attempt, of) == ({"state": "s"}, {}, "attempt", client)
    assert interactions.find("this", clock.forward(1)) is None


def test_without_a_client_somebody_visits_their_own_account(storage: None, clock: Clock) -> None:
    session, _ = given.session()
    interactions.keep("this", session, None, {}, "attempt", clock.now)
    found = interactions.find("this", clock.now)
    assert found is not None
    assert found[1] is None


def test_a_request_is_taken_once(storage: None, clock: Clock) -> None:
    session, _ = given.session()
    interactions.keep("this", session, None, {}, "attempt", clock.now)
    other, _ = given.session()
    assert not interactions.take("this", other), "it is another browser's"
    assert interactions.take("this", session)
    assert not interactions.take("this", session)


def test_answers_are_written_over_those_that_were_read_only(storage: None, clock: Clock) -> None:
    session, _ = given.session()
    interactions.keep("this", session, None, {}, "attempt", clock.now)
    first = {"drafts": {"totp": {"secret": "A", "when": [1, 2.5, None, True]}}, "b": "ü \U0001f511", "a": 1}
    assert interactions.keep_answers("this", session, {}, first)
    assert not interactions.keep_answers("this", session, {}, {"a": 2})
    found = interactions.find("this", clock.now)
    assert found is not None
    assert found[0].answers == first
    assert interactions.keep_answers("this", session, found[0].answers, {}), "to the letter as they were read"


def test_what_one_person_answers_is_never_written_when_another_one_is_there(storage: None, clock: Clock) -> None:
    adas, _ = given.session(given.user("ada"))
    bobs, _ = given.session(given.user("bob"))
    interactions.keep("this", adas, None, {}, "attempt", clock.now)
    interactions.move(adas, bobs)
    assert not interactions.keep_answers("this", adas, {}, {"consent": "allow"})
    assert interactions.keep_answers("this", bobs, {}, {"consent": "allow"})


def test_its_attempt_and_its_client_are_known_as_long_as_it_is_there(storage: None, clock: Clock) -> None:
    session, _ = given.session()
    client = given.client()
    interactions.keep("this", session, client, {}, "attempt", clock.now)
    interactions.keep("own", session, None, {}, "another attempt", clock.now)
    clock.forward(interactions.LIFETIME)
    assert interactions.trace("this") == ("attempt", client.client_id)
    assert interactions.trace("own") == ("another attempt", None)
    interactions.take("this", session)
    assert interactions.trace("this") is None
    assert interactions.trace("\ud800\0") is None


def test_it_is_of_another_browser_only_while_both_are_alive(storage: None, clock: Clock) -> None:
    mine, other = given.session()[0], given.session()[0]
    interactions.keep("this", mine, None, {}, "attempt", clock.now)
    assert interactions.is_of_another("this", other, clock.now)
    assert not interactions.is_of_another("this", mine, clock.now)
    assert not interactions.is_of_another("that", other, clock.now)
    assert not interactions.is_of_another("this", other, clock.now + interactions.LIFETIME)


def test_a_browser_has_a_bounded_number_and_the_oldest_go_first(storage: None, clock: Clock) -> None:
    session, _ = given.session()
    other, _ = given.session()
    interactions.keep("other", other, None, {}, "attempt", clock.now)
    for number in range(interactions.MOST_AT_ONCE + 10):
        interactions.keep(f"i{number}", session, None, {}, "attempt", clock.forward(1))
    kept = {row.id for row in Interaction.select().where(Interaction.session == session)}
    assert len(kept) <= interactions.MOST_AT_ONCE
    assert f"i{interactions.MOST_AT_ONCE + 9}" in kept
    assert "i0" not in kept
    assert interactions.find("other", clock.now) is not None


def test_names_are_never_the_same() -> None:
    assert len({interactions.new_id() for _ in range(1_000)}) == 1_000
