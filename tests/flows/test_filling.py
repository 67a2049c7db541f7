"""What strangers can make this provider write down stays bounded, whatever of their own they bring along."""

from __future__ import annotations

import pytest

from idp import throttle
from tests.flows import records
from tests.flows.application import Application
from tests.flows.television import DEVICE_CODE, Television, type_code
from tests.flows.visitors import new_address, visitor
from tests.person import Person
from tests.server import Server


@pytest.fixture(scope="module")
def television(server: Server) -> Television:
    """A public device, which anybody may have ask for codes."""
    return Television(server, "--auth-method", "none")


@pytest.fixture
def address(server: Server) -> str:
    """An address from which no refusal is written down any more."""
    used_up = new_address()
    stranger = visitor(server, used_up)
    for _ in range(throttle.NOTES.failures + 1):
        answer = stranger.browser.post(f"{server.issuer}/token", data={"client_id": "nobody"}, timeout=30)
        assert answer.status_code == 401
    assert rows(server, used_up) == throttle.NOTES.failures
    return used_up


def rows(server: Server, address: str, event: str = "%") -> int:
    return records.count(server, "SELECT count(*) FROM activities WHERE address = ? AND event LIKE ?", address, event)


def begun(server: Server, address: str) -> int:
    return records.count(server, "SELECT COALESCE(SUM(failures), 0) FROM throttles WHERE key = ?", f"begun:{address}")


def call(person: Person, app: Application, **form: str) -> int:
    """The status of a token request that says to be of an application."""
    answer = person.browser.post(f"{app.server.issuer}/token", data={"client_id": app.id, **form}, timeout=30)
    return int(answer.status_code)


def test_a_code_of_ones_own_opens_the_log_to_nobody_who_has_proved_nothing(
    server: Server, app: Application, television: Television, address: str
) -> None:
    stranger, own = visitor(server, address), Application(server, "--skip-consent")
    device_code = television.code()["device_code"]
    code = app.code(visitor(server))
    before = rows(server, address)
    for _ in range(5):
        wrong = {"client_id": own.id, "client_secret": "wrong"}
        assert call(stranger, own, **wrong, grant_type=DEVICE_CODE, device_code=device_code) == 401
        assert call(stranger, own, **wrong, grant_type="authorization_code", code=code) == 401
        assert call(stranger, television, grant_type="authorization_code", code=code) == 400
    assert rows(server, address) == before
    assert records.read(server, "SELECT last_failure FROM clients WHERE client_id = ?", own.id) == [(None,)]
    right = {"client_secret": app.secret or "", "grant_type": "authorization_code", "redirect_uri": app.redirect_uri}
    assert call(stranger, app, **right, code=code, code_verifier="x" * 43) == 400
    assert rows(server, address) == before + 1, "what somebody known does is always written down"


def test_typing_a_right_code_again_and_again_is_one_sign_in_and_one_row(server: Server, television: Television) -> None:
    address, code = new_address(), television.code()["user_code"]
    stranger = visitor(server, address)
    first = type_code(stranger, code).url
    counted = begun(server, address)
    for _ in range(5):
        assert type_code(stranger, code).url == first
    assert begun(server, address) == counted
    assert rows(server, address, "device.code_entered") == 1
    stranger.get(first)
    assert stranger.page.offers("password")
    assert type_code(visitor(server, address), code).url != first, "another browser has one of its own"


def test_right_codes_fill_the_log_no_more_than_wrong_ones(server: Server, television: Television, address: str) -> None:
    before = rows(server, address)
    stranger = visitor(server, address)
    for _ in range(3):
        assert type_code(stranger, television.code()["user_code"]).offers("password")
    assert rows(server, address) == before


def test_a_sign_in_that_is_not_begun_is_not_written_down(server: Server, television: Television) -> None:
    address = new_address()
    stranger = visitor(server, address)
    type_code(stranger, television.code()["user_code"])
    stranger.get("/device")
    full = "UPDATE throttles SET failures = ? WHERE key = ?"
    assert records.change(server, full, throttle.BEGUN.failures, f"begun:{address}") == 1
    for _ in range(3):
        assert type_code(stranger, television.code()["user_code"]).status == 429
    assert rows(server, address, "device.code_entered") == 1
