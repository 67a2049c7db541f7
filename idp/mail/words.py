"""From what happened to the words of a mail, in the language and the time zone of whom it is for."""

from __future__ import annotations

import gettext
import re
import zoneinfo
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Any

import idp
from idp import user_agent
from idp.mail import texts
from idp.mail_account import MailAccount
from idp.storage.models import User

SECURITY_PAGE = "/account/security"
_LOCALE = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{2,8})*")


def of_notice(what: str, detail: Mapping[str, Any], user: User, account: MailAccount) -> tuple[str, str]:
    """Subject and text of the mail that tells somebody what happened to their account."""
    _ = _translated(user.locale)
    subject, sentence, advice = texts.NOTICES[what]
    method = texts.METHODS.get(str(detail.get("kind")), texts.ANY_METHOD)
    filled = {**detail, "method": _(method), "provider": account.sender.display_name}
    if detail.get("name"):
        filled["method"] += f" ({detail['name']})"
    paragraphs = [_(sentence) % filled, _circumstances(_, detail, user), _(advice) % filled]
    if advice == texts.NOT_YOU:
        paragraphs.append(account.issuer + SECURITY_PAGE)
    return _(subject), _letter(_, paragraphs, user, account)


def of_sign_in_link(link: str, minutes: int, user: User, account: MailAccount) -> tuple[str, str]:
    """Subject and text of the mail that carries a sign-in link."""
    _ = _translated(user.locale)
    subject, sentence, advice = texts.SIGN_IN_LINK
    paragraphs = [_(sentence) % {"minutes": minutes}, link, _(texts.SECOND_FACTOR), _(advice)]
    return _(subject), _letter(_, paragraphs, user, account)


def of_confirmation(link: str, user: User, account: MailAccount) -> tuple[str, str]:
    """Subject and text of the mail that asks whether an address is somebody's."""
    _ = _translated(user.locale)
    subject, sentence, advice = texts.CONFIRM_EMAIL
    return _(subject), _letter(_, [_(sentence) % {"username": user.username}, link, _(advice)], user, account)


def of_test(account: MailAccount) -> tuple[str, str]:
    """Subject and text of a mail that only shows that mails arrive."""
    _ = _translated(None)
    subject, sentence = texts.TEST
    said = _(sentence) % {"provider": account.sender.display_name}
    return _(subject), f"{said}\n\n{account.issuer}\n"


def _letter(_: Callable[[str], str], paragraphs: list[str], user: User, account: MailAccount) -> str:
    hello = _(texts.HELLO) % {"name": "".join(filter(str.isprintable, user.shown_name))}
    return "\n\n".join([hello, *paragraphs, f"-- \n{account.sender.display_name}\n{account.issuer}"]) + "\n"


def _circumstances(_: Callable[[str], str], detail: Mapping[str, Any], user: User) -> str:
    zone = _zone(user.zoneinfo)
    at = datetime.fromtimestamp(detail["at"], zone)
    shown = {texts.AT: f"{at:%Y-%m-%d %H:%M} ({zone})"}
    if agent := detail.get("user_agent"):
        name, system = user_agent.browser(agent), user_agent.system(agent)
        both = _(texts.BROWSER_ON_SYSTEM) % {"browser": name, "system": system} if name and system else name or system
        if both:
            shown[texts.BROWSER] = both
    if address := detail.get("address"):
        shown[texts.ADDRESS] = address
    return "\n".join(f"  {_(label)}: {value}" for label, value in shown.items())


def _zone(name: str | None) -> tzinfo:
    try:
        return zoneinfo.ZoneInfo(name) if name else UTC
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


@lru_cache(maxsize=32)
def _translated(locale: str | None) -> Callable[[str], str]:
    languages = [locale.replace("-", "_") if locale and _LOCALE.fullmatch(locale) else "en"]
    folder = Path(idp.__file__).parent / "translations"
    return gettext.translation("messages", folder, languages, fallback=True).gettext
