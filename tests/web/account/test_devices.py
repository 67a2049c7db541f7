"""Where somebody is signed in, and signing out there."""

from __future__ import annotations

from collections.abc import Callable

from idp import activity, opaque
from idp.storage import access_tokens, session_lengths, sessions
from idp.storage.models import Session
from tests import given
from tests.conftest import Clock
from tests.web.account.conftest import Visitor

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 (KHTML, like Gecko) Version/18.0 Safari/604.1"


def elsewhere(ada: Visitor, at: int, **fields: object) -> tuple[Session, str]:
    values = {
        "user": ada.user,
        "proofs": [given.proof(at=at).to_json()],
        "address": "198.51.100.7",
        "user_agent": IPHONE,
    }
    return sessions.start(at, **{**values, **fields})  # type: ignore[arg-type]


def test_every_live_session_is_listed_and_this_one_marked(ada: Visitor, clock: Clock) -> None:
    elsewhere(ada, clock.now)
    given.session(given.user("grace"))
    page = ada.get("/account/devices").text
    assert page.count("This browser") == 1 and page.count("Sign out there") == 1
    assert "Safari on iPhone" in page and "198.51.100.7" in page


def test_what_has_ended_by_itself_is_not_listed(ada: Visitor, clock: Clock) -> None:
    elsewhere(ada, clock.now - sessions.IDLE_LIFETIME - 1)
    elsewhere(ada, clock.now - session_lengths.SESSION.usual)
    page = ada.get("/account/devices").text
    assert "Sign out there" not in page and "You are signed in nowhere else." in page
    elsewhere(ada, clock.now - sessions.IDLE_LIFETIME - 1, is_kept=True)
    assert "Stays signed in" in ada.get("/account/devices").text


def test_one_is_ended_with_all_that_was_granted_there(ada: Visitor, clock: Clock) -> None:
    there, handle = elsewhere(ada, clock.now)
    app = given.client()
    gone = given.access_token(given.grant(ada.user, app, sid=there.sid))
    kept = given.access_token(given.grant(ada.user, app, sid=ada.session.sid))
    here = f"/account/devices/{there.sid}/end"
    assert "Sign out on Safari on iPhone?" in ada.get(here).text
    assert sessions.find(handle, clock.now), "asking ends nothing"
    assert ada.post(here).location == "/account/devices"
    assert "You are signed out there." in ada.get("/account/devices").text
    assert sessions.find(handle, clock.now) is None
    assert access_tokens.find_alive_of_person(opaque.digest(gone), clock.now) is None
    assert access_tokens.find_alive_of_person(opaque.digest(kept), clock.now) is not None
    assert [row.event for row in activity.rows(user="ada")] == ["session.ended"]


def test_a_session_that_was_renewed_meanwhile_is_ended_too(ada: Visitor, clock: Clock) -> None:
    there, _old = elsewhere(ada, clock.now)
    _renewed, handle = sessions.renew(there, clock.now)
    ada.post(f"/account/devices/{there.sid}/end", form="/account/profile")
    assert sessions.find(handle, clock.now) is None


def test_nobody_ends_the_sessions_of_others(ada: Visitor, clock: Clock) -> None:
    theirs, handle = given.session(given.user("grace"))
    assert ada.get(f"/account/devices/{theirs.sid}/end").status_code == 303
    ada.post(f"/account/devices/{theirs.sid}/end", form="/account/profile")
    assert sessions.find(handle, clock.now) is not None


def test_this_browser_is_left_by_signing_out(ada: Visitor, clock: Clock) -> None:
    here = f"/account/devices/{ada.session.sid}/end"
    assert ada.post(here, form="/account/profile").location == "/logout"
    assert Session.get_or_none(Session.id == ada.session.id)


def test_everywhere_else_is_ended_at_once(ada: Visitor, clock: Clock) -> None:
    handles = [elsewhere(ada, clock.now)[1] for _ in range(3)]
    gone = given.access_token(given.grant(ada.user, given.client(), sid="of a session long over"))
    assert "This browser stays signed in." in ada.get("/account/devices/end-others").text
    assert ada.post("/account/devices/end-others").location == "/account/devices"
    assert not any(sessions.find(handle, clock.now) for handle in handles)
    assert access_tokens.find_alive_of_person(opaque.digest(gone), clock.now) is None
    assert "You are signed out everywhere else." in ada.get("/account/devices").text


def test_ending_needs_a_fresh_sign_in_but_looking_does_not(visit: Callable[..., Visitor], clock: Clock) -> None:
    tired = visit(given.user(), ago=601)
    assert tired.get("/account/devices").status_code == 200
    assert tired.get("/account/devices/end-others").location.startswith("/interaction/")
