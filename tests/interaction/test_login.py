"""The step that finds out who somebody is."""

from __future__ import annotations

from typing import Any

import pytest

from idp import activity
from idp.authenticators import password
from idp.authenticators.password import hashing
from idp.errors import Refused
from idp.interaction import login
from idp.interaction.facts import Interaction
from idp.interaction.request import AuthorizationRequest
from idp.storage import interactions
from idp.storage.models import User
from idp.subject_identifier import subject_identifier
from tests import given
from tests.conftest import PASSWORD, Clock

FORM = {"username": "ada", "password": PASSWORD}


@pytest.fixture
def ada(storage: None) -> User:
    person = given.user("ada")
    password.enrol(person, hashing.hash(PASSWORD), 0)
    return person


def asked(person: User | None, now: int, **request: Any) -> Interaction:
    """A pending request of an application, in a browser that may be signed in."""
    session, _ = given.session(person)
    wanted = AuthorizationRequest(given.REDIRECT_URI, "query", None, ("openid",), **request)
    client = given.client()
    id = interactions.new_id()
    interactions.keep(id, session, client, wanted.to_json(), "attempt", now)
    return Interaction(id, client, wanted, session, "attempt", now, "192.0.2.1", is_kept=True)


def test_a_password_signs_in(ada: User, clock: Clock) -> None:
    interaction = asked(None, clock.now)
    login.submit(interaction, FORM, clock.now)
    assert interaction.user == ada
    assert login.satisfied(interaction)
    row = list(activity.rows(user="ada"))[-1]
    assert (row.event, row.client_id, row.address, row.attempt) == ("sign_in", "app", "192.0.2.1", "attempt")


def test_a_wrong_password_records_no_fact(ada: User, clock: Clock) -> None:
    interaction = asked(None, clock.now)
    with pytest.raises(Refused) as refusal:
        login.submit(interaction, {**FORM, "password": "wrong"}, clock.now)
    assert refusal.value.reason == "wrong_password"
    assert interaction.user is None
    assert interaction.answers == {}


@pytest.mark.parametrize("form", [{}, {"username": "ada"}, {"decision": "allow"}])
def test_a_form_without_an_answer_is_refused(ada: User, clock: Clock, form: dict[str, str]) -> None:
    with pytest.raises(Refused) as refusal:
        login.submit(asked(None, clock.now), form, clock.now)
    assert refusal.value.reason == "no_answer"


def test_going_on_is_offered_only_where_a_choice_was_asked_for(ada: User, clock: Clock) -> None:
    assert login.offers(asked(ada, clock.now, prompt=("select_account",)))["current_user"] == ada


@pytest.mark.parametrize(
    "request_",
    [{}, {"prompt": ("login",)}, {"prompt": ("login", "select_account")}, {"prompt": ("select_account",), "max_age": 0},
     {"prompt": ("select_account",), "expected_sub": "somebody else"}],
)  # fmt: skip
def test_nobody_goes_on_where_a_new_proof_is_wanted(ada: User, clock: Clock, request_: dict[str, Any]) -> None:
    interaction = asked(ada, clock.now, **request_)
    assert login.offers(interaction)["current_user"] is None
    with pytest.raises(Refused):
        login.submit(interaction, {"account": "continue"}, clock.now)
    assert interaction.answers == {}


def test_nobody_goes_on_as_nobody(ada: User, clock: Clock) -> None:
    with pytest.raises(Refused):
        login.submit(asked(None, clock.now, prompt=("select_account",)), {"account": "continue"}, clock.now)


def test_going_on_answers_the_choice(ada: User, clock: Clock) -> None:
    interaction = asked(ada, clock.now, prompt=("select_account",))
    assert not login.satisfied(interaction)
    login.submit(interaction, {"account": "continue"}, clock.now)
    assert login.satisfied(interaction)


def test_another_person_than_expected_is_refused_and_not_signed_in(ada: User, clock: Clock) -> None:
    interaction = asked(None, clock.now, expected_sub=given.user("grace").sub)
    with pytest.raises(Refused) as refusal:
        login.submit(interaction, FORM, clock.now)
    assert refusal.value.reason == "other_account"
    assert interaction.user is None


def test_whom_the_request_expects_is_told_to_nobody_else(ada: User, clock: Clock) -> None:
    hinted = asked(None, clock.now, expected_sub=given.user("grace").sub)
    assert login.offers(hinted)["username"] == ""


def test_whom_the_request_expects_finds_their_own_name(ada: User, clock: Clock) -> None:
    again = asked(ada, clock.now, login_hint="somebody", expected_sub=ada.sub, prompt=("login",))
    assert login.offers(again)["username"] == "ada"


def test_the_login_hint_is_filled_in(ada: User, clock: Clock) -> None:
    assert login.offers(asked(None, clock.now, login_hint="ada@example.org"))["username"] == "ada@example.org"


def test_who_signs_in_again_finds_their_name(ada: User, clock: Clock) -> None:
    assert login.offers(asked(ada, clock.now, prompt=("login",)))["username"] == "ada"


@pytest.mark.parametrize("sub", ["nobody", "", "x" * 10_000])
def test_an_expected_person_that_cannot_exist_leaves_the_field_empty(ada: User, clock: Clock, sub: str) -> None:
    offered = login.offers(asked(None, clock.now, expected_sub=sub))
    assert (offered["username"], offered["current_user"]) == ("", None)


@pytest.mark.parametrize("how", [{"subject_type": "pairwise"}, {"subject_source": "username"}], ids=str)
def test_a_hint_names_the_person_as_the_application_knows_them(ada: User, clock: Clock, how: dict[str, str]) -> None:
    """OP-CHECKLIST 93: comparing takes no search through all people."""
    client = given.client("by-name", **how)
    session, _ = given.session(ada)
    for sub, wanted in ((subject_identifier(ada, client), True), (ada.sub, False)):
        request = AuthorizationRequest(given.REDIRECT_URI, "query", None, ("openid",), expected_sub=sub)
        assert login.satisfied(Interaction(sub, client, request, session, "attempt", clock.now)) is wanted
