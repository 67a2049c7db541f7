"""Outgoing mail: written into the outbox with the deed it tells, delivered later by the process that keeps house.

    notices.tell, requests.ask    put a mail into the outbox, inside the transaction of what it is about
    outbox.deliver                takes what is due, gives it its words and hands it to the mail server

This module knows whether this provider sends mail at all, and by which account.
"""

from __future__ import annotations

from dataclasses import replace
from email.headerregistry import Address

from idp.mail_account import MailAccount
from idp.storage import appearance

_account: MailAccount | None = None


def use(account: MailAccount | None) -> None:
    """Send mail by this account from now on, or not at all; said once, when the program starts."""
    global _account  # noqa: PLW0603  one a process, like the database
    _account = account


def account() -> MailAccount | None:
    """How mail goes out, if it does: in the name that an administrator has chosen for this provider, if one has."""
    chosen = appearance.chosen_name()
    if _account is None or chosen is None:
        return _account
    return replace(_account, sender=Address(chosen, addr_spec=_account.sender.addr_spec))


def is_on() -> bool:
    """Whether this provider sends mail."""
    return _account is not None
