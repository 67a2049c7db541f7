"""Authenticator apps: what a code proves, when it doesn't, and what the refusal tells."""

from __future__ import annotations

import subprocess
import sys
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from idp import activity, throttle
from idp.assurance import Factor, Proof
from idp.authenticators import totp
from idp.errors import Refused
from idp.storage import credentials, throttles
from idp.storage.models import Credential, User
from idp.tries import Site, Try
from tests import given
from tests.authenticator_app import STEP, code_at
from tests.conftest import Clock

SECRET, OTHER = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"


@pytest.fixture
def ada(storage: None, clock: Clock) -> User:
    clock.now -= clock.now % STEP  # at the beginning of a step
    person = given.user("ada")
    credentials.add(person, "totp", {"secret": SECRET}, clock.now, name="Phone")
    return person


class Codes:
    """Somebody who is known types codes."""

    def __init__(self, person: User, clock: Clock) -> None:
        self.person, self.clock = person, clock

    @property
    def attempt(self) -> Try:
        site = Site("Foyer", "https://id.example", "id.example")
        return Try("this", self.clock.now, "192.0.2.1", "attempt", "app", self.person, site=site)

    def of(self, offset: int, secret: str = SECRET) -> str:
        return code_at(secret, self.clock.now // STEP + offset)

    def wrong(self) -> str:
        near = {self.of(offset, secret) for offset in range(-25, 26) for secret in (SECRET, OTHER)}
        return next(digits for digits in map("{:06}".format, range(200)) if digits not in near)

    def prove(self, code: str) -> Proof:
        user, proof = totp.prove({"code": code}, self.attempt)
        assert user == self.person
        return proof

    def refused(self, code: str) -> Refused:
        with pytest.raises(Refused) as refusal:
            self.prove(code)
        return refusal.value


@pytest.fixture
def codes(ada: User, clock: Clock) -> Codes:
    return Codes(ada, clock)


@pytest.mark.parametrize(  # RFC 6238 appendix B, in six digits
    ("at", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_codes_are_those_of_the_standard(storage: None, clock: Clock, at: int, code: str) -> None:
    clock.now = at
    person = given.user("ada")
    credentials.add(person, "totp", {"secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"}, at)
    assert Codes(person, clock).prove(code)


def test_a_code_proves_possession_and_says_not_who_somebody_is(codes: Codes, clock: Clock) -> None:
    assert codes.prove(codes.of(0)) == Proof(
        "totp", frozenset({Factor.POSSESSION}), ("otp",), clock.now, "this", identifies=False
    )


@pytest.mark.parametrize("offset", [-1, 0, 1])
def test_the_clock_may_be_off_by_a_step(codes: Codes, clock: Clock, offset: int) -> None:
    codes.prove(codes.of(offset))
    (app,) = credentials.of(codes.person, "totp")
    assert app.last_used_at == clock.now


@pytest.mark.parametrize(
    ("offset", "reason", "minutes"),
    [(-2, "clock_behind", 1), (2, "clock_ahead", 1), (-7, "clock_behind", 3), (20, "clock_ahead", 10),
     (-20, "clock_behind", 10), (21, "wrong_code", None), (-21, "wrong_code", None)],
)  # fmt: skip
def test_a_clock_that_is_off_is_told_apart_from_a_wrong_code(
    codes: Codes, offset: int, reason: str, minutes: int | None
) -> None:
    refused = codes.refused(codes.of(offset))
    assert refused.reason == reason
    assert refused.values.get("minutes") == minutes
    assert (minutes is None) or f"about {minutes} min" in refused.sentence % refused.values


def test_a_code_works_once(codes: Codes, clock: Clock) -> None:
    code = codes.of(0)
    codes.prove(code)
    assert codes.refused(code).reason == "used_code"
    clock.forward(STEP)
    assert codes.refused(code).reason == "used_code", "a step later it would still be within the drift"


def test_nothing_older_than_the_last_code_works(codes: Codes) -> None:
    codes.prove(codes.of(1))
    assert codes.refused(codes.of(0)).reason == "used_code"
    assert codes.refused(codes.of(-1)).reason == "used_code"


def test_a_code_of_the_future_is_spent_by_the_words_about_the_clock(codes: Codes, clock: Clock) -> None:
    early, untouched = codes.of(6), codes.of(7)
    assert codes.refused(early).reason == "clock_ahead"
    clock.forward(6 * STEP)
    assert codes.refused(early).reason == "used_code", "whoever guessed it would come back now"
    clock.forward(STEP)
    codes.prove(untouched)
    (app,) = credentials.of(codes.person, "totp")
    assert app.data["spent"] == [], "what is over needn't be remembered"


def test_codes_that_are_spent_ahead_don_t_stop_those_before_them(codes: Codes) -> None:
    early = [codes.of(4), codes.of(9)]
    for code in early:
        codes.refused(code)
    codes.prove(codes.of(0))
    (app,) = credentials.of(codes.person, "totp")
    assert len(app.data["spent"]) == 2, "and stay spent"


def test_an_early_code_counts_as_a_failure_like_any_other(codes: Codes) -> None:
    for offset in (3, 4, -3, -4, 25):
        codes.refused(codes.of(offset))
    assert codes.refused(codes.of(0)).reason == "too_many_tries"
    (app,) = credentials.of(codes.person, "totp")
    assert app.failures == 5


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "12345",
        "1234567",
        "12345a",
        "１２３４５６",
        "١٢٣٤٥٦",
        "12345\u00b2",
        "123456\ud800",
        "-12345",
        "+12345",
        "1e5000",
    ],
)
def test_only_six_ascii_digits_are_a_code(codes: Codes, typed: str) -> None:
    assert codes.refused(typed).reason == "no_code"
    (app,) = credentials.of(codes.person, "totp")
    assert app.failures == 0, "a slip of the finger is no guess"


def test_full_width_digits_of_the_right_code_are_no_second_text_for_it(codes: Codes) -> None:
    wide = codes.of(0).translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})
    assert codes.refused(wide).reason == "no_code"


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u2009", "\t"])
def test_spaces_that_people_type_are_taken_out(codes: Codes, space: str) -> None:
    code = codes.of(0)
    codes.prove(f" {code[:3]}{space}{code[3:]}\n")


