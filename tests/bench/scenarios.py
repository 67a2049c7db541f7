"""What is measured: each scenario asks one provider for one thing at one concurrency."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from tests.bench import sign_ins, wrk
from tests.bench.browser import Browser
from tests.bench.provider import DISCOVERY, REDIRECT_URI, Client, Provider
from tests.bench.relying_party import authorization_path, basic, exchange, exchange_fields, obtain_code, sign_in
from tests.bench.wrk import Measurement

SESSIONS = 4  # browsers that are signed in and take turns
MOST_CODES = 6000  # they live for a minute, and are minted just before
FIRST_GUESS = 400  # code exchanges a second, until one was measured


class Subject:
    """A running provider with browsers signed in, ready to be measured."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.client = provider.clients[0]
        self.code_rate = float(FIRST_GUESS)
        self._browsers: list[Browser] = []
        for number in range(SESSIONS):
            user = provider.users[number % len(provider.users)]
            browser, tokens = sign_in(provider, self.client, user)
            self._browsers.append(browser)
            self.access_token = tokens["access_token"]

    @property
    def cookies(self) -> list[str]:
        return [browser.cookie_header() for browser in self._browsers]

    def load(self, concurrency: int, seconds: float, plan: dict[str, object]) -> Measurement:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            return wrk.run(self.provider, Path(folder), concurrency, seconds, plan)

    def refresh_tokens(self, count: int) -> list[str]:
        """Refresh tokens of as many sign-ins."""
        provider, found = self.provider, []
        for number in range(count):
            browser = Browser(provider)  # the connection of the one that signed in may have been idle for too long
            browser.cookies = dict(self._browsers[number % len(self._browsers)].cookies)
            user = provider.users[number % len(self._browsers) % len(provider.users)]
            code = obtain_code(browser, provider, provider.refreshing, user, "n-refresh")
            found.append(exchange(browser, provider, provider.refreshing, code)["refresh_token"])
            browser.close()
        return found

    def mint_codes(self, count: int, into: Path) -> int:
        """Let the authorization endpoint give `count` codes into a file; returns how many came."""
        self.load(8, 60, {**_authorization_plan(self), "limit": count, "capture": str(into)})
        return len(into.read_text().split())


def _get(path: str, expect: list[str], **headers: str) -> dict[str, object]:
    headers = {"Accept": "application/json", **headers}
    return {"kind": "same", "method": "GET", "path": path, "headers": headers, "expect": expect}


def _authorization_plan(subject: Subject) -> dict[str, object]:
    return {
        "kind": "authorize",
        "path": authorization_path(subject.provider, subject.client),
        "headers": {"Accept": "text/html"},
        "cookies": subject.cookies,
        "redirect_uri": REDIRECT_URI,
    }


def authorization(subject: Subject, concurrency: int, seconds: float) -> Measurement:
    """A signed-in browser asks; the answer is a redirect with a code."""
    return subject.load(concurrency, seconds, _authorization_plan(subject))


def code_exchange(subject: Subject, concurrency: int, seconds: float) -> Measurement:
    """client_secret_basic and PKCE S256; the answer has an ID token and an access token."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        codes = Path(folder) / "codes"
        wanted = int(min(MOST_CODES, subject.code_rate * seconds)) + 2 * concurrency
        minted = subject.mint_codes(wanted, codes)
        if minted < wanted * 0.9:
            raise RuntimeError(f"only {minted} of {wanted} codes were issued")
        fields = exchange_fields("")
        del fields["code"]
        plan = {
            "kind": "codes",
            "path": subject.provider.path("token_endpoint"),
            "headers": _form_headers(subject.client),
            "body": urlencode(fields) + "&code=",
            "codes": str(codes),
            "expect": ['"id_token"', '"access_token"'],
            "limit": minted - concurrency,
        }
        measured = subject.load(concurrency, 30, plan)
    subject.code_rate = max(measured.per_second, FIRST_GUESS / 10)  # even if all of them failed
    return measured


def refresh(subject: Subject, concurrency: int, seconds: float) -> Measurement:
    """Chains of refresh tokens; each answer has an ID token, an access token and the next refresh token."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        tokens = Path(folder) / "tokens"
        tokens.write_text("".join(f"{token}\n" for token in subject.refresh_tokens(2 * concurrency)))
        plan = {
            "kind": "chain",
            "path": subject.provider.path("token_endpoint"),
            "headers": _form_headers(subject.provider.refreshing),
            "body": urlencode({"grant_type": "refresh_token"}) + "&refresh_token=",
            "codes": str(tokens),
            "expect": ['"id_token"', '"access_token"', '"refresh_token"'],
        }
        return subject.load(concurrency, seconds, plan)


def introspection(subject: Subject, concurrency: int, seconds: float) -> Measurement:
    """An application asks about its own token, by client_secret_basic."""
    plan = {
        "kind": "same",
        "method": "POST",
        "path": subject.provider.path("introspection_endpoint"),
        "headers": _form_headers(subject.client),
        "body": urlencode({"token": subject.access_token}),
        "expect": ['"active":true', '"sub"'],
    }
    return subject.load(concurrency, seconds, plan)


def _form_headers(client: Client) -> dict[str, str]:
    return {
        "Accept": "application/json",
        "Authorization": basic(client),
        "Content-Type": "application/x-www-form-urlencoded",
    }


def userinfo(subject: Subject, concurrency: int, seconds: float) -> Measurement:
    path = subject.provider.path("userinfo_endpoint")
    bearer = f"Bearer {subject.access_token}"
    plan = _get(path, ['"sub"', '"email"'], Authorization=bearer)
    return subject.load(concurrency, seconds, plan)


def discovery(subject: Subject, concurrency: int, seconds: float) -> Measurement:
    return subject.load(concurrency, seconds, _get(DISCOVERY, ['"issuer"', '"jwks_uri"']))


def jwks(subject: Subject, concurrency: int, seconds: float) -> Measurement:
    path = subject.provider.path("jwks_uri")
    return subject.load(concurrency, seconds, _get(path, ['"keys"', '"kid"']))


def password_sign_in(subject: Subject, concurrency: int, seconds: float) -> Measurement:
    """A fresh browser: request, sign-in form, password, code, tokens."""
    return sign_ins.measure(subject.provider, concurrency, seconds)


SCENARIOS: dict[str, Callable[[Subject, int, float], Measurement]] = {
    "discovery": discovery,
    "jwks": jwks,
    "userinfo": userinfo,
    "authorization": authorization,
    "code-exchange": code_exchange,
    "refresh": refresh,
    "introspection": introspection,
    "sign-in": password_sign_in,
}
