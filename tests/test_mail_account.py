"""By which server, and as whom, mail goes out."""

from __future__ import annotations

import pytest

from idp import mail_account


def parse(url: str, sender: str = "id@example.org") -> mail_account.MailAccount:
    mail_account.checked(url)
    return mail_account.parse(url, sender, name="Foyer", issuer="https://id.example.org")


@pytest.mark.parametrize(
    ("url", "security", "host", "port"),
    [("smtp://mail.example.org", "smtp", "mail.example.org", 25), ("smtps://mail.example.org/", "smtps", "mail.example.org", 465),
     ("smtp+starttls://mail.example.org", "smtp+starttls", "mail.example.org", 587),
     ("smtps://mail.example.org:2465", "smtps", "mail.example.org", 2465), ("smtp://[::1]:1025", "smtp", "::1", 1025),
     ("smtp://mailpit", "smtp", "mailpit", 25)],
)  # fmt: skip
def test_the_scheme_says_how_and_the_port_follows_from_it(url: str, security: str, host: str, port: int) -> None:
    found = parse(url)
    assert (found.security, found.host, found.port, found.username) == (security, host, port, "")


def test_name_and_password_are_percent_decoded_and_the_password_isnt_shown() -> None:
    found = parse("smtps://id%40example.org:p%40ss%2F%25%C3%A4@mail.example.org")
    assert (found.username, found.password) == ("id@example.org", "p@ss/%ä")
    assert "p@ss" not in repr(found)


@pytest.mark.parametrize("url", [
    "mail.example.org", "http://mail.example.org", "smtps://", "smtps://mail.example.org:0", "smtps://mail.example.org:x",
    "smtps://mail.example.org:70000", "smtps://user@mail.example.org", "smtps://:password@mail.example.org",
    "smtps://user:p%zz@mail.example.org", "smtps://user:p%0d%0a@mail.example.org", "smtps://user:p%ff@mail.example.org",
    "smtps://user:pa/ss@mail.example.org", "smtps://user:pa#ss@mail.example.org", "smtps://user:pa?ss@mail.example.org",
    "smtps://mail.example.org/inbox", "smtps://mail.example.org?a=b", "smtps://mail example.org", "smtps://[::1",
    "smtp://user:password@mail.example.org",
])  # fmt: skip
def test_what_is_no_mail_server_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"must be|could be read"):
        mail_account.checked(url)


def test_a_password_may_cross_this_machine_readable() -> None:
    assert parse("smtp://user:password@localhost").password == "password"
    assert parse("smtp://user:password@127.0.0.1:1025").port == 1025
    with pytest.raises(ValueError, match="could be read"):
        mail_account.checked("smtp://user:password@mail.localhost")  # the resolver may send it anywhere


@pytest.mark.parametrize(
    ("sender", "shown"),
    [("id@example.org", "Foyer <id@example.org>"), ("Home <id@example.org>", "Home <id@example.org>"),
     ('"Smith, Home" <id@example.org>', '"Smith, Home" <id@example.org>'), ("root@localhost", "Foyer <root@localhost>")],
)  # fmt: skip
def test_a_sender_has_an_address_and_perhaps_a_name(sender: str, shown: str) -> None:
    assert str(parse("smtps://mail.example.org", sender).sender) == shown


@pytest.mark.parametrize(
    "sender", ["Foyer", "Foyer <>", "a@b, c@d", "id@example.org\r\nBcc: x@y.z", "<id@example.org", "id@", "a b@c.d",
               "Foyer id@example.org", "ä@example.org", "Home\n <id@example.org>"],
)  # fmt: skip
def test_what_is_no_sender_is_refused(sender: str) -> None:
    with pytest.raises(ValueError, match="must be an e-mail address"):
        mail_account.sender_of(sender)