def test_a_code_of_any_usable_app_is_good_and_a_failure_counts_once(codes: Codes, clock: Clock) -> None:
    credentials.add(codes.person, "totp", {"secret": OTHER}, clock.now, name="Tablet")
    assert totp.offers(codes.attempt) == {"apps": ["Phone", "Tablet"]}
    codes.prove(codes.of(0, OTHER))
    codes.prove(codes.of(0))
    codes.refused(codes.wrong())
    assert {app.failures for app in credentials.of(codes.person, "totp")} == {1}
    row = throttle.second_factor("ada", "totp").each[0]
    assert throttles.failures(row._row, clock.now) == 1


def test_an_app_of_somebody_else_opens_nothing(codes: Codes, clock: Clock) -> None:
    credentials.add(given.user("grace"), "totp", {"secret": OTHER}, clock.now)
    assert codes.refused(codes.of(0, OTHER)).reason == "wrong_code"


def test_a_disabled_app_opens_nothing_and_is_not_offered(codes: Codes, clock: Clock) -> None:
    Credential.update(disabled_at=clock.now).execute()
    assert totp.offers(codes.attempt) is None
    assert codes.refused(codes.of(0)).reason == "wrong_code"


def test_what_comes_after_shares_the_fate_of_the_code(codes: Codes) -> None:
    def then(*_: Any) -> None:
        raise Refused("session_ended", "…")

    with pytest.raises(Refused):
        totp.prove({"code": codes.of(0)}, codes.attempt, then)
    codes.prove(codes.of(0))


def test_refusals_are_written_down_without_the_code(codes: Codes) -> None:
    wrong = codes.wrong()
    codes.refused(wrong)
    (row,) = list(activity.rows())
    assert row.event == "second_factor.refused"
    assert (row.username, row.detail) == ("ada", {"authenticator": "totp", "reason": "wrong_code"})
    assert wrong not in str(row.__data__)


# ---- setting one up ----


@pytest.fixture
def newcomer(storage: None, clock: Clock) -> Codes:
    clock.now -= clock.now % STEP
    return Codes(given.user("grace"), clock)


def confirm(newcomer: Codes, draft: dict[str, Any], offset: int = 0, **form: str) -> Proof:
    form = {"code": newcomer.of(offset, draft["secret"]), **form}
    return totp.confirm(form, draft, newcomer.attempt)


def test_a_secret_has_160_random_bits(newcomer: Codes) -> None:
    secrets = {totp.draft(newcomer.person)["secret"] for _ in range(20)}
    assert len(secrets) == 20
    assert {len(secret) for secret in secrets} == {32}


