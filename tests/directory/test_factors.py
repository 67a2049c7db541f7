"""What people have enrolled: names, and what may be removed."""

from __future__ import annotations

from typing import Any

import pytest

from idp import activity
from idp.authenticators import recovery_code
from idp.directory import factors, policy
from idp.directory.circumstances import Circumstances
from idp.errors import Invalid, NotFound
from idp.storage import credentials
from idp.storage.models import Credential, User
from tests import given

HERE = Circumstances("192.0.2.1")


def app(user: User, name: str = "Phone", **data: Any) -> Credential:
    return credentials.add(user, "totp", {"secret": name, **data}, 1, name=name)


@pytest.fixture
def ada(storage: None) -> User:
    """Somebody with a password."""
    user = given.user()
    credentials.add(user, "password", {"hash": "x"}, 1)
    return user


def test_what_was_enrolled_is_listed_without_password_and_recovery_codes(ada: User) -> None:
    credentials.add(ada, recovery_code.NAME, {}, 1)
    first, second = app(ada, "Phone"), app(ada, "Tablet")
    app(given.user("grace"))
    assert factors.enrolled(ada) == [first, second]


def test_it_can_be_called_differently(ada: User) -> None:
    phone = app(ada)
    factors.rename(ada, phone.id, " Old phone ", HERE)
    assert factors.get(ada, phone.id).name == "Old phone"
    (row,) = activity.rows(user="ada")
    assert (row.event, row.detail) == ("authenticator.renamed", {"authenticator": "totp", "name": "Old phone"})


@pytest.mark.parametrize("name", ["", " ", "x" * 101, "a\u202eb"])
def test_a_name_that_can_not_be_is_refused(ada: User, name: str) -> None:
    phone = app(ada)
    with pytest.raises(Invalid):
        factors.rename(ada, phone.id, name, HERE)
    assert factors.get(ada, phone.id).name == "Phone"


def test_what_is_somebody_elses_can_neither_be_named_nor_removed(ada: User) -> None:
    theirs = app(given.user("grace"))
    with pytest.raises(NotFound):
        factors.rename(ada, theirs.id, "mine", HERE)
    with pytest.raises(NotFound):
        factors.remove(ada, theirs.id, HERE)
    assert Credential.get_by_id(theirs.id).name == "Phone"


@pytest.mark.parametrize("kind", ["password", "recovery_code"])
def test_passwords_and_recovery_codes_are_not_removed_here(ada: User, kind: str) -> None:
    codes = credentials.add(ada, "recovery_code", {}, 1)
    ours = credentials.of(ada, kind)[0]
    with pytest.raises(NotFound):
        factors.remove(ada, ours.id, HERE)
    assert Credential.get_by_id(codes.id)


def test_recovery_codes_go_with_the_last_thing_they_stand_in_for(ada: User) -> None:
    phone, tablet = app(ada, "Phone"), app(ada, "Tablet")
    recovery_code.enrol(ada, recovery_code.new_codes(), 1)
    assert not factors.consequences(ada, phone).is_last_second
    factors.remove(ada, phone.id, HERE)
    assert recovery_code.left(ada) == 10
    assert factors.consequences(ada, tablet).is_last_second
    factors.remove(ada, tablet.id, HERE)
    assert recovery_code.left(ada) == 0 and not credentials.has_second(ada)


def test_the_last_way_in_stays(storage: None) -> None:
    grace = given.user("grace")
    phone = app(grace)
    assert factors.consequences(grace, phone).is_last_way_in
    with pytest.raises(Invalid):
        factors.remove(grace, phone.id, HERE)
    assert factors.enrolled(grace) == [phone]
    assert not list(activity.rows())


def test_who_has_to_have_one_is_told_that_another_one_is_needed(ada: User) -> None:
    phone = app(ada)
    assert not factors.consequences(ada, phone).must_add_another
    policy.demand_mfa_of_everybody(True)
    assert factors.consequences(ada, phone).must_add_another
    app(ada, "Tablet")
    assert not factors.consequences(ada, phone).must_add_another


def test_removing_happens_once(ada: User) -> None:
    phone = app(ada)
    factors.remove(ada, phone.id, HERE)
    with pytest.raises(NotFound):
        factors.remove(ada, phone.id, HERE)
    assert [row.event for row in activity.rows(user="ada")] == ["authenticator.removed"]


def test_new_recovery_codes_take_the_place_of_the_old_ones(ada: User) -> None:
    app(ada)
    first = factors.new_recovery_codes(ada, HERE)
    second = factors.new_recovery_codes(ada, HERE)
    assert len({*first, *second}) == 20 and recovery_code.left(ada) == 10


def test_recovery_codes_without_anything_to_stand_in_for_would_shut_people_out(ada: User) -> None:
    with pytest.raises(Invalid):
        factors.new_recovery_codes(ada, HERE)
    assert not credentials.has_second(ada)


@pytest.mark.parametrize("is_verified", [True, False])
def test_a_key_that_opens_nothing_alone_is_no_last_way_in(storage: None, is_verified: bool) -> None:
    grace = given.user("grace")
    data = {"is_verified": is_verified, "is_discoverable": True}
    credentials.add(grace, "passkey", data, 1, name="Key", handle="key")
    phone = app(grace)
    assert factors.consequences(grace, phone).is_last_way_in is not is_verified
