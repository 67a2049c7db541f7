"""Applications that are told of a sign-out: real receivers over https check the tokens by the rules of five applications.

OP-CHECKLIST items 92, 125, 126 and 127; RELYING-PARTIES item 43.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from tests.flows.application import PASSWORD, Application
from tests.flows.visitors import visitor
from tests.receiver import Receiver, Sent, answer
from tests.server import Server

from .strict import logout_tokens
from .strict.wire import Refused


@pytest.fixture(scope="module")
def telling(idp_server: Callable[..., Server], pem: Path) -> Server:
    """A provider that trusts the authority of the test and may reach this machine."""
    server = idp_server(SSL_CERT_FILE=str(pem), IDP_OUTGOING_ALLOW="127.0.0.1,::1", IDP_WORKERS="2")
    server.add_user("alice", PASSWORD, "--admin")
    return server


class House:
    """Five applications behind one web server; each keeps what it believes and what it refuses."""

    def __init__(self, server: Server, pem: Path) -> None:
        self.receiver = Receiver(pem)
        self.receiver.behave = self._take
        self.believed: dict[str, list[dict[str, Any]]] = {}
        self.refused: list[str] = []
        self.checks: dict[str, logout_tokens.Receiver] = {}
        self.apps: dict[str, Application] = {}
        self._change = threading.Condition()
        for kind, make in logout_tokens.KINDS.items():
            app = Application(server, "--skip-consent", "--backchannel-logout-uri", self.receiver.url(f"/{kind}"))
            self.apps[kind], self.checks[kind] = app, make(server.issuer, app.id)

    def _take(self, handler: BaseHTTPRequestHandler, sent: Sent) -> None:
        kind = sent.path.removeprefix("/")
        try:
            (token,) = sent.form["logout_token"]
            assert sent.form.keys() == {"logout_token"}
            assert sent.tls == "TLSv1.3"
            assert sent.headers["Content-Type"] == "application/x-www-form-urlencoded"
            claims = self.checks[kind].check(token)
        except Exception as wrong:  # told to the test, which fails; the provider is told as an application would
            self.refused.append(f"{kind}: {wrong!r}")
            answer(handler, 400, b'{"error":"invalid_request"}', "application/json")
            return
        with self._change:
            self.believed.setdefault(kind, []).append(claims)
            self._change.notify_all()
        answer(handler)

    def all_believe(self, within: float = 30.0) -> bool:
        """Whether every application has signed somebody out by then."""
        with self._change:
            return self._change.wait_for(lambda: self.believed.keys() == self.apps.keys(), within)


@pytest.fixture(scope="module")
def street(telling: Server, pem: Path) -> Iterator[House]:
    found = House(telling, pem)
    yield found
    found.receiver.stop()


@pytest.fixture
def house(street: House) -> Iterator[House]:
    """The applications, none of which has been told anything yet."""
    street.believed.clear()
    for check in street.checks.values():
        check.jwks()
    yield street
    assert street.refused == []


def test_every_receiver_signs_the_person_out_before_the_page_says_so(telling: Server, house: House) -> None:
    """OP-CHECKLIST items 92, 125, 126 and 127."""
    person = visitor(telling)
    known = {kind: app.claims(app.tokens(person)["id_token"]) for kind, app in house.apps.items()}
    person.get("/logout")
    said = person.submit(decision="logout").text
    assert house.believed.keys() == logout_tokens.KINDS.keys()
    for kind, (claims,) in house.believed.items():
        assert (claims["sub"], claims["sid"]) == (known[kind]["sub"], known[kind]["sid"])
        assert f"{house.apps[kind].name} Signed out" in said
    assert len({claims["jti"] for (claims,) in house.believed.values()}) == len(house.apps)


def test_a_link_of_an_application_that_proves_itself_tells_all_others_too(telling: Server, house: House) -> None:
    person = visitor(telling)
    tokens = [app.tokens(person) for app in house.apps.values()]
    house.checks["flowfin"].known_keys = {}  # so it asks the provider while that waits for it
    person.get(f"/logout?id_token_hint={tokens[0]['id_token']}")
    assert house.believed.keys() == logout_tokens.KINDS.keys()


def test_an_administrator_who_shuts_somebody_out_has_every_receiver_told(telling: Server, house: House) -> None:
    name = telling.add_user("bob", PASSWORD)["username"]
    person = visitor(telling)
    for app in house.apps.values():
        app.tokens(person, username=name)
    telling.idp("user", "disable", name)
    assert house.all_believe()


@pytest.mark.parametrize(
    "change",
    [
        {"events": {}},
        {"events": {logout_tokens.EVENT: {}, "other": {}}},
        {"nonce": "n"},
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"sub": None, "sid": None},
    ],
    ids=str,
)
def test_a_receiver_is_no_rubber_stamp(telling: Server, change: dict[str, Any]) -> None:
    receiver = logout_tokens.Flowfin(telling.issuer, "me")
    good = {"iss": telling.issuer, "aud": "me", "sub": "s", "sid": "i", "events": {logout_tokens.EVENT: {}}}
    receiver.check_for_everybody(good)
    with pytest.raises(Refused):
        receiver.check_for_everybody({**good, **change})
