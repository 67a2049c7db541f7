"""Outgoing mail: written into the outbox with the deed it tells, delivered later by the process that keeps house.

    notices.tell, requests.ask    put a mail into the outbox, inside the transaction of what it is about
    outbox.deliver                takes what is due, gives it its words and hands it to the mail server

This module knows whether this provider sends mail at all, and by which account.
"""

from __future__ import annotations

from idp.mail_account import MailAccount

_account: MailAccount | None = None


def use(account: MailAccount | None) -> None:
    """Send mail by this account from now on, or not at all; said once, when the program starts."""
    global _account  # noqa: PLW0603  one a process, like the database
    _account = account


def account() -> MailAccount | None:
    """How mail goes out, if it does."""
    return _account


def is_on() -> bool:
    """Whether this provider sends mail."""
    return _account is not None
