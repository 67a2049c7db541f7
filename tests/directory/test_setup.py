"""The first administrator."""

from __future__ import annotations

import pytest

from idp.directory import setup
from idp.errors import Invalid, PageError
from idp.storage import users
from tests import given
from tests.conftest import PASSWORD, Clock

WHO = {"username": "root", "email": "root@example.org", "display_name": None, "password": PASSWORD}


def test_set_up_is_needed_until_somebody_can_administer(storage: None) -> None:
    assert setup.is_needed()
    given.user("ada")
    given.user("gone", is_admin=True, disabled_at=1)
    assert setup.is_needed()
    given.user("root", is_admin=True)
    assert not setup.is_needed()


def test_a_link_makes_one_administrator(storage: None, clock: Clock) -> None:
    link = setup.new_link()
    setup.check(link)
    made = setup.create_administrator(link, **WHO)  # type: ignore[arg-type]
    assert made.is_admin
    with pytest.raises(PageError):
        setup.check(link)
    with pytest.raises(PageError):
        setup.create_administrator(link, **{**WHO, "username": "second", "email": "s@example.org"})  # type: ignore[arg-type]
    assert users.by_name("second") is None


def test_a_link_lives_an_hour(storage: None, clock: Clock) -> None:
    link = setup.new_link()
    clock.forward(3_599)
    setup.check(link)
    clock.forward(1)
    with pytest.raises(PageError):
        setup.check(link)


def test_a_new_link_makes_the_old_one_worthless(storage: None) -> None:
    old = setup.new_link()
    setup.check(setup.new_link())
    with pytest.raises(PageError):
        setup.check(old)


def test_a_mistake_in_the_form_leaves_the_link_good(storage: None) -> None:
    link = setup.new_link()
    with pytest.raises(Invalid):
        setup.create_administrator(link, **{**WHO, "password": "short"})  # type: ignore[arg-type]
    setup.check(link)


def test_somebody_who_is_locked_out_is_restored_with_the_same_sub(storage: None) -> None:
    before = given.user("root", disabled_at=1)
    with pytest.raises(Invalid) as refusal:
        setup.create_administrator(setup.new_link(), **WHO)  # type: ignore[arg-type]
    assert "username" in refusal.value.problems, "never by the way"
    link = setup.new_link()
    after = setup.restore_administrator(link, before, PASSWORD)
    with pytest.raises(PageError):
        setup.restore_administrator(link, before, PASSWORD)
    assert (after.id, after.sub, after.is_admin, after.disabled_at) == (before.id, before.sub, True, None)


@pytest.mark.parametrize("link", ["", "li_x", "\0", "\ud800", "x" * 5_000])
def test_what_is_no_link_opens_nothing(storage: None, link: str) -> None:
    with pytest.raises(PageError) as refusal:
        setup.create_administrator(link, **WHO)  # type: ignore[arg-type]
    assert refusal.value.status == 410
