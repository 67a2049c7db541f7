"""`Person`: somebody with a browser that runs no script; reads pages, fills in forms, follows links inside the issuer."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests


@dataclass
class Form:
    """One form of a page: where it goes, what it holds, and its buttons."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.text: list[str] = []
        self._current: Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._current = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._current)
        elif self._current is not None and given.get("name"):
            if tag == "button" or given.get("type") in ("submit", "button"):
                self._current.buttons.append((given["name"], given.get("value", "")))
            elif given.get("type") in ("checkbox", "radio") and "checked" not in given:
                pass  # nobody has ticked it
            elif tag in ("input", "textarea", "select"):
                self._current.fields[given["name"]] = given.get("value", "")
                self._select = given["name"]
        elif self._current is not None and tag == "option" and "selected" in given:
            self._current.fields[self._select] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._current = None

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.text.append(data.strip())


class Page:
    """What the browser shows."""

    def __init__(self, response: requests.Response) -> None:
        self.response = response
        self.status = response.status_code
        self.url = response.url
        self.html = response.text
        reader = _Reader()
        reader.feed(self.html)
        self.forms = reader.forms
        self.text = " ".join(reader.text)

    def form_with(self, name: str) -> Form:
        """The form that has a field or a button of this name."""
        for form in self.forms:
            if name in form.fields or any(button == name for button, _ in form.buttons):
                return form
        raise AssertionError(f"no form with {name!r} on the page: {self.text[:500]}")

    def offers(self, name: str) -> bool:
        """Whether a form has a field or a button of this name."""
        return any(name in form.fields or name in dict(form.buttons) for form in self.forms)


class Person:
    """A browser with its own cookies; stops at the first address outside the issuer and remembers it."""

    def __init__(self, issuer: str, **headers: str) -> None:
        self.issuer = issuer
        self.browser = requests.Session()
        self.browser.headers.update({"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", **headers})
        self.left_to: str | None = None
        self.page: Page

    def get(self, url: str) -> Page:
        """Open an address."""
        return self._follow(self.browser.get(urljoin(self.issuer, url), allow_redirects=False))

    def submit(self, **fields: str) -> Page:
        """Send the form of the current page that has the first of these fields, with the rest as it stands."""
        form = self.page.form_with(next(iter(fields)))
        target = urljoin(self.page.url, form.action)
        return self._follow(self.browser.post(target, data={**form.fields, **fields}, allow_redirects=False))

    def sign_in(self, authorize_url: str, username: str, password: str) -> str:
        """Sign in at an application and allow what it asks for; returns where the browser is sent in the end."""
        self.left_to = None
        self.get(authorize_url)
        if self.left_to is None and self.page.offers("password"):
            self.submit(username=username, password=password)
        if self.left_to is None and self.page.offers("decision"):
            self.submit(decision="allow")
        assert self.left_to is not None, f"still at {self.page.url}: {self.page.text[:500]}"
        return self.left_to

    def _follow(self, response: requests.Response) -> Page:
        for _ in range(10):
            if not response.is_redirect:
                break
            location = urljoin(response.url, response.headers["Location"])
            if not (location == self.issuer or location.startswith(self.issuer + "/")):
                self.left_to = location
                break
            response = self.browser.get(location, allow_redirects=False)
        else:
            raise AssertionError("the issuer redirects in a circle")
        self.page = Page(response)
        return self.page
