"""Which second factor is asked of whom: every combination of proofs, request, policy and what is enrolled."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import Any

import pytest

from idp import assurance
from idp.assurance import AAL2, Proof
from idp.directory import policy
from idp.errors import AuthorizationError
from idp.interaction import next_step
from idp.interaction.facts import Interaction
from idp.interaction.request import AuthorizationRequest
from idp.storage import credentials
from idp.storage.models import Client, Session, User
from tests import given
from tests.conftest import Clock

STARTED = 1_800_000_000
OLD, HERE = {"at": STARTED - 100, "interaction": "earlier"}, {"at": STARTED + 5, "interaction": "this"}


def _rested(*proofs: Proof) -> list[Proof]:
    return assurance.rested(proofs, STARTED)


PROOFS: dict[str, list[Proof]] = {
    "nothing": [],
    "password": [given.proof(**OLD)],
    "password here": [given.proof(**HERE)],
    "password and code": [given.proof(**OLD), given.code_proof(**OLD)],
    "password, code here": [given.proof(**OLD), given.code_proof(**HERE)],
    "password here, old code": [given.code_proof(**OLD), given.proof(**HERE)],
    "password and code here": [given.proof(**HERE), given.code_proof(**HERE)],
    "rested password": _rested(given.proof(**OLD), given.code_proof(**OLD)),
    "rested password, code here": [*_rested(given.proof(**OLD), given.code_proof(**OLD)), given.code_proof(**HERE)],
    "passkey": [given.passkey_proof(**OLD)],
    "passkey here": [given.passkey_proof(**HERE)],
    "unverified passkey": [given.passkey_proof(**OLD, verified=False)],
    "password, unverified passkey": [given.proof(**OLD), given.passkey_proof(**OLD, verified=False, identifies=False)],
    "rested passkey": _rested(given.passkey_proof(**OLD)),
    "two codes without a password": [given.code_proof(**OLD), given.code_proof(**HERE)],
}
REQUESTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "aal1": {"acr": "aal1"},
    "aal2": {"acr": "aal2"},
    "max_age": {"max_age": 50},
    "login": {"prompt": ("login",)},
    "aal2 and login": {"acr": "aal2", "prompt": ("login",)},
    "none": {"prompt": ("none",)},
    "aal2 and none": {"acr": "aal2", "prompt": ("none",)},
}
POLICIES = ("none", "client", "group", "everybody")
ENROLLED = ("password only", "app", "disabled app")


@dataclass(frozen=True)
class Case:
    """One combination, by the words above."""

    proofs: str
    request: str = "plain"
    policy: str = "none"
    enrolled: str = "password only"


@dataclass(frozen=True)
class World:
    """The people and applications of the table."""

    people: dict[tuple[str, bool], User]
    clients: dict[bool, Client]


@pytest.fixture
def world(storage: None, clock: Clock) -> World:
    clock.now = STARTED
    people = {}
    for number, (enrolled, strict) in enumerate(itertools.product(ENROLLED, (False, True))):
        person = given.user(f"person{number}", groups=["strict"] if strict else ["family"])
        if enrolled != "password only":
            credential = credentials.add(person, "totp", {}, STARTED)
            credential.disabled_at = STARTED if enrolled == "disabled app" else None
            credential.save()
        people[enrolled, strict] = person
    from idp.storage.models import Group

    Group.update(require_mfa=True).where(Group.name == "strict").execute()
    clients = {strict: given.client(f"app-{strict}", skip_consent=True, require_mfa=strict) for strict in (False, True)}
    return World(people, clients)


def interaction_of(case: Case, world: World) -> Interaction:
    """The interaction that a combination makes up."""
    person = world.people[case.enrolled, case.policy == "group"]
    proofs = [proof.to_json() for proof in PROOFS[case.proofs]]
    session = Session(id=1, user=person if proofs else None, proofs=proofs)
    request = AuthorizationRequest(given.REDIRECT_URI, "query", scopes=("openid",), **REQUESTS[case.request])
    client = world.clients[case.policy == "client"]
    return Interaction("this", client, request, session, "attempt", STARTED)


def outcome(case: Case, world: World) -> str:
    """The missing step, the error for the application, or `code`."""
    policy.demand_mfa_of_everybody(case.policy == "everybody")
    try:
        step = next_step(interaction_of(case, world))
    except AuthorizationError as error:
        return error.error
    return step.NAME if step else "code"


TABLE = [
    ("a password is enough where nobody demands more", Case("password"), "code"),
    ("whoever has an app is asked for its code", Case("password", enrolled="app"), "second_factor"),
    ("… and then goes on", Case("password and code", enrolled="app"), "code"),
    ("an application demands it of who has nothing", Case("password", policy="client"), "enrolment"),
    ("a group demands it", Case("password", policy="group"), "enrolment"),
    ("the provider demands it", Case("password", policy="everybody"), "enrolment"),
    ("the request demands it", Case("password", "aal2"), "enrolment"),
    ("the request demands it of who has an app", Case("password", "aal2", enrolled="app"), "second_factor"),
    ("a request content with one factor frees nobody", Case("password", "aal1", "client"), "enrolment"),
    ("a disabled app doesn't open the way to a new one", Case("password", "aal2", enrolled="disabled app"), "second_factor"),
    ("a disabled app is still owed", Case("password", enrolled="disabled app"), "second_factor"),
    ("a passkey that verified its user is two factors", Case("passkey", "aal2", "everybody", "app"), "code"),
    ("a passkey that didn't is one", Case("unverified passkey", "aal2"), "enrolment"),
    ("a passkey after the password is two", Case("password, unverified passkey", "aal2", enrolled="app"), "code"),
    ("codes say nobody's name", Case("two codes without a password"), "login"),
    ("a fresh code doesn't stand in for a stale password", Case("password, code here", "max_age", enrolled="app"), "login"),
    ("a stale code doesn't stand in for a fresh one",
     Case("password here, old code", "max_age", enrolled="app"), "second_factor"),
    ("prompt=login wants both again", Case("password here, old code", "login", enrolled="app"), "second_factor"),
    ("prompt=login with both", Case("password and code here", "login", enrolled="app"), "code"),
    ("a kept sign-in opens what demands one factor", Case("rested password", enrolled="app"), "code"),
    ("… but not what demands two", Case("rested password", policy="client", enrolled="app"), "second_factor"),
    ("… and with a new code it does", Case("rested password, code here", policy="client", enrolled="app"), "code"),
    ("a kept passkey counts as one factor", Case("rested passkey", "aal2", enrolled="app"), "second_factor"),
    ("a kept sign-in is no recent one", Case("rested password", "max_age", enrolled="app"), "login"),
    ("silently, with too little", Case("password", "aal2 and none", enrolled="app"), "interaction_required"),
    ("silently, with nothing to show", Case("password", "aal2 and none"), "interaction_required"),
    ("silently, with enough", Case("password and code", "aal2 and none", enrolled="app"), "code"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_the_missing_step_follows_from_proofs_request_and_policy(case: Case, expected: str, world: World) -> None:
    assert outcome(case, world) == expected


def test_every_combination_keeps_the_promises(world: World) -> None:
    seen: dict[str, int] = {}
    for values in itertools.product(PROOFS, REQUESTS, POLICIES, ENROLLED):
        case = Case(*values)
        result = outcome(case, world)
        seen[result] = seen.get(result, 0) + 1
        interaction = interaction_of(case, world)
        counting = interaction.counting_proofs
        demanded = case.policy != "none" or REQUESTS[case.request].get("acr") == AAL2
        owed = case.enrolled != "password only" and not any(proof.is_rested for proof in counting)
        identified = any(proof.identifies for proof in counting)
        two = assurance.acr(counting) == AAL2
        if not identified:
            expected = "login"
        elif two or not (demanded or owed):
            expected = "code"
        else:
            expected = "enrolment" if case.enrolled == "password only" else "second_factor"
        if "none" in REQUESTS[case.request].get("prompt", ()):
            expected = {"login": "login_required", "code": "code"}.get(expected, "interaction_required")
        assert result == expected, case
        if result == "code":
            assert ("mfa" in assurance.amr(counting)) == two
    assert seen.keys() == {"login", "second_factor", "enrolment", "code", "login_required", "interaction_required"}


@pytest.mark.parametrize("name", PROOFS)
def test_amr_has_registered_values_only_and_mfa_for_two_factors_only(name: str) -> None:
    proofs = PROOFS[name]
    values = assurance.amr(proofs)
    assert set(values) <= {"pwd", "otp", "mfa", "hwk", "swk", "user", "pop"}
    factors = {factor for proof in proofs for factor in proof.factors}
    assert ("mfa" in values) == (len(factors) >= 2)
    assert len(values) == len(set(values))


def test_a_sign_in_that_never_had_two_factors_does_not_rest_into_one_that_had() -> None:
    assert _rested(given.proof(**OLD)) == [given.proof(**OLD)]
    assert not _rested(given.proof(**OLD))[0].is_rested


def test_resting_twice_changes_nothing_more() -> None:
    once = _rested(given.passkey_proof(**OLD), given.code_proof(**OLD))
    assert _rested(*once) == once
    assert assurance.amr(once) == ["pop"], "nothing that an application takes for two factors"


def test_young_proofs_do_not_rest() -> None:
    young = [given.proof(**HERE), given.code_proof(**HERE)]
    assert assurance.rested(young, STARTED) == young


def test_a_rested_proof_is_kept_as_one() -> None:
    rested = _rested(given.passkey_proof(**OLD))[0]
    assert Proof.from_json(rested.to_json()) == rested == replace(rested)
