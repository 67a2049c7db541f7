"""What people change about themselves."""

from __future__ import annotations

import pytest

from idp import activity
from idp.directory import profile
from idp.errors import Invalid
from idp.storage.models import User
from tests import given
from tests.conftest import Clock


def test_only_what_differs_is_changed_and_noted(storage: None, clock: Clock) -> None:
    ada = given.user(display_name="Ada")
    at = clock.forward(5)
    changed = profile.change(ada, "192.0.2.1", display_name="Ada", given_name="Ada", zoneinfo="")
    assert (changed.given_name, changed.zoneinfo, changed.updated_at) == ("Ada", None, at)
    (row,) = activity.rows(user="ada")
    assert (row.event, row.address, row.detail) == ("profile.changed", "192.0.2.1", {"fields": ["given_name"]})
    clock.forward(5)
    assert profile.change(changed, None, given_name="Ada").updated_at == at
    assert len(list(activity.rows(user="ada"))) == 1


def test_what_is_emptied_is_forgotten(storage: None) -> None:
    ada = given.user(display_name="Ada", zoneinfo="Europe/London")
    changed = profile.change(ada, None, display_name=" ", zoneinfo="")
    assert (changed.display_name, changed.zoneinfo, changed.shown_name) == (None, None, "ada")


@pytest.mark.parametrize(
    ("field", "value"),
    [("display_name", "x" * 101), ("given_name", "a\x00b"), ("family_name", "\ud800"), ("locale", "xx"),
     ("zoneinfo", "../../etc/passwd"), ("zoneinfo", "Mars/Olympus"), ("zoneinfo", "\ud800")],
)  # fmt: skip
def test_what_can_not_be_is_refused_with_a_sentence(storage: None, field: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        profile.change(given.user(), None, **{field: value})
    assert refused.value.problems.keys() == {field}


def test_an_own_address_is_unverified_and_written_in_lower_case(storage: None) -> None:
    changed = profile.change_email(given.user(), "192.0.2.1", " Ada@New.Example ")
    assert (changed.email, changed.email_verified) == ("ada@new.example", False)


def test_the_address_one_has_already_stays_verified(storage: None) -> None:
    assert profile.change_email(given.user(), None, "ADA@example.org").email_verified
    assert not list(activity.rows())


@pytest.mark.parametrize("email", ["", "nowhere", "a@b", "a\u0000@example.org", "x@" + "e" * 260 + ".org"])
def test_what_is_no_address_is_refused(storage: None, email: str) -> None:
    with pytest.raises(Invalid):
        profile.change_email(given.user(), None, email)


def test_two_people_never_have_one_address(storage: None, monkeypatch: pytest.MonkeyPatch) -> None:
    ada, grace = given.user(), given.user("grace")
    with pytest.raises(Invalid):
        profile.change_email(ada, None, "grace@example.org")
    monkeypatch.setattr("idp.storage.users.by_email", lambda email: None)  # both looked before either wrote
    with pytest.raises(Invalid):
        profile.change_email(ada, None, "grace@example.org")
    assert User.get_by_id(ada.id).email == "ada@example.org" and grace.email == "grace@example.org"
