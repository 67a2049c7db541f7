"""What is recorded while somebody signs in, and what happens to the browser's session."""

from __future__ import annotations

import pytest

from idp import assurance, opaque
from idp.errors import Refused
from idp.interaction.facts import Interaction
from idp.interaction.request import AuthorizationRequest
from idp.storage import credentials, interactions, sessions
from idp.storage.models import Client, Grant, LogoutDelivery, Session, User
from tests import given
from tests.conftest import Clock


@pytest.fixture
def ada(storage: None) -> User:
    return given.user("ada", groups=["family"])


@pytest.fixture
def app(storage: None) -> Client:
    return given.client()


def pending(client: Client, session: Session, now: int) -> Interaction:
    """A request that is kept in a session."""
    request = AuthorizationRequest(given.REDIRECT_URI, "query", "state", ("openid",))
    id = interactions.new_id()
    interactions.keep(id, session, client, request.to_json(), "attempt", now)
    return Interaction(id, client, request, session, "attempt", now, is_kept=True)


def test_becoming_a_user_renews_the_handle_of_the_session(ada: User, app: Client, clock: Clock) -> None:
    session, planted = given.session()
    interaction = pending(app, session, clock.now)
    interaction.become(ada, given.proof(interaction=interaction.id))
    assert interaction.user == ada
    assert interaction.new_handle not in (None, planted)
    assert sessions.find(planted, clock.now) is None
    found = sessions.find(str(interaction.new_handle), clock.now)
    assert found is not None
    assert found.user == ada


def test_becoming_a_user_renews_the_anti_forgery_token(ada: User, app: Client, clock: Clock) -> None:
    session, _ = given.session()
    planted = {"csrf_token": "known to whoever planted the session", "more": "of theirs"}
    session.data = planted
    sessions.keep_data(session)
    interaction = pending(app, session, clock.now)
    interaction.become(ada, given.proof())
    assert interaction.session is not None
    assert interaction.session.data.keys() == {"csrf_token"}
    assert interaction.session.data["csrf_token"] != planted["csrf_token"]


def test_signing_in_again_keeps_the_sid_and_the_proofs(ada: User, app: Client, clock: Clock) -> None:
    session, _ = given.session(ada)
    sid = session.sid
    interaction = pending(app, session, clock.now)
    interaction.become(ada, given.proof(interaction=interaction.id))
    assert interaction.session is not None
    assert interaction.session.sid == sid
    assert [proof["interaction"] for proof in interaction.session.proofs] == ["earlier", interaction.id]


def test_a_password_shown_again_does_not_renew_the_memory_of_a_second_factor(
    ada: User, app: Client, clock: Clock
) -> None:
    credentials.add(ada, "totp", {}, clock.now)
    rested = assurance.rested([given.proof(), given.code_proof()], clock.now + 1)
    interaction = pending(app, given.session(ada, *rested)[0], clock.now)
    assert interaction.is_sure_enough
    interaction.become(ada, given.proof(interaction=interaction.id), keep=True)
    assert not interaction.is_sure_enough
    assert [proof.interaction for proof in interaction.counting_proofs] == [interaction.id]


def test_a_second_factor_adds_to_a_password_that_rests(ada: User, app: Client, clock: Clock) -> None:
    rested = assurance.rested([given.proof(), given.code_proof()], clock.now + 1)
    interaction = pending(app, given.session(ada, *rested)[0], clock.now)
    interaction.become(ada, given.code_proof(interaction=interaction.id))
    assert interaction.acr == assurance.AAL2


def test_signing_in_as_somebody_else_starts_anew(ada: User, app: Client, clock: Clock) -> None:
    session, handle = given.session(ada)
    sid = session.sid
    interaction = pending(app, session, clock.now)
    interaction.become(given.user("grace"), given.proof(interaction=interaction.id))
    assert interaction.session is not None
    assert interaction.session.sid != sid
    assert [proof.interaction for proof in interaction.counting_proofs] == [interaction.id]
    assert sessions.find(handle, clock.now) is None


def test_leaving_makes_the_browser_nobodys(ada: User, app: Client, clock: Clock) -> None:
    session, handle = given.session(ada)
    interaction = pending(app, session, clock.now)
    interaction.leave(clock.now)
    assert interaction.user is None
    assert interaction.counting_proofs == []
    assert sessions.find(handle, clock.now) is None


@pytest.mark.parametrize("taken_over", [True, False], ids=["by another person", "by nobody"])
def test_applications_are_told_when_a_browser_is_not_its_persons_any_more(
    ada: User, app: Client, clock: Clock, taken_over: bool
) -> None:
    told = given.client("told", backchannel_logout_uri="https://told.example.org/")
    session, _ = given.session(ada)
    grant = given.grant(ada, told, sid=session.sid)
    Grant.update(code_used_at=clock.now).where(Grant.id == grant.id).execute()
    interaction = pending(app, session, clock.now)
    interaction.become(ada, given.proof(interaction=interaction.id))
    assert LogoutDelivery.select().count() == 0  # it is still hers
    if taken_over:
        interaction.become(given.user("grace"), given.proof(interaction=interaction.id))
    else:
        interaction.leave(clock.now)
    (delivery,) = LogoutDelivery.select()
    assert (delivery.username, delivery.sid, delivery.due_at) == ("ada", session.sid, clock.now)


def test_the_other_pending_requests_of_the_browser_come_along(ada: User, app: Client, clock: Clock) -> None:
    session, _ = given.session()
    first, second = pending(app, session, clock.now), pending(app, session, clock.now)
    first.become(ada, given.proof(interaction=first.id))
    assert first.session is not None
    found = interactions.find(second.id, clock.now)
    assert found is not None
    assert found[0].session_id == first.session.id


def test_the_groups_follow_the_person(ada: User, app: Client, clock: Clock) -> None:
    session, _ = given.session(ada)
    interaction = pending(app, session, clock.now)
    assert interaction.groups == ["family"]
    interaction.become(given.user("grace", groups=["staff"]), given.proof())
    assert interaction.groups == ["staff"]


def test_answers_add_up_and_are_kept(app: Client, clock: Clock) -> None:
    session, _ = given.session()
    interaction = pending(app, session, clock.now)
    interaction.answer(account="a")
    interaction.answer(consent="allow")
    found = interactions.find(interaction.id, clock.now)
    assert found is not None
    assert found[0].answers == interaction.answers == {"account": "a", "consent": "allow"}


def test_no_column_says_how_far_somebody_is() -> None:
    from idp.storage.models import Interaction as Row

    assert set(Row._meta.fields) == {
        "id", "session", "client", "request", "answers", "challenge", "attempt", "started_at", "expires_at"
    }  # fmt: skip


def test_single_claims_are_asked_about_once() -> None:
    request = AuthorizationRequest(
        "https://a/", "query", None, id_token_claims=("name", "email"), userinfo_claims=("name",)
    )
    assert Interaction("id", None, request, None, "attempt", 0).asked_claims == ["email", "name"]


def test_an_interaction_name_cannot_be_guessed() -> None:
    assert len(opaque.identifier()) == 32  # hexadecimal: 128 bits


def test_a_session_that_ended_meanwhile_can_not_be_renewed(storage: None, clock: Clock) -> None:
    ada = given.user("ada")
    session, _ = given.session(ada)
    client = given.client()
    request = AuthorizationRequest(given.REDIRECT_URI, "query", None, ("openid",))
    interaction = Interaction("this", client, request, session, "attempt", clock.now)
    sessions.end(session)
    with pytest.raises(Refused):
        interaction.become(ada, given.proof())
    assert Session.select().count() == 0
