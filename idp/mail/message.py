"""One mail as it goes over the wire (RFC 5322): plain text, and headers that nobody can add lines to."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

from idp.mail_account import MailAccount


def compose(subject: str, text: str, *, to: str, message_id: str, at: int, account: MailAccount) -> EmailMessage:
    """The mail; raises ValueError when an address isn't one."""
    # The policy refuses a header with a line break in it, so that no value can bring headers of its own.
    if "@" not in to.strip("@"):  # which the library's parser (Python 3.11) doesn't always mind
        raise ValueError("the recipient is no address")
    recipient = Address(addr_spec=to)
    message = EmailMessage(policy=SMTP)
    message["From"] = account.sender
    message["To"] = recipient
    message["Subject"] = subject
    message["Date"] = formatdate(at)
    message["Message-ID"] = f"<{message_id}@{account.sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834 5: nobody's holiday notice answers it
    message["X-Auto-Response-Suppress"] = "All"  # the same for Exchange
    message.set_content(text)
    return message