def test_the_invitation_says_the_same_in_three_ways(newcomer: Codes) -> None:
    draft = totp.draft(newcomer.person)
    shown = totp.invites(draft, newcomer.attempt)
    assert shown["secret"].replace(" ", "") == draft["secret"]
    assert {len(group) for group in shown["secret"].split(" ")} == {4}
    link = urlsplit(shown["uri"])
    assert (link.scheme, link.netloc, unquote(link.path)) == ("otpauth", "totp", "/Foyer:grace")
    assert parse_qs(link.query) == {"secret": [draft["secret"]], "issuer": ["Foyer"]}
    assert shown["picture"].startswith("data:image/svg+xml")


def test_it_counts_when_its_first_code_is_right(newcomer: Codes, clock: Clock) -> None:
    draft, called = totp.draft(newcomer.person), []
    proof = totp.confirm({"code": newcomer.of(-1, draft["secret"])}, draft, newcomer.attempt, called.append)
    assert called == [proof]
    assert (proof.amr, proof.factors, proof.identifies) == (("otp",), {Factor.POSSESSION}, False)
    (app,) = credentials.of(newcomer.person, "totp")
    assert (app.name, app.data["secret"], app.last_used_at) == ("Authenticator app", draft["secret"], clock.now)


@pytest.mark.parametrize(("offset", "reason"), [(2, "clock_ahead"), (-9, "clock_behind"), (40, "wrong_code")])
def test_it_does_not_count_before(newcomer: Codes, offset: int, reason: str) -> None:
    draft = totp.draft(newcomer.person)
    with pytest.raises(Refused) as refusal:
        confirm(newcomer, draft, offset)
    assert refusal.value.reason == reason
    assert credentials.of(newcomer.person, "totp") == []
    assert confirm(newcomer, draft)


def test_the_code_that_confirmed_it_is_used(newcomer: Codes, clock: Clock) -> None:
    draft = totp.draft(newcomer.person)
    confirm(newcomer, draft)
    code = newcomer.of(0, draft["secret"])
    assert newcomer.refused(code).reason == "used_code"
    clock.forward(STEP)
    assert newcomer.refused(code).reason == "used_code"
    newcomer.prove(newcomer.of(0, draft["secret"]))


def test_one_draft_makes_one_app(newcomer: Codes) -> None:
    draft = totp.draft(newcomer.person)
    confirm(newcomer, draft)
    with pytest.raises(Refused):
        confirm(newcomer, draft, 1)
    assert len(credentials.of(newcomer.person, "totp")) == 1


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("", "Authenticator app"), ("  My   phone ", "My phone"), ("a\u202eb\x00c\n", "abc"), ("x" * 500, "x" * 60),
     ("  \u200b ", "Authenticator app"), ("Grüße 📱", "Grüße 📱")],
)  # fmt: skip
def test_an_app_is_called_what_the_person_calls_it(newcomer: Codes, typed: str, kept: str) -> None:
    confirm(newcomer, totp.draft(newcomer.person), name=typed)
    assert [app.name for app in credentials.of(newcomer.person, "totp")] == [kept]


def test_apps_without_a_name_are_numbered_and_there_are_five_at_most(newcomer: Codes) -> None:
    for _ in range(5):
        confirm(newcomer, totp.draft(newcomer.person))
    names = [app.name for app in credentials.of(newcomer.person, "totp")]
    assert names == ["Authenticator app", *(f"Authenticator app {number}" for number in (2, 3, 4, 5))]
    draft = totp.draft(newcomer.person)
    assert totp.invites(draft, newcomer.attempt)["is_full"]
    with pytest.raises(Refused) as refusal:
        confirm(newcomer, draft)
    assert refusal.value.reason == "too_many_apps"


def test_tries_to_confirm_are_bounded_and_do_no_harm_to_what_is_enrolled(codes: Codes, clock: Clock) -> None:
    draft = totp.draft(codes.person)
    for _ in range(5):
        with pytest.raises(Refused):
            confirm(codes, draft, 40)
    with pytest.raises(Refused) as refusal:
        confirm(codes, draft)
    assert refusal.value.reason == "too_many_tries"
    assert credentials.of(codes.person, "totp")[0].failures == 0
    codes.prove(codes.of(0))
    clock.forward(300)
    confirm(codes, draft)


def test_the_libraries_behind_it_are_read_when_they_are_needed() -> None:
    look = "import sys, idp.app; print([name for name in ('pyotp', 'segno') if name in sys.modules])"
    done = subprocess.run((sys.executable, "-c", look), capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
