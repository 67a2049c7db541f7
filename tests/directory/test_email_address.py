"""A person's own change of their e-mail address."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from idp import activity, clock, mail, mail_account
from idp.directory import email_address, rescue
from idp.directory import users as people
from idp.directory.circumstances import Circumstances
from idp.errors import Invalid, PageError
from idp.storage import links, mails
from idp.storage.models import User
from tests import given

HERE = Circumstances("192.0.2.1")


def test_an_own_address_is_unverified_and_written_in_lower_case(storage: None) -> None:
    changed = email_address.change(given.user(), " Ada@New.Example ", HERE)
    assert (changed.email, changed.email_verified) == ("ada@new.example", False)


def test_the_address_one_has_already_stays_verified(storage: None) -> None:
    assert email_address.change(given.user(), "ADA@example.org", HERE).email_verified
    assert not list(activity.rows())


@pytest.mark.parametrize("by_themselves", [True, False])
def test_a_sign_in_link_in_the_old_mailbox_is_worth_nothing_any_more(storage: None, by_themselves: bool) -> None:
    ada = given.user()
    link = rescue.new_link(ada)
    if by_themselves:
        email_address.change(ada, "ada@new.example", HERE)
    else:
        people.change(ada, email="ada@new.example")
    assert not links.use(link, links.SIGN_IN, clock.now())


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


@pytest.fixture
def mailing(storage: None) -> Iterator[None]:
    """Mail is on."""
    mail.use(mail_account.parse("smtp://127.0.0.1:1", "id@example.org", name="Foyer", issuer="https://id.example.org"))
    yield
    mail.use(None)


def link(user: User, email: str) -> str:
    return links.add(links.EMAIL, 600, clock.now(), user, email=email)


def test_where_mail_is_set_up_a_link_goes_to_the_new_address_first(mailing: None) -> None:
    ada = given.user()
    assert email_address.is_confirmed_by_mail(ada)
    email_address.ask(ada, " New@Example.org")
    ((waiting, _user),) = mails.due(clock.now(), 10)
    assert (waiting.kind, waiting.recipient) == ("confirm_email", "new@example.org")
    assert User.get_by_id(ada.id).email == "ada@example.org"
    assert not email_address.is_confirmed_by_mail(given.user("root", is_admin=True))


def test_an_address_that_was_never_verified_can_be_confirmed_as_it_is(mailing: None) -> None:
    email_address.ask(given.user(email_verified=False), "ada@example.org")
    assert len(mails.due(clock.now(), 10)) == 1
    with pytest.raises(Invalid):
        email_address.ask(given.user("grace"), "grace@example.org")


def test_a_link_gives_the_address_it_was_mailed_to_once(storage: None) -> None:
    ada = given.user()
    handle = link(ada, "new@example.org")
    assert email_address.waiting(ada, handle) == "new@example.org"
    changed = email_address.confirm(ada, handle, HERE)
    assert (changed.email, changed.email_verified) == ("new@example.org", True)
    with pytest.raises(PageError):
        email_address.confirm(ada, handle, HERE)


def test_a_link_of_somebody_else_or_for_something_else_is_worthless(storage: None) -> None:
    ada, grace = given.user(), given.user("grace")
    of_another_kind = links.add(links.SIGN_IN, 600, clock.now(), ada)
    for handle in (link(grace, "new@example.org"), of_another_kind, "li_x", "", "\ud800"):
        with pytest.raises(PageError):
            email_address.confirm(ada, handle, HERE)
    assert User.get_by_id(ada.id).email == "ada@example.org"


def test_an_address_that_was_taken_meanwhile_is_refused_and_the_link_stays_good(storage: None) -> None:
    ada = given.user()
    handle = link(ada, "grace@example.org")
    given.user("grace")
    with pytest.raises(Invalid):
        email_address.confirm(ada, handle, HERE)
    assert email_address.waiting(ada, handle)
