"""The forms for names, language, time zone and e-mail address."""

from __future__ import annotations

from collections.abc import Callable

from idp import activity
from idp.storage import sessions
from tests import given
from tests.conftest import Clock
from tests.web.account.conftest import Visitor
from tests.web.conftest import token_of


def test_a_profile_is_saved_and_said_to_be(ada: Visitor) -> None:
    saved = ada.post("/account/profile", display_name="Ada L.", given_name=" Ada ", family_name="Lovelace",
                     locale="en", zoneinfo="london")  # fmt: skip
    assert (saved.status_code, saved.location) == (303, "/account")
    page = ada.get("/account").text
    assert "Your profile has been saved." in page
    assert "Your profile has been saved." not in ada.get("/account").text, "said once"
    user = ada.now()
    assert (user.display_name, user.given_name, user.family_name) == ("Ada L.", "Ada", "Lovelace")
    assert (user.locale, user.zoneinfo) == ("en", "Europe/London")


def test_what_is_wrong_stands_at_its_field_and_nothing_is_saved(ada: Visitor) -> None:
    refused = ada.post("/account/profile", display_name="A\u202eda", zoneinfo="nowhere")
    assert refused.status_code == 400
    assert 'href="#display_name"' in refused.text and 'href="#zoneinfo"' in refused.text
    assert 'value="nowhere"' in refused.text
    assert ada.now().display_name == "Ada"


def test_names_need_no_fresh_sign_in_but_an_address_does(visit: Callable[..., Visitor]) -> None:
    tired = visit(given.user(), ago=601)
    assert tired.get("/account/profile").status_code == 200
    assert tired.get("/account/email").location.startswith("/interaction/")


def test_a_new_address_is_not_verified(ada: Visitor) -> None:
    ada.post("/account/email", email=" New@Example.org ")
    user = ada.now()
    assert (user.email, user.email_verified) == ("new@example.org", False)
    assert "Not verified" in ada.get("/account").text
    assert [row.event for row in activity.rows(user="ada")] == ["email.changed"]


def test_an_administrators_own_entry_is_verified_like_their_others(visit: Callable[..., Visitor]) -> None:
    root = visit(given.user("root", is_admin=True))
    root.post("/account/email", email="new@example.org")
    assert root.now().email_verified


def test_the_address_of_somebody_else_is_refused(ada: Visitor) -> None:
    given.user("grace")
    refused = ada.post("/account/email", email="grace@example.org")
    assert refused.status_code == 400 and "Another user has this e-mail address" in refused.text
    assert ada.now().email == "ada@example.org"


def test_an_address_typed_too_late_waits_while_its_owner_signs_in_again(ada: Visitor, clock: Clock) -> None:
    token = token_of(ada.get("/account/email").text)
    clock.forward(601)
    late = ada.browser.post("/account/email", data={"csrf_token": token, "email": "new@example.org"})
    assert late.location.startswith("/interaction/")
    assert ada.now().email == "ada@example.org", "nothing has happened"
    renewed, handle = sessions.start(clock.now, user=ada.user, proofs=[given.proof().to_json()])
    sessions.keep_sid(renewed, sessions.Session.get_by_id(ada.session.id))  # as every renewal does
    ada.browser.set_cookie("foyer", handle, domain="localhost")
    page = ada.get("/account/email").text
    assert 'value="new@example.org"' in page and "Nothing has been changed yet" in page
    assert 'value="ada@example.org"' in ada.get("/account/email").text, "it waits once"


def test_what_one_person_typed_is_not_shown_to_the_next(ada: Visitor, clock: Clock) -> None:
    token = token_of(ada.get("/account/email").text)
    clock.forward(601)
    ada.browser.post("/account/email", data={"csrf_token": token, "email": "new@example.org"})
    _session, handle = given.session(given.user("grace"))
    ada.browser.set_cookie("foyer", handle, domain="localhost")
    assert "new@example.org" not in ada.get("/account/email").text
