"""A small browser that keeps cookies, fills in forms, and stops at the client's redirect URI."""

import http.client
import re
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

from tests.bench.provider import Provider

TIMEOUT = 120  # seconds; 500 password hashes wait in one queue
STEPS = 10  # pages and redirects of one sign-in
NOT_TYPED = ("submit", "button", "checkbox", "radio")
EXPIRED = re.compile(r"max-age=0\b|expires=thu, 01[ -]jan[ -]1970", re.IGNORECASE)


class Form(HTMLParser):
    """The first form of a page that is posted: where to, and the fields it brings along."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action: str | None = None
        self.fields: dict[str, str] = {}
        self._open = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form" and self.action is None and values.get("method", "").lower() == "post":
            self.action, self._open = values.get("action", ""), True
        typed = values.get("type", "text").lower() not in NOT_TYPED
        if tag == "input" and self._open and typed and "name" in values:
            self.fields[values["name"]] = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False


class Browser:
    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._connection = http.client.HTTPConnection("127.0.0.1", provider.port, timeout=TIMEOUT)
        self.cookies: dict[str, str] = {}

    def request(
        self, method: str, path: str, headers: dict[str, str] | None = None, body: str | None = None
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        sent = {"Host": self._provider.host, **(headers or {})}
        if self.cookies:
            sent["Cookie"] = self.cookie_header()
        self._connection.request(method, path, body=body, headers=sent)
        response = self._connection.getresponse()
        data = response.read()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, rest = cookie.partition("=")
            value, _, attributes = rest.partition(";")
            if value and not EXPIRED.search(attributes):
                self.cookies[name.strip()] = value
            else:
                self.cookies.pop(name.strip(), None)
        return response.status, response.headers, data

    def cookie_header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def post_form(
        self, path: str, fields: dict[str, str], headers: dict[str, str] | None = None
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        sent = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        return self.request("POST", path, sent, urlencode(fields))

    def walk(self, path: str, typed: dict[str, str], until: str) -> str:
        """Go through redirects and forms, typing what is known, up to a URL that begins `until`."""
        url = self._provider.issuer + path
        status, headers, data = self.request("GET", path, {"Accept": "text/html"})
        for _ in range(STEPS):
            if status in (302, 303):
                url = urljoin(url, str(headers["Location"]))
                if url.startswith(until):
                    return url
                status, headers, data = self.request("GET", path_of(url), {"Accept": "text/html"})
                continue
            form = Form(data.decode("utf-8", "replace"))
            if status != 200 or form.action is None:
                raise RuntimeError(f"{status} at {path_of(url)}: {data[:200]!r}")
            filled = {**form.fields, **{k: v for k, v in typed.items() if k in form.fields}}
            shown = url
            url = urljoin(url, form.action)
            sent = {"Accept": "text/html", "Origin": self._provider.issuer, "Referer": shown}
            status, headers, data = self.post_form(path_of(url), filled, sent)
        raise RuntimeError(f"no end of pages at {path_of(url)}")

    def close(self) -> None:
        self._connection.close()


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + ("?" + parts.query if parts.query else "")
