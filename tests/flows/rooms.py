"""`Rooms`: the forms of `/account` and `/admin` as an administrator finds them, following the links of the pages."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from tests.flows import records
from tests.flows.application import CALLBACK, PASSWORD
from tests.flows.visitors import visitor
from tests.person import Page
from tests.server import Server

ROOMS = ("/account", "/admin")
MOST_PAGES = 200
# One of each is enough: forms are the same for all presets, and for all rows of a list.
_ONE_OF_MANY = re.compile(r"/admin/gallery/(?!grafana$|blank$)")
_NAMES_A_ROW = re.compile(r"(?<=/)(?=[^/]*\d)[^/]+")
# What takes something away comes last, or the forms about it would be gone.
_LAST = re.compile(r"/(delete|withdraw|remove|disable|retire|reset-factors|end-sessions)$")


@dataclass(slots=True)
class Filled:
    """A form with all that a browser would send of it."""

    action: str
    method: str
    pairs: list[tuple[str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Filled] = []
        self._form: Filled | None = None
        self._in: str | None = None  # the name of an open textarea or select
        self._value: str | None = None  # of that one, as far as it has been read

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Filled(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is None:
            return
        elif tag == "option" and self._in and (self._value is None or "selected" in given):
            self._value = given.get("value", "")
        elif tag in ("textarea", "select"):
            self._in, self._value = given.get("name"), None
        elif tag in ("input", "button") and given.get("name") and _is_sent(given):
            self._form.pairs.append((given["name"], given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("textarea", "select") and self._in and self._form:
            self._form.pairs.append((self._in, (self._value or "").removeprefix("\n")))
            self._in = None
        elif tag == "form":
            self._form = None

    def handle_data(self, data: str) -> None:
        if self._in and self.lasttag == "textarea":
            self._value = (self._value or "") + data


def _is_sent(given: dict[str, str]) -> bool:
    return given.get("type") not in ("checkbox", "radio") or "checked" in given


class Rooms:
    """Walks through all forms again and again; what one round has taken away is there again in the next."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._left: Iterator[tuple[str, int]] = iter(())
        self._come(ROOMS[0])

    def next(self) -> Filled:
        """The next form, as its page shows it now."""
        while True:
            found = next(self._left, None)
            if found is None:
                self._furnish()
                self._left = iter(self.all())
                continue
            address, number = found
            forms = self._forms_on(self._open(address))
            if number < len(forms):  # otherwise another form has taken the page away
                return forms[number]

    def all(self) -> list[tuple[str, int]]:
        """Every form that somebody can send there without ending their own account: its page, and which it is there."""
        found: list[tuple[str, int]] = []
        waiting, seen = list(ROOMS), set(ROOMS)
        for address in waiting:
            page = self._open(address)
            found += [(address, number) for number in range(len(self._forms_on(page)))]
            for link in re.findall(r'href="([^"#?]+)"', page.html):
                kind = _NAMES_A_ROW.sub("*", link)
                if self._is_of_rooms(link) and kind not in seen and not _ONE_OF_MANY.match(link):
                    seen.add(kind)
                    waiting.append(link)
            assert len(waiting) < MOST_PAGES
        assert len(found) > 30, found
        return sorted(found, key=lambda each: bool(_LAST.search(each[0])))

    def _forms_on(self, page: Page) -> list[Filled]:
        reader = _Reader()
        reader.feed(page.html)
        return [form for form in reader.forms if self._is_of_rooms(urljoin(page.url, form.action))]

    def _is_of_rooms(self, address: str) -> bool:
        path = urlsplit(address).path
        is_mine = path == self._mine or path.startswith(f"{self._mine}/")
        return any(path == room or path.startswith(f"{room}/") for room in ROOMS) and not is_mine

    def _open(self, address: str) -> Page:
        page = self.person.get(address)
        return self._come(address) if "/interaction/" in page.url else page

    def _come(self, address: str) -> Page:
        """As somebody new: forms may have changed the password, and take a sign-in of the last ten minutes."""
        records.change(self._server, "DELETE FROM throttles")
        name = self.name = f"robin{secrets.token_hex(4)}"
        self._server.add_user(name, PASSWORD, "--admin")
        ((number,),) = records.read(self._server, "SELECT id FROM users WHERE username = ?", name)
        self._mine = f"/admin/users/{number}"
        self.person = visitor(self._server)
        self.person.get(address)
        return self.person.submit(username=name, password=PASSWORD)

    def _furnish(self) -> None:
        """What the forms are about."""
        name = f"fuzz{secrets.token_hex(4)}"
        self._server.idp("client", "add", name, "--redirect-uri", CALLBACK)
        for address, fields in (
            ("/admin/groups/add", {"name": name}),
            ("/admin/users/add", {"username": name, "email": f"{name}@example.org", "group": name}),
            ("/admin/invitations/add", {"uses": "1"}),
            ("/admin/registration/add", {"uses": "1", "name": name}),
        ):
            self._open(address)
            assert self.person.submit(**fields).status == 200, self.person.page.text
