"""Who has just chosen their password is signed in by the rules by which everybody is."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from idp.directory import invitations
from idp.storage import interactions, links, sessions
from idp.storage.models import Grant, LogoutDelivery, Session
from tests import given
from tests.conftest import PASSWORD, Clock
from tests.web.conftest import Visitor, token_of


def accept(browser: FlaskClient, username: str = "guest") -> int:
    """Accept an invitation, with the form that it opens."""
    _made, handle = invitations.make(groups=[], client=None, made_by="robin")
    link = f"/invitation?link={handle}"
    form = {"username": username, "email": f"{username}@example.org", "password": PASSWORD}
    return browser.post(link, data={"csrf_token": token_of(browser.get(link).text), **form}).status_code


def session_of(username: str) -> Session:
    (found,) = [row for row in Session.select() if row.user is not None and row.user.username == username]
    return found


def test_a_sign_in_that_waits_in_the_browser_goes_on_as_the_guest(browser: FlaskClient, clock: Clock) -> None:
    given.user("robin", is_admin=True)
    waiting = browser.get("/account").location
    assert accept(browser) == 303
    answer = browser.get(waiting)
    assert (answer.status_code, answer.location) == (303, "/account")
    (proof,) = session_of("guest").proofs
    assert (proof["authenticator"], proof["interaction"], proof["amr"]) == ("password", "invitation", ["pwd"])


def test_who_was_signed_in_there_is_signed_out_everywhere_and_their_answers_are_nobodys(
    visit: Callable[..., Visitor], clock: Clock
) -> None:
    ada = visit(given.user("ada"))
    told = given.client("told", backchannel_logout_uri="https://told.example.org/")
    grant = given.grant(ada.user, told, sid=ada.session.sid)
    Grant.update(code_used_at=clock.now).where(Grant.id == grant.id).execute()
    interactions.keep("this", ada.session, None, {}, "attempt", clock.now)
    assert interactions.keep_answers("this", ada.session, {}, {"consent": "allow"})
    assert accept(ada.browser) == 303
    (delivery,) = LogoutDelivery.select()
    assert (delivery.username, delivery.sid) == ("ada", ada.session.sid)
    found = interactions.find("this", clock.now)
    assert found is not None
    assert (found[0].session_id, found[0].answers) == (session_of("guest").id, {})


def test_an_administrator_who_is_restored_in_their_own_browser_goes_on_in_a_new_session(
    visit: Callable[..., Visitor], clock: Clock
) -> None:
    ada = visit(given.user("ada", is_admin=True))
    link = f"/setup?link={links.add(links.SETUP, 3_600, clock.now)}"
    answer = ada.post(link, username="ada", password=PASSWORD, restore="yes")
    assert (answer.status_code, answer.location) == (303, "/account")
    assert not sessions.stands(ada.session), "a new password ends every session of its person"
    assert session_of("ada").sid != ada.session.sid
    assert ada.get("/account").status_code == 200
