"""Handing mails to a mail server: each way of reaching one, and what is said when it doesn't work."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from idp import mail_account
from idp.mail import delivery, message
from idp.mail_account import MailAccount
from tests.post_office import LOGIN, PostOffice, words
from tests.server import free_port

# aiosmtpd sees no TLS that was there from the first byte.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
WHO = ":".join(quote(part, safe="") for part in LOGIN) + "@"
Open = Callable[..., PostOffice]


@pytest.fixture
def trusted(pem: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine trusts that certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))


@pytest.fixture
def open_office() -> Iterator[Open]:
    """Opens mail servers, and closes them in the end."""
    opened: list[PostOffice] = []

    def make(*arguments: object, **options: object) -> PostOffice:
        opened.append(PostOffice(*arguments, **options).start())  # type: ignore[arg-type]
        return opened[-1]

    yield make
    for office in opened:
        office.stop()


def account(url: str) -> MailAccount:
    return mail_account.parse(url, "id@example.org", name="Foyer", issuer="https://id.example.org")


def send(to: MailAccount, recipient: str = "ada@example.org") -> None:
    mail = message.compose(
        "Über uns", "Hello\n.\nline – after a dot\n", to=recipient, message_id="1", at=0, account=to
    )  # fmt: skip
    with delivery.connection(to) as server:
        delivery.send(server, mail)


def explanation(to: MailAccount) -> str:
    with pytest.raises(OSError) as error:
        send(to)
    return delivery.explain(error.value, to)


@pytest.mark.parametrize("security", ["smtp", "smtps", "smtp+starttls"])
def test_a_mail_arrives_whole_whichever_way_the_server_is_reached(
    open_office: Open, pem: Path, trusted: None, security: str
) -> None:
    office = open_office(security, pem=None if security == "smtp" else pem, login=security != "smtp")
    send(account(office.url("" if security == "smtp" else WHO)))
    (mail,) = office.mails
    assert (mail["From"], mail["To"], mail["Subject"]) == ("Foyer <id@example.org>", "ada@example.org", "Über uns")
    assert words(mail) == "Hello\n.\nline – after a dot\n"
    assert mail["Message-ID"] == "<1@example.org>" and mail["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("security", ["smtps", "smtp+starttls"])
def test_a_certificate_that_nobody_vouches_for_is_refused(open_office: Open, pem: Path, security: str) -> None:
    office = open_office(security, pem=pem, login=True)
    assert "certificate" in explanation(account(office.url(WHO))) and office.mails == []


def test_nothing_is_sent_readable_to_a_server_that_should_have_offered_tls(open_office: Open) -> None:
    office = open_office("smtp")
    office.security = "smtp+starttls"
    assert "STARTTLS" in explanation(account(office.url(WHO))) and office.mails == []


def test_tls_where_the_server_speaks_none_is_explained(open_office: Open) -> None:
    office = open_office("smtp")
    office.security = "smtps"
    assert "smtp+starttls://" in explanation(account(office.url()))


def test_a_wrong_password_is_explained_in_the_servers_words(open_office: Open, pem: Path, trusted: None) -> None:
    office = open_office("smtps", pem=pem, login=True)
    said = explanation(account(office.url("foyer%40example.org:wrong@")))
    assert "user name and password" in said and "535" in said and "wrong" not in said


def test_a_server_that_refuses_the_recipient_is_explained(open_office: Open) -> None:
    office = open_office("smtp")
    office.answer = lambda envelope: "550 nobody of that name"
    assert "550 nobody of that name" in explanation(account(office.url()))


def test_a_server_that_is_away_or_nowhere_is_explained() -> None:
    assert "Nothing listens" in explanation(account(f"smtp://127.0.0.1:{free_port()}"))
    assert "no machine named" in explanation(account("smtp://nowhere.invalid"))


def test_a_server_that_hangs_up_is_explained() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        hanging_up = threading.Thread(target=lambda: listener.accept()[0].close())
        hanging_up.start()
        said = explanation(account(f"smtp://127.0.0.1:{listener.getsockname()[1]}"))
        hanging_up.join()
    assert "hung up" in said or "can't be reached" in said


def test_a_server_that_says_nothing_is_not_waited_for_longer_than_promised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert "didn't answer" in explanation(account(f"smtp://127.0.0.1:{listener.getsockname()[1]}"))


@pytest.mark.parametrize("subject", ["A\r\nBcc: eve@example.org", "A\nB", "A\rB"])
def test_nobody_can_add_a_header(subject: str) -> None:
    with pytest.raises(ValueError, match=r"newline|linefeed|carriage"):
        message.compose(
            subject, "text", to="ada@example.org", message_id="1", at=0, account=account("smtp://localhost")
        )


@pytest.mark.parametrize("to", ["ada@example.org, eve@example.org", "ada@example.org\r\nBcc: eve@example.org", "ada"])
def test_a_mail_has_one_recipient(to: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        message.compose("A", "text", to=to, message_id="1", at=0, account=account("smtp://localhost"))
