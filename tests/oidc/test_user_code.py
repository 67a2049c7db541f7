"""What people type off a device's screen, and how often they may be wrong."""

from __future__ import annotations

import pytest

from idp import activity, throttle
from idp.errors import Refused
from idp.oidc import user_code
from idp.storage import device_codes
from idp.storage.database import transaction
from idp.storage.models import Client, User
from tests import given
from tests.conftest import Clock


@pytest.fixture
def television(storage: None, clock: Clock) -> Client:
    return given.client("television")


def waiting(client: Client, clock: Clock, code: str) -> None:
    with transaction():
        assert device_codes.add(f"digest of {code}", code, client, ["openid"], "the attempt", "192.0.2.1", clock.now)


def reason(text: str, clock: Clock, *, user: User | None = None, address: str = "198.51.100.1") -> str:
    with pytest.raises(Refused) as refused:
        user_code.find(text, user=user, address=address, now=clock.now)
    return refused.value.reason


def test_codes_have_eight_letters_that_nobody_mistakes_and_make_no_words() -> None:
    made = {user_code.new() for _ in range(200)}
    assert len(made) == 200
    assert set("".join(made)) == set("BCDFGHJKLMNPQRSTVWXZ"), "RFC 8628 6.1: no vowels, no digits"
    assert all(len(code) == 8 for code in made)
    assert user_code.shown("WDJBMJHT") == "WDJB-MJHT"


@pytest.mark.parametrize("text", ["WDJB-MJHT", "wdjbmjht", " wdjb mjht ", "W.D.J.B–M.J.H.T", "wDjB_mJhT"])
def test_case_hyphens_and_blanks_don_t_matter(text: str) -> None:
    assert user_code.typed(text) == "WDJBMJHT"


@pytest.mark.parametrize("text", ["", "WDJB-MJH", "WDJB-MJHTT", "WDJB-MJHA", "WDJB-MJH0", "ẄDJB-MJHT", "W" * 10_000])
def test_what_can_t_be_a_code_is_refused_and_not_counted(television: Client, clock: Clock, text: str) -> None:
    for _ in range(20):
        assert reason(text, clock) == "wrong_user_code"
    waiting(television, clock, "WDJBMJHT")
    assert user_code.find("WDJB-MJHT", user=None, address="198.51.100.1", now=clock.now)


def test_a_right_code_finds_the_device_and_is_put_down_to_its_attempt(television: Client, clock: Clock) -> None:
    waiting(television, clock, "WDJBMJHT")
    device, client = user_code.find("wdjb-mjht", user=None, address="198.51.100.1", now=clock.now)
    assert device.digest == "digest of WDJBMJHT" and client.client_id == "television"
    assert list(activity.rows()) == []
    with transaction():
        user_code.note_entered(device, client, user=None, address="198.51.100.1", now=clock.now)
    (entered,) = list(activity.rows())
    assert (entered.event, entered.attempt, entered.address) == ("device.code_entered", "the attempt", "198.51.100.1")
    assert "WDJB" not in str(entered.detail)


def test_a_code_that_is_decided_or_too_old_or_of_a_switched_off_application_is_as_wrong_as_any(
    television: Client, clock: Clock
) -> None:
    waiting(television, clock, "BBBBBBBB")
    waiting(television, clock, "CCCCCCCC")
    with transaction():
        allowed, denied = (device_codes.find(f"digest of {code}") for code in ("BBBBBBBB", "CCCCCCCC"))
        assert (
            allowed and denied and device_codes.allow(allowed.id, clock.now) and device_codes.deny(denied.id, clock.now)
        )
    waiting(television, clock, "DDDDDDDD")
    other = given.client("another", disabled_at=clock.now)
    waiting(other, clock, "FFFFFFFF")
    for code in ("BBBBBBBB", "CCCCCCCC", "FFFFFFFF"):
        assert reason(code, clock) == "wrong_user_code"
    clock.forward(device_codes.LIFETIME)
    assert reason("DDDDDDDD", clock) == "wrong_user_code"


def test_after_ten_wrong_codes_an_address_waits_five_minutes_even_with_the_right_one(
    television: Client, clock: Clock
) -> None:
    waiting(television, clock, "WDJBMJHT")
    for number in range(10):
        assert reason(user_code.new(), clock) == "wrong_user_code", number
    assert reason("WDJBMJHT", clock) == "too_many_codes"
    assert user_code.find("WDJBMJHT", user=None, address="198.51.100.2", now=clock.now)
    clock.forward(throttle.USER_CODES.window)
    assert user_code.find("WDJBMJHT", user=None, address="198.51.100.1", now=clock.now)


def test_a_home_s_ipv6_network_counts_as_one_address(television: Client, clock: Clock) -> None:
    for number in range(10):
        reason(user_code.new(), clock, address=f"2001:db8:1:2::{number:x}")
    assert reason(user_code.new(), clock, address="2001:db8:1:2:ffff::1") == "too_many_codes"


def test_an_account_waits_wherever_it_guesses_from(television: Client, clock: Clock) -> None:
    ada, grace = given.user("ada"), given.user("grace")
    for number in range(10):
        assert reason(user_code.new(), clock, user=ada, address=f"198.51.100.{number}") == "wrong_user_code"
    assert reason(user_code.new(), clock, user=ada, address="203.0.113.9") == "too_many_codes"
    assert reason(user_code.new(), clock, user=grace, address="203.0.113.9") == "wrong_user_code"


def test_strangers_together_have_a_thousand_and_whoever_is_signed_in_none_of_theirs(
    television: Client, clock: Clock
) -> None:
    waiting(television, clock, "WDJBMJHT")
    for number in range(throttle.USER_CODES_OF_EVERYBODY.failures):
        reason(user_code.new(), clock, address=f"10.{number // 250}.{number % 250}.1")
    assert reason("WDJBMJHT", clock, address="203.0.113.9") == user_code.TOO_MANY_OF_EVERYBODY
    assert user_code.find("WDJBMJHT", user=given.user("ada"), address="203.0.113.9", now=clock.now)
