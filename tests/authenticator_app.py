"""`AuthenticatorApp`: the app on a person's phone, by the letter of RFC 6238, without the library that the provider uses."""

from __future__ import annotations

import base64
import hmac
import re
import time
from html import unescape
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.person import Person

STEP = 30  # seconds


def code_at(secret: str, step: int) -> str:
    """The six digits of a step (RFC 4226 5.3)."""
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def step_now() -> int:
    """The step of this moment."""
    return int(time.time()) // STEP


class AuthenticatorApp:
    """One account in the app. It never shows a code twice: the first is of now, the next one of the step to come."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.last = 0

    @classmethod
    def scanning(cls, html: str) -> AuthenticatorApp:
        """The app after it was given the link of a page."""
        found = re.search(r'href="(otpauth://[^"]+)"', html)
        assert found, "no otpauth link on the page"
        return cls.opening(unescape(found[1]))

    @classmethod
    def opening(cls, link: str) -> AuthenticatorApp:
        """The app after it was given this link."""
        address = urlsplit(link)
        assert address.scheme == "otpauth", link
        asked: dict[str, Any] = parse_qs(address.query, strict_parsing=True)
        app = cls(asked["secret"][0])
        app.kind, app.label, app.issuer = address.netloc, unquote(address.path[1:]), asked["issuer"][0]
        return app

    kind = label = issuer = ""

    def code(self) -> str:
        """A code that is good now and hasn't been used; there are two of them each half minute."""
        self.last = max(self.last + 1, step_now())
        assert self.last <= step_now() + 1, "too many codes within half a minute"
        return code_at(self.secret, self.last)

    def code_of(self, offset: int) -> str:
        """The code of a step before or after this moment's."""
        return code_at(self.secret, step_now() + offset)

    def wrong(self) -> str:
        """Six digits that are right at no time near this one."""
        near = {self.code_of(offset) for offset in range(-25, 26)}
        return next(digits for digits in (f"{number:06}" for number in range(100)) if digits not in near)


def set_up(person: Person, *, recovery_codes: bool = False) -> tuple[AuthenticatorApp, list[str]]:
    """Set up an app where the page offers to choose one; returns it, and the recovery codes if they are wanted."""
    page = person.submit(choose="totp")
    app = AuthenticatorApp.scanning(page.html)
    person.submit(code=app.code())
    if not recovery_codes:
        person.submit(decision="later")
        return app, []
    codes = re.findall(r"<code>([A-Z2-7-]+)</code>", person.submit(decision="create").html)
    person.submit(csrf_token=person.page.forms[0].fields["csrf_token"])
    return app, codes
