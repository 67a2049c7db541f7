"""Who is told what by mail, and when nobody is."""

from __future__ import annotations

import pytest

from idp.authenticators import password, recovery_code
from idp.directory import applications, devices, factors, profile
from idp.directory import users as people
from idp.directory.circumstances import Circumstances
from idp.mail import notices, texts
from idp.storage import credentials, database
from idp.storage.models import Mail, User
from tests import given
from tests.conftest import PASSWORD, Clock

DETAIL = {"email_changed": {"old": "a@b.org", "new": "c@d.org"}, "recovery_code_used": {"left": 3},
          "access_taken_back": {"app": "Jellyfin"}, "authenticator_renamed": {"old": "Phone", "new": "Tablet"}}  # fmt: skip


def kinds(user: User) -> list[str]:
    """What a person is going to be told."""
    return [mail.kind for mail in Mail.select().where(Mail.user == user).order_by(Mail.id)]


@pytest.mark.parametrize("what", texts.NOTICES)
def test_a_notice_waits_in_the_outbox_once_the_deed_is_done(account: None, what: str) -> None:
    ada = given.user()
    with database.transaction():
        notices.tell(ada, what, address="192.0.2.1", user_agent="Firefox", **DETAIL.get(what, {}))
    (mail,) = Mail.select()
    assert (mail.kind, mail.recipient, mail.user_id) == (what, "ada@example.org", ada.id)
    assert mail.detail["address"] == "192.0.2.1" and mail.tries == 0


def test_a_deed_that_is_undone_is_not_told(account: None) -> None:
    ada = given.user()
    with pytest.raises(RuntimeError), database.transaction():
        notices.tell(ada, "password_changed")
        raise RuntimeError
    assert kinds(ada) == []


def test_nothing_is_written_where_mail_is_off(storage: None) -> None:
    ada = given.user()
    notices.tell(ada, "password_changed")
    assert kinds(ada) == []


@pytest.mark.parametrize("fields", [{"email": None, "email_verified": False}, {"email_verified": False}])
def test_nobody_is_written_to_at_an_address_that_may_be_somebody_elses(
    account: None, fields: dict[str, object]
) -> None:
    ada = given.user(**fields)
    notices.tell(ada, "password_changed")
    assert kinds(ada) == []


@pytest.mark.parametrize("what", ["colour_changed", ""])
def test_a_notice_without_words_is_a_mistake_of_ours_that_shows_at_once(storage: None, what: str) -> None:
    with pytest.raises(KeyError):
        notices.tell(given.user(), what)


def test_a_notice_that_lacks_a_detail_shows_at_once(storage: None) -> None:
    with pytest.raises(KeyError):
        notices.tell(given.user(), "email_changed", old="a@b.org")


def test_one_kind_of_notice_can_not_bury_the_others(account: None, clock: Clock) -> None:
    ada = given.user()
    for _ in range(50):
        notices.tell(ada, "new_device")
    notices.tell(ada, "password_changed")
    assert kinds(ada) == ["new_device"] * 20 + ["password_changed"]
    clock.forward(3_601)
    notices.tell(ada, "new_device")
    assert kinds(ada)[-1] == "new_device"


def test_details_have_no_lines_and_an_end(account: None) -> None:
    notices.tell(given.user(), "authenticator_added", kind="totp", name="phone\r\nBcc: eve@example.org\n" + "x" * 1_000)
    (mail,) = Mail.select()
    assert "\n" not in mail.detail["name"] and "\r" not in mail.detail["name"] and len(mail.detail["name"]) == 300


def test_a_changed_password_is_told_and_a_first_one_is_not(account: None) -> None:
    ada = people.add("ada", email="ada@example.org", password=PASSWORD)
    assert kinds(ada) == []
    people.change(ada, password="another correct horse battery")
    assert kinds(ada) == ["password_changed"]


def test_a_password_added_beside_a_second_factor_is_told(account: None, clock: Clock) -> None:
    ada = given.user()
    recovery_code.enrol(ada, recovery_code.new_codes(), clock.now)
    with database.transaction(durable=True):
        password.enrol(ada, "$argon2id$", clock.now)
    assert kinds(ada) == ["password_changed"]


def test_every_change_that_a_person_makes_is_told(account: None, clock: Clock) -> None:
    ada, app = given.user(), given.client()
    mine, other = given.session(ada)[0], given.session(ada)[0]
    key = credentials.add(ada, "totp", {"secret": "A"}, clock.now, name="Phone")
    where = Circumstances("192.0.2.1", "Firefox")
    profile.change(ada, where, display_name="Ada L.")
    factors.rename(ada, key.id, "Tablet", where)
    applications.revoke(ada, app, where)
    devices.end(ada, other.sid, where)
    devices.end(ada, other.sid, where)  # it is over already
    devices.end_others(ada, mine, where)
    people.disable(ada)
    people.enable(ada)
    assert kinds(ada) == [
        "profile_changed", "authenticator_renamed", "access_taken_back", "device_signed_out", "signed_out_everywhere",
        "account_disabled", "account_enabled",
    ]  # fmt: skip


def test_a_new_address_is_told_to_the_old_one_too(account: None) -> None:
    ada = given.user()
    people.change(ada, email="new@example.org")
    assert sorted((mail.kind, mail.recipient) for mail in Mail.select()) == [
        ("email_changed", "ada@example.org"), ("email_changed", "new@example.org"),
    ]  # fmt: skip
    people.change(people.get("ada"), email="new@example.org", display_name="Ada")
    assert Mail.select().count() == 2
