"""The browser on the other side: Flask's session over our own table, and the cookies.

The row is read when somebody first asks for it, so endpoints that applications call never touch it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from flask import Flask, Request, Response
from flask import session as flask_session
from flask.sessions import SessionInterface, SessionMixin

from idp import clock, throttle
from idp.config import Config
from idp.errors import PageError
from idp.storage import devices, session_lengths, sessions
from idp.storage.database import transaction
from idp.storage.models import Session, User
from idp.web.cookie import cookie_name, device_cookie_name, handle_in

LONGEST_USER_AGENT = 300  # characters


class BrowserSession(SessionMixin):
    """One browser's session: a mapping for Flask's extensions, and the row behind it for us."""

    def __init__(self, request: Request, cookie: str, device_cookie: str) -> None:
        self._request = request
        self._cookie, self._device_cookie = cookie, device_cookie
        self._row: Session | None = None
        self._is_read = False
        self.new_handle: str | None = None
        self.new_device: str | None = None
        self.modified = False
        self.accessed = False

    @property
    def sent_handle(self) -> str | None:
        """The cookie's value as the browser sent it."""
        return handle_in(self._request.environ.get("HTTP_COOKIE", ""), self._cookie)

    @property
    def row(self) -> Session | None:
        """The live session this browser has, if it has one."""
        if not self._is_read:
            self._is_read = True
            self.accessed = True
            if handle := self.sent_handle:
                self._row = sessions.find(handle, clock.now())
        return self._row

    @property
    def user(self) -> User | None:
        """Who is signed in."""
        return self.row.user if self.row else None

    @property
    def user_agent(self) -> str | None:
        """What the browser calls itself."""
        return self._request.headers.get("User-Agent", "")[:LONGEST_USER_AGENT] or None

    def device(self) -> str:
        """The handle by which this browser is known again for long, a new one if it has none."""
        if self.new_device is None:
            sent = handle_in(self._request.environ.get("HTTP_COOKIE", ""), self._device_cookie)
            self.new_device = sent or devices.new_handle()
        return self.new_device

    def started(self) -> Session:
        """The browser's session, a new one if it has none."""
        if self.row is None:
            address = self._request.remote_addr
            self.adopt(*sessions.start(clock.now(), address=address, user_agent=self.user_agent))
        assert self._row is not None
        return self._row

    def for_sign_in(self, now: int) -> Session:
        """The session for a sign-in that begins here; raises PageError when strangers have begun too many at this address."""
        if self.user is None and not throttle.may_begin(self._request.remote_addr, now):
            raise PageError(
                "Please try again in five minutes",
                "Very many sign-ins have been begun in your network and not been finished, so no more are begun just now.",
                status=429,
                advice=["Wait five minutes, then go back to the application and sign in again.",
                        "If you run the applications here, look for one that asks again and again."],
                reason="too_many_begun",
            )  # fmt: skip
        return self.started()

    def adopt(self, row: Session, handle: str) -> None:
        """Go on with another row, under a new cookie."""
        self._row, self._is_read, self.new_handle = row, True, handle

    def end(self) -> None:
        """Forget the session; the cookie goes too."""
        if self.row is not None:
            sessions.end(self.row)
        self._row, self._is_read, self.new_handle = None, True, ""

    def __getitem__(self, key: str) -> Any:
        if self.row is None:
            raise KeyError(key)
        return self.row.data[key]

    def __setitem__(self, key: str, value: Any) -> None:
        row = self.started()
        row.data = {**row.data, key: value}
        self.modified = True

    def __delitem__(self, key: str) -> None:
        row = self.started()
        row.data = {name: value for name, value in row.data.items() if name != key}
        self.modified = True

    def __iter__(self) -> Iterator[str]:
        return iter(self.row.data if self.row else ())

    def __len__(self) -> int:
        return len(self.row.data) if self.row else 0


class Sessions(SessionInterface):
    """Flask's door to the table of sessions."""

    def __init__(self, config: Config) -> None:
        self._name, self._device = cookie_name(config), device_cookie_name(config)
        self._secure = config.secure

    def open_session(self, app: Flask, request: Request) -> BrowserSession:
        """The session of a request; nothing is read yet."""
        return BrowserSession(request, self._name, self._device)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write down what changed, and set or delete the cookie."""
        browser_session = cast(BrowserSession, session)
        if browser_session.modified and browser_session.row is not None:
            with transaction():
                sessions.keep_data(browser_session.row)
        if browser_session.new_device:
            response.set_cookie(
                self._device, browser_session.new_device, secure=self._secure, httponly=True, samesite="Strict", path="/",
                max_age=devices.LIFETIME,
            )  # fmt: skip
        if browser_session.new_handle:
            # Without a lifetime the browser forgets it when it is closed. Lax, so that a link from an application brings it.
            is_kept = browser_session.row is not None and browser_session.row.is_kept
            response.set_cookie(
                self._name, browser_session.new_handle, secure=self._secure, httponly=True, samesite="Lax", path="/",
                max_age=session_lengths.KEPT.now() if is_kept else None,
            )  # fmt: skip
        elif browser_session.new_handle == "":
            response.delete_cookie(self._name, secure=self._secure, httponly=True, samesite="Lax", path="/")


def current() -> BrowserSession:
    """The session of the browser that sent this request."""
    return cast(BrowserSession, flask_session._get_current_object())  # type: ignore[attr-defined]
