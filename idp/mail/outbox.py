"""Delivering what waits in the outbox: claimed by one process, tried again with growing pauses, given up after a day.

A mail is taken out of the box once the server has it. Who is killed in between leaves a claim that ends by itself, and
the mail goes out again under the same Message-ID; none is lost.
"""

from __future__ import annotations

import logging
import smtplib
from email.message import EmailMessage
from typing import Any

from idp import activity, clock
from idp.mail import account, confirmations, delivery, link_requests, message, words
from idp.mail_account import MailAccount
from idp.storage import links, mails
from idp.storage.database import transaction
from idp.storage.models import Mail, User

log = logging.getLogger(__name__)

BATCH = 20  # mails on one connection
PAUSES = (60, 300, 900, 3_600)  # seconds before the next try; the last one again and again


def deliver() -> int:
    """Deliver what is due, as far as the server takes it; returns how many mails went out."""
    sender, now = account(), clock.now()
    if sender is None:
        return 0
    waiting = mails.due(now, BATCH)
    claimed = []
    for mail, user in waiting:
        with transaction():
            if mails.claim(mail, now):
                claimed.append((mail, user))
    return _send_all(claimed, sender) if claimed else 0


def _send_all(claimed: list[tuple[Mail, User | None]], sender: MailAccount) -> int:
    sent = 0
    left = list(claimed)
    try:
        with delivery.connection(sender) as server:
            while left:
                sent += _send(*left[0], server, sender)
                left.pop(0)
    except OSError as error:
        # The connection is gone, or never was: the one being sent and those behind it are tried again later.
        for mail, user in left:
            _failed(mail, user, error, sender)
    return sent


def _send(mail: Mail, user: User | None, server: smtplib.SMTP, sender: MailAccount) -> bool:
    try:
        written = _write(mail, user, sender)
        if written is None:
            return False
        to, composed = written
        delivery.send(server, composed)
    except (OSError, ValueError) as error:
        if not delivery.is_of_one_mail(error):
            raise
        _failed(mail, user, error, sender)
        return False
    with transaction():
        mails.remove(mail)
        activity.record("mail.sent", user=to.username, kind=mail.kind)
    return True


def _write(mail: Mail, user: User | None, sender: MailAccount) -> tuple[User, EmailMessage] | None:
    """Who a mail is for and the mail itself; None when there is nobody to send it to, and then it is gone."""
    detail: dict[str, Any] = mail.detail
    if mail.kind == link_requests.KIND:
        with transaction(durable=True):
            user = link_requests.wanted_by(detail["typed"], detail.get("address"), is_first_try=mail.tries == 1)
            if user is None:
                mails.remove(mail)
                return None
            # Made only now, so that it is nowhere at rest but as a digest.
            handle = links.replace(links.SIGN_IN, links.SIGN_IN_LIFETIME, clock.now(), user, asked_by_anybody=True)
            activity.record("sign_in_link.made", user=user.username, address=detail.get("address"), by="mail")
        link = link_requests.url(handle, sender.issuer)
        subject, text = words.of_sign_in_link(link, links.SIGN_IN_LIFETIME // 60, user, sender)
    elif mail.kind == confirmations.KIND:
        assert user is not None
        with transaction(durable=True):
            handle = links.replace(links.EMAIL, links.EMAIL_LIFETIME, clock.now(), user, email=mail.recipient)
        subject, text = words.of_confirmation(confirmations.url(handle, sender.issuer), user, sender)
    else:
        assert user is not None
        subject, text = words.of_notice(mail.kind, detail, user, sender)
    composed = message.compose(
        subject, text, to=mail.recipient or user.email or "", message_id=mail.message_id, at=mail.created_at,
        account=sender,
    )  # fmt: skip
    return user, composed


def _failed(mail: Mail, user: User | None, error: Exception, sender: MailAccount) -> None:
    now, reason = clock.now(), delivery.explain(error, sender)
    later = now + PAUSES[min(mail.tries, len(PAUSES)) - 1]
    gives_up = delivery.is_for_good(error) or later >= mail.expires_at
    with transaction():
        if gives_up:
            mails.remove(mail)
        else:
            mails.postpone(mail, later)
        event = "mail.given_up" if gives_up else "mail.delayed"
        activity.record(event, user=user.username if user else None, kind=mail.kind, tries=mail.tries, reason=reason)
    log.warning("%s: %s", event, reason)
