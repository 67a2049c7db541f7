"""`idp mail`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.conftest import Cli
from tests.post_office import PostOffice
from tests.server import free_port


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    """A mail server that the settings name."""
    opened = PostOffice().start()
    monkeypatch.setenv("IDP_SMTP_URL", opened.url())
    monkeypatch.setenv("IDP_MAIL_FROM", "id@example.org")
    yield opened
    opened.stop()


def test_a_mail_goes_out_at_once(idp: Cli, office: PostOffice) -> None:
    done = idp("mail", "test", "--to", "ada@example.org")
    assert done.code == 0 and "took a mail to ada@example.org" in done.out
    assert len(office.to("ada@example.org")) == 1


def test_what_was_wrong_is_said_in_a_sentence(idp: Cli, office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    office.answer = lambda envelope: "554 no relaying for strangers"
    done = idp("mail", "test", "--to", "ada@example.org")
    assert (done.code, done.out) == (1, "") and "554 no relaying for strangers" in done.err
    monkeypatch.setenv("IDP_SMTP_URL", f"smtp://127.0.0.1:{free_port()}")
    done = idp("mail", "test", "--to", "ada@example.org")
    assert done.code == 1 and "Nothing listens" in done.err and len(done.err.splitlines()) == 1


@pytest.mark.parametrize(
    "to", ["ada", "ada@example.org, eve@example.org", "ada@example.org\r\nBcc: eve@example.org", ""]
)
def test_what_is_no_address_is_refused(idp: Cli, office: PostOffice, to: str) -> None:
    done = idp("mail", "test", "--to", to)
    assert done.code == 1 and "not an e-mail address" in done.err and office.mails == []


def test_without_a_mail_server_it_says_what_to_set(idp: Cli) -> None:
    done = idp("mail", "test", "--to", "ada@example.org")
    assert done.code == 1 and "IDP_SMTP_URL" in done.err
    assert idp("mail", "test").code == 2
