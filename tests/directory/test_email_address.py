"""A person's own change of their e-mail address."""

from __future__ import annotations

import pytest

from idp import activity
from idp.directory import email_address
from idp.directory.circumstances import Circumstances
from idp.errors import Invalid
from idp.storage.models import User
from tests import given

HERE = Circumstances("192.0.2.1")


def test_an_own_address_is_unverified_and_written_in_lower_case(storage: None) -> None:
    changed = email_address.change(given.user(), " Ada@New.Example ", HERE)
    assert (changed.email, changed.email_verified) == ("ada@new.example", False)


def test_the_address_one_has_already_stays_verified(storage: None) -> None:
    assert email_address.change(given.user(), "ADA@example.org", HERE).email_verified
    assert not list(activity.rows())


@pytest.mark.parametrize("email", ["", "nowhere", "a@b", "a\u0000@example.org", "x@" + "e" * 260 + ".org"])
def test_what_is_no_address_is_refused(storage: None, email: str) -> None:
    with pytest.raises(Invalid):
        email_address.change(given.user(), email, HERE)


def test_two_people_never_have_one_address(storage: None, monkeypatch: pytest.MonkeyPatch) -> None:
    ada, grace = given.user(), given.user("grace")
    with pytest.raises(Invalid):
        email_address.change(ada, "grace@example.org", HERE)
    monkeypatch.setattr("idp.storage.users.by_email", lambda email: None)  # both looked before either wrote
    with pytest.raises(Invalid):
        email_address.change(ada, "grace@example.org", HERE)
    assert User.get_by_id(ada.id).email == "ada@example.org" and grace.email == "grace@example.org"
