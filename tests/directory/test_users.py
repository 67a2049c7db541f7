"""Adding, changing and removing people."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from idp import activity
from idp.authenticators import Try, password
from idp.directory import users as people
from idp.errors import Invalid, NotFound, Refused
from idp.storage import access_tokens, sessions, users
from idp.storage.models import Grant, User
from tests import given
from tests.conftest import PASSWORD, Clock


def add(username: str = "ada", **fields: Any) -> User:
    return people.add(username, **{"email": f"{username}@example.org", **fields})


def problems(username: str = "ada", **fields: Any) -> dict[str, str]:
    before = User.select().count()
    with pytest.raises(Invalid) as invalid:
        add(username, **fields)
    assert User.select().count() == before
    return dict(invalid.value.problems)


def test_a_person_gets_a_random_sub_that_fits_everywhere(storage: None) -> None:
    ada = add()
    assert str(uuid.UUID(ada.sub, version=4)) == ada.sub
    assert len(ada.sub) <= 50
    assert ada.sub != add("grace").sub


def test_what_an_administrator_enters_counts_as_verified(storage: None) -> None:
    ada = add(email=" Ada@Example.ORG ")
    assert (ada.email, ada.email_verified) == ("ada@example.org", True)


def test_a_person_can_be_added_with_everything(storage: None, clock: Clock) -> None:
    given.user("other", groups=["family"])
    ada = add(display_name="Ada", groups=["family"], is_admin=True, password=PASSWORD)
    assert (ada.display_name, ada.is_admin) == ("Ada", True)
    assert users.group_names(ada) == ["family"]
    assert password.prove({"username": "ada", "password": PASSWORD}, Try("this", clock.now, None))[0] == ada
    assert next(row.event for row in activity.rows(user="ada")) == "user.added"


def test_all_problems_are_told_at_once(storage: None) -> None:
    found = problems("Ada!", email="nowhere", display_name="a\nb", groups=["nobody"], password="short")
    assert found.keys() == {"username", "email", "display_name", "group", "password"}


def test_a_password_made_of_the_own_name_is_refused(storage: None) -> None:
    assert problems("lovelace", password="lovelace-lovelace-lovelace").keys() == {"password"}


@pytest.mark.parametrize(
    ("field", "value"), [("username", "ada"), ("email", "ada@example.org"), ("email", "ADA@example.org")]
)
def test_names_and_addresses_belong_to_one_person(storage: None, field: str, value: str) -> None:
    given.user("ada")
    fields = {"email": value} if field == "email" else {"email": "new@example.org"}
    assert problems("ada" if field == "username" else "grace", **fields).keys() == {field}


def test_the_name_of_somebody_who_is_gone_is_never_given_out_again(storage: None) -> None:
    people.delete(add())
    assert "gone" in problems()["username"]


def test_a_failed_first_deed_adds_nobody(storage: None) -> None:
    def used_up() -> None:
        raise Refused("used", "used")

    with pytest.raises(Refused):
        add(first=used_up)
    assert users.by_name("ada") is None


def test_nobody_of_that_name_is_told_with_what_to_do(storage: None) -> None:
    with pytest.raises(NotFound, match="idp user list"):
        people.get("nobody")


def test_a_change_touches_only_what_is_given(storage: None, clock: Clock) -> None:
    ada = add(display_name="Ada")
    clock.forward(5)
    changed = people.change(ada, email="new@example.org")
    assert (changed.email, changed.display_name, changed.sub) == ("new@example.org", "Ada", ada.sub)
    assert changed.updated_at == clock.now


@pytest.mark.parametrize("fields", [{"email": "nowhere"}, {"email": "grace@example.org"}, {"display_name": "a\nb"},
                                    {"password": "short"}, {"password": "ada.ada.ada.ada.ada"}], ids=str)  # fmt: skip
def test_a_change_has_the_same_rules(storage: None, fields: dict[str, str]) -> None:
    ada = add()
    add("grace")
    with pytest.raises(Invalid):
        people.change(ada, **fields)
    assert users.by_name("ada").email == "ada@example.org"  # type: ignore[union-attr]


def test_one_may_keep_ones_own_address(storage: None) -> None:
    assert people.change(add(), email="ada@example.org").email == "ada@example.org"


def test_a_new_password_ends_sessions_and_what_was_granted(storage: None, clock: Clock) -> None:
    ada = add()
    _, handle = given.session(ada)
    token = given.access_token(given.grant(ada, given.client()))
    people.change(ada, password=PASSWORD)
    assert sessions.find(handle, clock.now) is None
    assert access_tokens.find_alive_of_person(given.opaque.digest(token), clock.now) is None


def test_a_disabled_person_is_shut_out_everywhere_at_once(storage: None, clock: Clock) -> None:
    ada = add(password=PASSWORD)
    _, handle = given.session(ada)
    token = given.access_token(given.grant(ada, given.client()))
    people.disable(ada)
    assert sessions.find(handle, clock.now) is None
    assert access_tokens.find_alive_of_person(given.opaque.digest(token), clock.now) is None
    people.enable(people.get("ada"))
    assert sessions.find(handle, clock.now) is None, "what was ended stays ended"
    assert access_tokens.find_alive_of_person(given.opaque.digest(token), clock.now) is None
    assert password.prove({"username": "ada", "password": PASSWORD}, Try("this", clock.now, None))[0] == ada


def test_the_last_administrator_stays_one(storage: None) -> None:
    root = add("root", is_admin=True)
    add("off", is_admin=True)
    User.update(disabled_at=1).where(User.username == "off").execute()
    for deed in (people.disable, people.delete, lambda user: people.change(user, is_admin=False)):
        with pytest.raises(Invalid, match="last administrator"):
            deed(root)
    add("second", is_admin=True)
    people.delete(root)
    assert users.by_name("root") is None


def test_deleting_takes_everything_of_the_person_along(storage: None, clock: Clock) -> None:
    ada = add(password=PASSWORD)
    _, handle = given.session(ada)
    given.access_token(given.grant(ada, given.client()))
    people.delete(ada)
    assert sessions.find(handle, clock.now) is None
    assert Grant.select().count() == 0
