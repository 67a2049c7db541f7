"""What somebody answers counts for them alone, and two tabs never lose each other's answers."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from idp import activity
from idp.errors import Refused
from idp.interaction import access, consent, login
from idp.interaction.facts import Interaction
from idp.interaction.request import AuthorizationRequest
from idp.storage import consents, database, interactions
from idp.storage.models import Client, Session, User
from tests import given
from tests.conftest import Clock

Tab = Callable[[], Interaction]


@pytest.fixture
def ada(storage: None) -> User:
    return given.user("ada")


@pytest.fixture
def app(storage: None) -> Client:
    return given.client()


@pytest.fixture
def tab(ada: User, app: Client, clock: Clock) -> Tab:
    """`tab()`: one more tab of Ada's browser, which has read the same sign-in as it is now."""
    request = AuthorizationRequest(given.REDIRECT_URI, "query", None, ("openid", "email"), prompt=("select_account",))
    interactions.keep("this", given.session(ada)[0], app, request.to_json(), "attempt", clock.now)

    def read() -> Interaction:
        found = interactions.find("this", clock.now)
        assert found is not None
        row, client = found
        session = Session.get_by_id(row.session_id)
        return Interaction(
            row.id, client, request, session, "attempt", row.started_at, answers=row.answers, is_kept=True
        )

    return read


def refused(do: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refusal:
        do()
    return refusal.value.reason


def test_an_allow_that_arrives_after_the_browser_became_nobodys_is_not_the_next_ones(
    tab: Tab, ada: User, app: Client, clock: Clock
) -> None:
    adas, other = tab(), tab()
    other.leave(clock.now)
    assert refused(lambda: consent.submit(adas, {"decision": "allow"}, clock.now)) == "session_ended"
    assert tab().answers == {}
    assert not consents.covers(ada, app, ["openid"], [])
    bob = given.user("bob")
    other.become(bob, given.proof(interaction="this"))
    bobs = tab()
    assert bobs.user == bob
    assert not consent.satisfied(bobs)
    assert [row.event for row in activity.rows(user="ada") if row.event.startswith("consent")] == []


def test_an_answer_is_not_for_a_session_that_was_renewed_meanwhile(tab: Tab, ada: User, clock: Clock) -> None:
    before = tab()
    tab().become(ada, given.proof(interaction="this"))
    assert refused(lambda: before.answer(consent="allow")) == "session_ended"
    assert tab().answers == {}


def test_what_two_tabs_answer_is_not_lost(tab: Tab) -> None:
    first, second = tab(), tab()
    first.answer(declined="consent")
    assert refused(lambda: second.answer(consent="allow")) == "session_ended"
    assert tab().answers == {"declined": "consent"}
    assert second.answers == {}


def test_an_answer_to_a_sign_in_that_is_over_is_refused(tab: Tab) -> None:
    mine = tab()
    assert mine.session is not None
    assert interactions.take("this", mine.session)
    assert refused(lambda: mine.answer(consent="allow")) == "session_ended"


def test_no_step_can_forget_the_transaction(tab: Tab, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    written: list[bool] = []
    keep = interactions.keep_answers

    def watched(*all: object) -> bool:
        written.append(database.in_transaction())
        return keep(*all)  # type: ignore[arg-type]

    monkeypatch.setattr(interactions, "keep_answers", watched)
    login.submit(tab(), {"account": "continue"}, clock.now)
    tab().answer(declined="access")
    assert written == [True, True]


def test_that_somebody_was_told_is_noted_once_whichever_tab_was_faster(tab: Tab, app: Client) -> None:
    Client.update(allowed_groups=["staff"]).where(Client.id == app.id).execute()
    first, second = tab(), tab()
    access.offers(first)
    assert refused(lambda: access.offers(second)) == "session_ended", "and the page looks again"
    access.offers(tab())
    assert [row.event for row in activity.rows(user="ada")] == ["access.denied"]


@pytest.mark.parametrize("round", range(5))
def test_of_an_allow_and_a_switch_at_the_same_instant_the_next_person_gets_nothing(
    tab: Tab, clock: Clock, round: int
) -> None:
    barrier, allowing, leaving = Barrier(2), tab(), tab()

    def at_once(do: Callable[[], object]) -> str | None:
        try:
            barrier.wait(30)
            do()
        except Refused as refusal:
            return refusal.reason
        finally:
            database.close()
        return None

    with ThreadPoolExecutor(2) as pool:
        allowed = pool.submit(at_once, lambda: consent.submit(allowing, {"decision": "allow"}, clock.now))
        left = pool.submit(at_once, lambda: leaving.leave(clock.now))
        assert left.result() is None
        assert allowed.result() in (None, "session_ended")
    nobodys = tab()
    assert nobodys.user is None
    assert nobodys.answers == {}
