"""Delivering what waits: once, later when the server is away, never again when it is hopeless."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from idp import mail, mail_account
from idp.mail import link_requests, notices, outbox, texts
from idp.mail.outbox import PAUSES
from idp.storage import database, links
from idp.storage.mails import CLAIM
from idp.storage.models import Activity, Link, Mail, User
from tests import given
from tests.conftest import Clock
from tests.mail.conftest import ISSUER
from tests.mail.test_notices import DETAIL
from tests.post_office import PostOffice, link_in, words

ADA = "ada@example.org"


@pytest.fixture
def office(account: None) -> Iterator[PostOffice]:
    """A mail server that is up."""
    opened = PostOffice().start()
    mail.use(mail_account.parse(opened.url(), "id@example.org", name="Foyer", issuer=ISSUER))
    yield opened
    opened.stop()


@pytest.fixture
def ada(account: None) -> User:
    return given.user(display_name="Ada L", zoneinfo="Europe/Berlin")


def events() -> list[str]:
    return [row.event for row in Activity.select().order_by(Activity.id) if row.event.startswith("mail.")]


@pytest.mark.parametrize("what", texts.NOTICES)
def test_every_notice_has_its_words(office: PostOffice, ada: User, clock: Clock, what: str) -> None:
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    notices.tell(ada, what, address="192.0.2.1", user_agent=agent, **DETAIL.get(what, {}))
    assert outbox.deliver() == 1
    (came,) = office.mails
    said = words(came)
    assert came["Subject"] == texts.NOTICES[what][0] and said.startswith("Hello Ada L,\n\n")
    assert "Browser: Firefox on Linux" in said and "Address: 192.0.2.1" in said and "(Europe/Berlin)" in said
    assert said.endswith(f"-- \nFoyer\n{ISSUER}\n") and "%" not in said and "li_" not in said
    assert Mail.select().count() == 0 and events() == ["mail.sent"]


def test_the_zone_is_the_persons_and_utc_where_there_is_none(office: PostOffice, clock: Clock) -> None:
    clock.now = 1_767_225_600  # 2026-01-01T00:00Z
    for zone, shown in (
        ("America/New_York", "2025-12-31 19:00"),
        (None, "2026-01-01 00:00 (UTC)"),
        ("No/Where", "00:00 (UTC)"),
    ):
        person = given.user(f"user{len(office.mails)}", zoneinfo=zone)
        notices.tell(person, "new_device")
        outbox.deliver()
        assert shown in words(office.mails[-1])


def test_a_mail_goes_out_once_however_many_deliver(office: PostOffice, _unit_database: str) -> None:
    for number in range(30):
        notices.tell(given.user(f"user{number}"), "password_changed")

    def work(_: int) -> int:
        try:
            return sum(outbox.deliver() for _ in range(4))
        finally:
            database.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 30
    assert len({came["To"] for came in office.mails}) == len(office.mails) == 30


def test_a_server_that_is_away_is_tried_again_later_and_later(office: PostOffice, ada: User, clock: Clock) -> None:
    office.stop()
    notices.tell(ada, "password_changed")
    for pause in (*PAUSES, PAUSES[-1]):
        assert outbox.deliver() == 0
        clock.forward(pause - 1)
        assert outbox.deliver() == 0 and Mail.get().due_at == clock.now + 1
        clock.forward(1)
    office.start()
    assert outbox.deliver() == 1 and len(office.mails) == 1
    assert events() == ["mail.delayed"] * 5 + ["mail.sent"]


def test_after_a_day_a_mail_is_given_up_and_that_is_recorded(office: PostOffice, ada: User, clock: Clock) -> None:
    office.stop()
    notices.tell(ada, "password_changed")
    began = clock.now
    while Mail.select().count():
        outbox.deliver()
        clock.forward(60)
    assert 86_400 - PAUSES[-1] <= clock.now - began <= 86_400
    assert events()[-1] == "mail.given_up"
    assert "Nothing listens" in list(Activity.select())[-1].detail["reason"]
    office.start()


def test_a_mail_the_server_refuses_for_good_is_given_up_and_the_others_go_out(office: PostOffice, ada: User) -> None:
    office.answer = lambda envelope: "550 no such mailbox" if ADA in envelope.rcpt_tos else None
    notices.tell(ada, "password_changed")
    notices.tell(given.user("eve"), "password_changed")
    assert outbox.deliver() == 1 and Mail.select().count() == 0
    assert [came["To"] for came in office.mails] == ["eve@example.org"] and events() == ["mail.given_up", "mail.sent"]


def test_a_mail_the_server_refuses_for_now_waits_and_the_others_go_out(
    office: PostOffice, ada: User, clock: Clock
) -> None:
    office.answer = lambda envelope: "451 come back later" if ADA in envelope.rcpt_tos else None
    notices.tell(ada, "password_changed")
    notices.tell(given.user("eve"), "password_changed")
    assert outbox.deliver() == 1 and Mail.get().user_id == ada.id
    office.answer = lambda envelope: None
    clock.forward(PAUSES[0])
    assert outbox.deliver() == 1 and len(office.mails) == 2


def test_who_is_killed_while_delivering_loses_no_mail(
    office: PostOffice, ada: User, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    notices.tell(ada, "password_changed")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("idp.mail.delivery.send", _killed)
        outbox.deliver()
    assert outbox.deliver() == 0, "it may still be under way"
    clock.forward(CLAIM)
    assert outbox.deliver() == 1 and len(office.mails) == 1


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_who_is_killed_after_delivering_sends_the_same_mail_again(
    office: PostOffice, ada: User, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    notices.tell(ada, "password_changed")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("idp.storage.mails.remove", _killed)
        outbox.deliver()
    clock.forward(CLAIM)
    assert outbox.deliver() == 1
    assert office.mails[0]["Message-ID"] == office.mails[1]["Message-ID"], "by which mail programs show it once"


def test_a_notice_to_somebody_who_was_deleted_is_not_sent(office: PostOffice, ada: User) -> None:
    notices.tell(ada, "password_changed")
    ada.delete_instance()
    assert outbox.deliver() == 0 and Mail.select().count() == 0


def test_a_link_is_made_when_its_mail_goes_out_and_is_nowhere_at_rest(
    office: PostOffice, ada: User, clock: Clock
) -> None:
    assert link_requests.ask(" ADA ", "192.0.2.1")
    assert Link.select().count() == 0
    clock.forward(120)
    assert outbox.deliver() == 1
    (came,) = office.to(ADA, "sign-in link")
    handle = link_in(came).partition("link=")[2]
    assert links.is_good(handle, links.SIGN_IN, clock.now + 1_799) and not links.is_good(
        handle, links.SIGN_IN, clock.now + 1_800
    )
    everything = str(list(Activity.select().dicts())) + str(list(Link.select().dicts()))
    assert handle not in everything


def test_a_newer_link_makes_the_one_before_worthless(office: PostOffice, ada: User, clock: Clock) -> None:
    for _ in range(2):
        link_requests.ask(ADA, "192.0.2.1")
        outbox.deliver()
    first, second = (link_in(came).partition("link=")[2] for came in office.to(ADA))
    assert not links.is_good(first, links.SIGN_IN, clock.now) and links.is_good(second, links.SIGN_IN, clock.now)


@pytest.mark.parametrize("fields", [
    {"disabled_at": 1}, {"email": None, "email_verified": False}, {"email_verified": False},
], ids=["disabled", "without an address", "address not verified"])  # fmt: skip
def test_who_must_not_have_a_link_gets_none(office: PostOffice, fields: dict[str, object]) -> None:
    given.user("bob", **fields)
    link_requests.ask("bob", "192.0.2.1")
    assert outbox.deliver() == 0 and office.mails == [] and Mail.select().count() == 0


def test_an_unknown_name_gets_none_and_leaves_a_trace(office: PostOffice) -> None:
    link_requests.ask("nobody", "192.0.2.1")
    assert outbox.deliver() == 0 and Mail.select().count() == 0
    (row,) = Activity.select()
    assert (row.event, row.username, row.detail["reason"]) == ("sign_in_link.not_sent", "nobody", "unknown_user")


def test_what_is_typed_into_the_wrong_field_is_not_written_down(office: PostOffice) -> None:
    assert link_requests.ask("My Secret Password!", "192.0.2.1")
    assert Mail.select().count() == 0


def test_one_address_asks_five_times_in_five_minutes(office: PostOffice, ada: User, clock: Clock) -> None:
    asked = [link_requests.ask("ada", "192.0.2.1") for _ in range(8)]
    assert asked == [True] * 5 + [False] * 3
    assert link_requests.ask("ada", "192.0.2.2"), "nobody else has to wait"
    clock.forward(301)
    assert link_requests.ask("ada", "192.0.2.1")


def test_one_person_gets_five_links_in_half_an_hour(office: PostOffice, ada: User, clock: Clock) -> None:
    for number in range(12):
        assert link_requests.ask("ada" if number % 2 else ADA, f"192.0.2.{number}")
        outbox.deliver()
    assert len(office.to(ADA)) == 5
    clock.forward(1_801)
    link_requests.ask("ada", "192.0.2.1")
    assert outbox.deliver() == 1


def test_a_link_that_could_not_be_sent_in_half_an_hour_is_not_sent_at_all(
    office: PostOffice, ada: User, clock: Clock
) -> None:
    office.stop()
    link_requests.ask("ada", "192.0.2.1")
    for _ in range(31):
        outbox.deliver()
        clock.forward(60)
    office.start()
    assert outbox.deliver() == 0 and Mail.select().count() == 0 and Link.select().count() == 0


def test_a_mail_of_long_ago_is_news_to_nobody(office: PostOffice, ada: User, clock: Clock) -> None:
    notices.tell(ada, "password_changed")
    clock.forward(notices.LIFETIME)
    assert outbox.deliver() == 0 and office.mails == []


def test_nothing_is_delivered_where_mail_is_off(office: PostOffice, ada: User) -> None:
    notices.tell(ada, "password_changed")
    mail.use(None)
    assert outbox.deliver() == 0 and office.mails == []


@pytest.mark.parametrize("name", ["Ada\r\nBcc: eve@example.org", "=?utf-8?q?x?=", "Zoë – \u202eada", "%(new)s"])
def test_a_name_stays_a_name(office: PostOffice, name: str) -> None:
    notices.tell(given.user("bob", display_name=name), "new_device")
    assert outbox.deliver() == 1
    (came,) = office.mails
    assert came["Bcc"] is None and came["To"] == "bob@example.org"
    assert re.match(r"Hello .*,\n", words(came))
