"""What administrators read about a device that asked to be let in, also where nobody ever did anything."""

from __future__ import annotations

import pytest

from idp import activity
from idp.storage import device_codes
from idp.storage.models import Activity
from idp.web.admin.activity import advice, words
from tests import given
from tests.conftest import Clock
from tests.web.conftest import Visitor

REQUESTED, ENTERED, ALLOWED = "device.requested", "device.code_entered", "device.allowed"
SOON, LATER = 10, device_codes.LIFETIME + 1


def timeline(root: Visitor, clock: Clock, wait: int, *events: str, **detail: str) -> str:
    given.client("tv", name="The television")
    for event in events:
        activity.record(event, attempt="the attempt", client="tv", address="192.0.2.7", **detail)
    clock.forward(wait)
    row: Activity = Activity.get(Activity.attempt == "the attempt")
    given.session(root.user)
    return root.get(f"/admin/activity/{row.id}").text


@pytest.mark.parametrize(
    ("wait", "events", "sentence"),
    [
        (SOON, [REQUESTED], "The device is waiting for somebody who types its code"),
        (LATER, [REQUESTED], "Nobody typed the code in ten minutes"),
        (SOON, [REQUESTED, ENTERED], "The device is waiting for somebody"),
        (LATER, [REQUESTED, ENTERED], "neither allowed nor denied it in ten minutes"),
        (SOON, [REQUESTED, ENTERED, ALLOWED], "The device hasn’t fetched the result yet"),
        (LATER, [REQUESTED, ENTERED, ALLOWED], "The device never fetched the result"),
    ],
)
def test_what_should_have_come_next_is_told(
    root: Visitor, clock: Clock, wait: int, events: list[str], sentence: str
) -> None:
    page = timeline(root, clock, min(wait, 1_000), *events)
    assert sentence in page
    assert "A device asked to be let in" in page


def test_a_story_with_an_end_misses_nothing(root: Visitor, clock: Clock) -> None:
    page = timeline(root, clock, LATER, REQUESTED, ENTERED, ALLOWED, "token.issued")
    for sentence in ("waiting for", "Nobody typed", "neither allowed", "never fetched", "hasn’t fetched"):
        assert sentence not in page


@pytest.mark.parametrize(
    ("event", "reason", "sentence"),
    [
        ("device.denied", "declined_device", "somebody tried to get into their account"),
        ("device.denied", "declined_access", "Put them into one of its groups"),
        ("device.denied", "declined_second_factor", "show their second factor"),
        ("device.denied", "declined_enrolment", "set up a second factor"),
        ("device.code_refused", "wrong_user_code", "No device shows this code"),
        ("device.code_refused", "too_many_codes", "It opens again after five minutes"),
        ("device.code_refused", "too_many_codes_of_everybody", "somebody guesses"),
        ("device.refused", "too_many_devices", "asks again and again"),
        ("token.refused", "device_denied", "The person said no"),
        ("token.refused", "device_code_expired", "within ten minutes"),
        ("token.refused", "device_code_used", "fetched the result twice"),
        ("token.refused", "unknown_device_code", "that we never made"),
        ("token.refused", "device_code_of_another_client", "made for another application"),
    ],
)
def test_what_went_wrong_comes_with_what_to_do(
    root: Visitor, clock: Clock, event: str, reason: str, sentence: str
) -> None:
    assert sentence in timeline(root, clock, SOON, event, reason=reason)
    assert event in words.FAILURES and reason in advice._SENTENCES
