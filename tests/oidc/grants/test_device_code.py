"""Device codes become tokens, once, and until then every answer of RFC 8628 3.5."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from idp import activity, clock, opaque
from idp.errors import NotYet, PageError, TokenError
from idp.interaction import next_step
from idp.interaction.facts import Interaction
from idp.oidc import authorization, client_call, device_authorization, device_decision, token_endpoint, user_code
from idp.oidc.grants import DEVICE_CODE, device_code
from idp.oidc.keys import KeySet
from idp.storage import device_codes, interactions, purge, sessions
from idp.storage.database import transaction
from idp.storage.models import Client, DeviceCode, Grant, Session, User
from tests import given
from tests.conftest import Clock as Held

ISSUER = "http://localhost:8000"


@pytest.fixture
def television(storage: None, clock: Held) -> Client:
    return given.client("television", grant_types=[DEVICE_CODE, "refresh_token"], redirect_uris=[], auth_method="none")


class Television:
    """The device: calls the two endpoints."""

    def __init__(self, client: Client, keys: KeySet, held: Held) -> None:
        self.client, self._keys, self._clock = client, keys, held

    def call(self, endpoint: Any, **form: str) -> dict[str, Any]:
        body = "&".join(f"{name}={value}" for name, value in {"client_id": self.client.client_id, **form}.items())
        _, answer = client_call.answer(
            endpoint,
            body.encode(),
            None,
            issuer=ISSUER,
            keys=self._keys,
            path="/token",
            now=self._clock.now,
            address="192.0.2.1",
        )
        return answer

    def ask(self, scope: str = "openid") -> dict[str, Any]:
        return self.call(device_authorization, scope=scope)

    def poll(self, code: dict[str, Any]) -> dict[str, Any]:
        return self.call(token_endpoint, grant_type=DEVICE_CODE, device_code=code["device_code"])

    def error(self, code: dict[str, Any]) -> str:
        with pytest.raises(TokenError) as refused:
            self.poll(code)
        return refused.value.error


@pytest.fixture
def device(television: Client, key_set: KeySet, clock: Held) -> Television:
    return Television(television, key_set, clock)


def row_of(code: dict[str, Any]) -> DeviceCode:
    found = device_codes.find(opaque.digest(code["device_code"]))
    assert found
    return found


Begin = Callable[..., Interaction]


@pytest.fixture
def begin(television: Client, clock: Held) -> Begin:
    """`begin(code, user)`: the sign-in of somebody who has typed the code, up to the last question."""

    def make(code: dict[str, Any], user: User, **answers: str) -> Interaction:
        session, _ = given.session(user)
        row = row_of(code)
        asked = device_decision.request_of(row)
        id = interactions.new_id()
        with transaction():
            interactions.keep(id, session, television, asked.to_json(), row.attempt, clock.now)
            interactions.keep_answers(id, session, {}, answers)
        return Interaction(
            id,
            television,
            asked,
            Session.get_by_id(session.id),
            row.attempt,
            clock.now,
            answers=dict(answers),
            is_kept=True,
        )

    return make


def test_it_is_pending_until_somebody_allows_it_and_then_gives_tokens_once(
    device: Television, begin: Begin, clock: Held
) -> None:
    code = device.ask("openid offline_access")
    assert device.error(code) == "authorization_pending"
    interaction = begin(code, given.user("ada"), device="allow")
    assert next_step(interaction) is None
    device_decision.allow(interaction, clock.now)
    clock.forward(5)
    answer = device.poll(code)
    assert {"access_token", "id_token", "refresh_token"} <= answer.keys()
    assert device.error(code) == "invalid_grant"
    assert Grant.select().count() == 1 and Grant.get().revoked_at is None
    assert Grant.get().redirect_uri is None


def test_the_interval_grows_by_five_seconds_and_is_kept(device: Television, clock: Held) -> None:
    code = device.ask()
    assert device.error(code) == "authorization_pending", "the first question may come at once"
    clock.forward(3)
    assert device.error(code) == "slow_down"
    clock.forward(5)
    assert device.error(code) == "slow_down", "ten seconds by now"
    clock.forward(14)
    assert device.error(code) == "authorization_pending", "a second less than fifteen isn't counted"
    for _ in range(200):
        assert device.error(code) == "slow_down"
    assert row_of(code).poll_interval == device_codes.LONGEST_INTERVAL
    clock.forward(device_codes.LONGEST_INTERVAL - 1)
    assert device.error(code) == "authorization_pending"


def test_what_counts_is_the_row_and_not_what_one_process_has_read_of_it(device: Television, clock: Held) -> None:
    row = row_of(device.ask())
    assert [device_codes.poll(row, clock.now) for _ in range(2)] == [True, False], "of two at the same instant one"
    assert device_codes.poll(row, clock.forward(2 * device_codes.INTERVAL)), "in time, however long the interval was"


def test_waiting_writes_nothing_down(device: Television) -> None:
    code = device.ask()
    for _ in range(5):
        device.error(code)
    assert [row.event for row in activity.rows()] == ["device.requested"]
    assert issubclass(NotYet, TokenError)


def test_a_no_is_told_also_after_the_code_has_run_out(device: Television, begin: Begin, clock: Held) -> None:
    code = device.ask()
    device_decision.deny(begin(code, given.user("ada"), declined="device"), clock.now)
    assert device.error(code) == "access_denied"
    clock.forward(device_codes.LIFETIME + 5)
    assert device.error(code) == "access_denied"
    denied = next(row for row in activity.rows() if row.event == "device.denied")
    assert denied.detail == {"reason": "declined_device"} and denied.username == "ada"


def test_it_runs_out_allowed_or_not_and_is_forgotten_an_hour_later(
    device: Television, begin: Begin, clock: Held
) -> None:
    waiting, allowed = device.ask(), device.ask()
    device_decision.allow(begin(allowed, given.user("ada")), clock.now)
    clock.forward(device_codes.LIFETIME)
    assert device.error(waiting) == device.error(allowed) == "expired_token"
    purge.purge(clock.now)
    assert device.error(waiting) == "expired_token"
    clock.forward(purge.DEVICE_CODE_LIFETIME)
    purge.purge(clock.now)
    assert device.error(waiting) == "invalid_grant"
    assert DeviceCode.select().count() == 0


def test_nobody_allows_or_denies_what_is_over(device: Television, begin: Begin, clock: Held) -> None:
    code, ada = device.ask(), given.user("ada")
    first, second, third = begin(code, ada), begin(code, ada), begin(code, ada)
    device_decision.allow(first, clock.now)
    for late in (lambda: device_decision.allow(second, clock.now), lambda: device_decision.deny(second, clock.now),
                 lambda: device_decision.allow(first, clock.now)):  # fmt: skip
        with pytest.raises(PageError):
            late()
    with pytest.raises(PageError, match="Somebody has said"):
        authorization.as_allowed_now(device.client, third.request)
    assert Grant.select().count() == 1
    old = device.ask()
    interaction = begin(old, ada)
    clock.forward(device_codes.LIFETIME)
    for late in (
        lambda: device_decision.allow(interaction, clock.now),
        lambda: device_decision.deny(interaction, clock.now),
    ):
        with pytest.raises(PageError):
            late()
    with pytest.raises(PageError, match="ten minutes"):
        authorization.as_allowed_now(device.client, interaction.request)


def test_signing_out_while_the_yes_is_on_its_way_makes_it_worth_nothing(
    device: Television, begin: Begin, clock: Held
) -> None:
    code = device.ask()
    interaction = begin(code, given.user("ada"))
    assert interaction.session
    with transaction():
        sessions.end(interaction.session)
    with pytest.raises(PageError):
        device_decision.allow(interaction, clock.now)
    assert device.error(code) == "authorization_pending"


def test_a_client_that_may_no_more_sign_devices_in_finds_its_codes_closed(
    device: Television, begin: Begin, clock: Held
) -> None:
    code = device.ask()
    interaction = begin(code, given.user("ada"))
    Client.update(grant_types=["authorization_code"]).execute()
    device.client = Client.get_by_id(device.client.id)
    with pytest.raises(PageError):
        authorization.as_allowed_now(device.client, interaction.request)
    assert device.error(code) == "unauthorized_client"


def test_it_is_one_client_s_alone(device: Television, begin: Begin, key_set: KeySet, clock: Held) -> None:
    code = device.ask()
    device_decision.allow(begin(code, given.user("ada")), clock.now)
    other = Television(given.client("other", grant_types=[DEVICE_CODE], auth_method="none"), key_set, clock)
    assert other.error(code) == "invalid_grant"
    assert device.poll(code)["access_token"]


def test_what_was_taken_back_before_the_device_came_is_gone(device: Television, begin: Begin, clock: Held) -> None:
    for change in (lambda: User.update(disabled_at=1).execute(), lambda: Grant.update(revoked_at=1).execute()):
        code = device.ask()
        device_decision.allow(begin(code, given.user(user_code.new().lower())), clock.now)
        change()
        assert device.error(code) == "invalid_grant"
        User.update(disabled_at=None).execute()


def test_two_devices_never_wait_under_one_code(device: Television, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = iter(["BBBBBBBB", "BBBBBBBB", "BBBBBBBB", "CCCCCCCC"])
    monkeypatch.setattr(user_code, "new", lambda: next(codes))
    assert [device.ask()["user_code"] for _ in range(2)] == ["BBBB-BBBB", "CCCC-CCCC"]


def test_one_address_can_t_fill_the_disk_with_requests(device: Television, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("idp.throttle.DEVICES", type(device_authorization.throttle.DEVICES)("devices", 3, 300))
    for _ in range(3):
        device.ask()
    with pytest.raises(TokenError) as refused:
        device.ask()
    assert (refused.value.error, refused.value.status) == ("temporarily_unavailable", 429)
    assert DeviceCode.select().count() == 3


def test_scopes_are_those_that_the_client_is_offered(device: Television) -> None:
    Client.update(scopes=["openid", "email"]).execute()
    device.client = Client.get_by_id(device.client.id)
    assert row_of(device.ask("openid email groups nonsense")).scopes == ["openid", "email"]
    assert device_code.GRANT_TYPE == DEVICE_CODE and clock.now()
