"""Handing mails to the mail server (RFC 5321), and saying in a sentence what was wrong when it didn't take one."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage

from idp.mail_account import MailAccount

TIMEOUT = 20  # seconds that the server may be silent


@contextmanager
def connection(account: MailAccount) -> Iterator[smtplib.SMTP]:
    """A connection on which mails can be sent; raises OSError, of which smtplib's errors are a kind."""
    context = ssl.create_default_context()
    if account.security == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(account.host, account.port, timeout=TIMEOUT, context=context)
    else:
        server = smtplib.SMTP(account.host, account.port, timeout=TIMEOUT)
    try:
        if account.security == "smtp+starttls":
            server.starttls(context=context)  # raises when the server doesn't offer it: never on without
        if account.username:
            server.login(account.username, account.password)
        yield server
        with suppress(OSError):  # it has what we brought
            server.quit()
    finally:
        server.close()


def send(server: smtplib.SMTP, message: EmailMessage) -> None:
    """Hand over one mail; raises OSError. The connection can be used for the next one afterwards."""
    try:
        server.send_message(message)
    except smtplib.SMTPResponseException:
        server.rset()
        raise


def is_for_good(error: Exception) -> bool:
    """Whether the server has refused this very mail, so that it is no use trying again (RFC 5321 4.2.1)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _ in error.recipients.values())
    return isinstance(error, ValueError) or (isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500)


def is_of_one_mail(error: Exception) -> bool:
    """Whether the connection may still be good for other mails."""
    return isinstance(error, ValueError | smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError)


def explain(error: Exception, account: MailAccount) -> str:
    """What was wrong, and what to look at, in a sentence or two."""
    place = f"{account.host}:{account.port}"
    match error:
        case socket.gaierror():
            return f"There is no machine named {account.host}. Check the host in IDP_SMTP_URL."
        case ConnectionRefusedError():
            return f"Nothing listens at {place}. Check host and port in IDP_SMTP_URL."
        # smtplib (Python 3.11) calls a server that says nothing disconnected.
        case TimeoutError() | smtplib.SMTPServerDisconnected() if "timed out" in str(error):
            return (
                f"{place} didn't answer within {TIMEOUT} seconds. Check host, port and firewall; smtps:// is for port "
                "465, smtp+starttls:// for port 587."
            )
        case ssl.SSLCertVerificationError():
            return f"The certificate of {place} isn't good for it: {error.verify_message}."
        case ssl.SSLError():
            return (
                f"{place} doesn't speak TLS from the first byte, or no version that is safe ({error.reason}). "
                "Try smtp+starttls://, usually with port 587."
            )
        case smtplib.SMTPAuthenticationError():
            return f"{place} doesn't take this user name and password. It says: {_said(error)}"
        case smtplib.SMTPNotSupportedError() if account.security == "smtp+starttls" and "STARTTLS" in str(error):
            return f"{place} doesn't offer STARTTLS. Try smtps://, usually with port 465."
        case smtplib.SMTPNotSupportedError():
            return f"{place} can't do that: {error}"
        case smtplib.SMTPSenderRefused():
            return f"{place} doesn't take mail from {error.sender} (IDP_MAIL_FROM). It says: {_said(error)}"
        case smtplib.SMTPRecipientsRefused():
            code, answer = next(iter(error.recipients.values()))
            return f"{place} doesn't take mail for this address. It says: {code} {_text(answer)}"
        case smtplib.SMTPResponseException():
            return f"{place} refused. It says: {_said(error)}"
        case smtplib.SMTPServerDisconnected():
            return f"{place} hung up. If it expects TLS from the first byte, use smtps:// instead of {account.security}://."
        case OSError():
            return f"{place} can't be reached: {error.strerror or error}."
        case _:
            return f"The mail can't be made: {error}"


def _said(error: smtplib.SMTPResponseException) -> str:
    return f"{error.smtp_code} {_text(error.smtp_error)}"


def _text(answer: bytes | str) -> str:
    shown = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join(shown.split())[:300]
