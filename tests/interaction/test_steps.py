"""From facts to the missing step: the whole policy as a table."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from idp.errors import AuthorizationError, Refused
from idp.interaction import STEPS, access, consent, device, enrolment, login, next_step, second_factor, submit_to
from idp.interaction.facts import Interaction
from idp.interaction.request import AuthorizationRequest
from idp.storage import consents, interactions
from idp.storage.models import Client, Session, User
from tests import given
from tests.conftest import Clock

STARTED = 1_800_000_000
SCOPES = ("openid", "profile")


@dataclass(frozen=True)
class Facts:
    """What is known; the defaults are a person with a proof from before, at an application that they allowed before."""

    proofs: str = "old"  # none, old (100 seconds before the request), here (made in this interaction), both
    prompt: tuple[str, ...] = ()
    max_age: int | None = None
    expected: str | None = None  # self, other: whom a hint names
    account: str | None = None  # self, other: whom the person chose to go on as
    allowed: tuple[str, ...] = ()  # the groups that may use the application; the person is in family
    consent: str = "remembered"  # never, remembered, narrower (fewer scopes), claims (a single claim asked on top)
    said_allow: bool = False
    skip_consent: bool = False
    declined: str | None = None
    own_account: bool = False


@dataclass(frozen=True)
class World:
    """The people and applications of the table."""

    user: User
    other: User
    clients: dict[tuple[str, bool, tuple[str, ...]], Client]


@pytest.fixture
def world(storage: None, clock: Clock) -> World:
    clock.now = STARTED
    person, other = given.user("ada", groups=["family"]), given.user("grace")
    clients: dict[tuple[str, bool, tuple[str, ...]], Client] = {}
    kept = {"remembered": SCOPES, "narrower": ("openid",), "claims": SCOPES}
    for state, skip, allowed in itertools.product(
        ("never", *kept), (False, True), ((), ("family",), ("staff",), ("family", "staff"))
    ):
        client = given.client(f"app-{len(clients)}", skip_consent=skip, allowed_groups=list(allowed))
        if state in kept:
            consents.keep(person, client, kept[state], [], STARTED - 1_000)
        clients[state, skip, allowed] = client
    return World(person, other, clients)


def interaction_of(facts: Facts, world: World) -> Interaction:
    """The interaction that these facts make up."""
    names = {"self": world.user.sub, "other": world.other.sub, None: None}
    old = given.proof(at=STARTED - 100, interaction="earlier").to_json()
    here = given.proof(at=STARTED + 5, interaction="this").to_json()
    proofs = {"none": [], "old": [old], "here": [here], "both": [old, here]}[facts.proofs]
    session = Session(id=1, user=world.user if proofs else None, proofs=proofs)
    request = AuthorizationRequest(
        redirect_uri=given.REDIRECT_URI, response_mode="query", state="s", scopes=SCOPES, prompt=facts.prompt,
        max_age=facts.max_age, expected_sub=names[facts.expected],
        id_token_claims=("email",) if facts.consent == "claims" else (),
    )  # fmt: skip
    answers: dict[str, Any] = {}
    if facts.account:
        answers["account"] = names[facts.account]
    if facts.said_allow:
        answers["consent"] = "allow"
    if facts.declined:
        answers["declined"] = facts.declined
    client = None if facts.own_account else world.clients[facts.consent, facts.skip_consent, facts.allowed]
    return Interaction("this", client, request, session, "attempt", STARTED, answers=answers)


def outcome(facts: Facts, world: World) -> str:
    """The name of the missing step, the error for the application, or `code`."""
    try:
        step = next_step(interaction_of(facts, world))
    except AuthorizationError as error:
        return error.error
    return step.NAME if step else "code"


TABLE = [
    # who it is
    ("nobody has to sign in", Facts(proofs="none"), "login"),
    ("an earlier sign-in is enough", Facts(), "code"),
    ("a sign-in made here is enough", Facts(proofs="here"), "code"),
    ("prompt=login wants a new sign-in", Facts(prompt=("login",)), "login"),
    ("prompt=login takes the sign-in made here", Facts(proofs="here", prompt=("login",)), "code"),
    ("prompt=login takes the newer of two", Facts(proofs="both", prompt=("login",)), "code"),
    ("max_age=0 is prompt=login", Facts(max_age=0), "login"),
    ("max_age=0 takes the sign-in made here", Facts(proofs="here", max_age=0), "code"),
    ("a proof as old as max_age counts", Facts(max_age=100), "code"),
    ("a proof a second older does not", Facts(max_age=99), "login"),
    ("a proof made here is young enough for any max_age", Facts(proofs="here", max_age=1), "code"),
    ("max_age does not weaken prompt=login", Facts(prompt=("login",), max_age=10_000), "login"),
    ("nobody and max_age", Facts(proofs="none", max_age=10_000), "login"),
    # whom the application expects
    ("the hint names who is signed in", Facts(expected="self"), "code"),
    ("the hint names somebody else", Facts(expected="other"), "login"),
    ("somebody else even after signing in here", Facts(proofs="here", expected="other"), "login"),
    ("the hint does not replace a sign-in", Facts(proofs="none", expected="self"), "login"),
    # choosing an account
    ("select_account asks who is signed in", Facts(prompt=("select_account",)), "login"),
    ("select_account is answered by going on", Facts(prompt=("select_account",), account="self"), "code"),
    ("a choice of somebody else is no answer", Facts(prompt=("select_account",), account="other"), "login"),
    ("a choice proves nothing", Facts(proofs="none", prompt=("select_account",), account="self"), "login"),
    ("signing in here answers select_account",
     Facts(proofs="here", prompt=("select_account",), account="self"), "code"),
    ("a choice does not answer prompt=login", Facts(prompt=("login", "select_account"), account="self"), "login"),
    ("a choice does not answer max_age=0", Facts(prompt=("select_account",), account="self", max_age=0), "login"),
    # whether at all
    ("a group that the person is in", Facts(allowed=("family",)), "code"),
    ("one of several groups is enough", Facts(allowed=("family", "staff")), "code"),
    ("a group that the person is not in", Facts(allowed=("staff",)), "access"),
    ("access is judged after signing in", Facts(proofs="none", allowed=("staff",)), "login"),
    ("access is judged before consent", Facts(allowed=("staff",), consent="never"), "access"),
    ("skipping consent opens no group", Facts(allowed=("staff",), skip_consent=True), "access"),
    ("who declined at access is sent back", Facts(allowed=("staff",), declined="access"), "access_denied"),
    ("a decline at access means nothing once there is access", Facts(declined="access"), "code"),
    # what
    ("never asked before", Facts(consent="never"), "consent"),
    ("allowed here", Facts(consent="never", said_allow=True), "code"),
    ("more scopes than were allowed", Facts(consent="narrower"), "consent"),
    ("a single claim on top of what was allowed", Facts(consent="claims"), "consent"),
    ("prompt=consent asks again", Facts(prompt=("consent",)), "consent"),
    ("prompt=consent is answered once", Facts(prompt=("consent",), said_allow=True), "code"),
    ("trusted applications don't ask", Facts(consent="never", skip_consent=True), "code"),
    ("prompt=consent asks for trusted ones too", Facts(skip_consent=True, prompt=("consent",)), "consent"),
    ("who declined is sent back", Facts(consent="never", declined="consent"), "access_denied"),
    ("prompt=login and consent: login comes first", Facts(prompt=("consent", "login")), "login"),
    ("prompt=login and consent: then consent", Facts(proofs="here", prompt=("consent", "login")), "consent"),
    # where nobody may be asked
    ("silently signed in", Facts(prompt=("none",)), "code"),
    ("silently, but nobody is signed in", Facts(proofs="none", prompt=("none",)), "login_required"),
    ("silently, but too long ago", Facts(prompt=("none",), max_age=99), "login_required"),
    ("silently, but max_age=0", Facts(prompt=("none",), max_age=0), "login_required"),
    ("silently, but another person", Facts(prompt=("none",), expected="other"), "login_required"),
    ("silently, but no access", Facts(prompt=("none",), allowed=("staff",)), "access_denied"),
    ("silently, but never allowed", Facts(prompt=("none",), consent="never"), "consent_required"),
    ("silently, at a trusted application", Facts(prompt=("none",), consent="never", skip_consent=True), "code"),
    # one's own account
    ("the account page needs no consent", Facts(own_account=True), "code"),
    ("the account page needs a sign-in", Facts(proofs="none", own_account=True), "login"),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_the_missing_step_follows_from_the_facts(facts: Facts, expected: str, world: World) -> None:
    assert outcome(facts, world) == expected


def _every_combination() -> list[Facts]:
    prompts: tuple[tuple[str, ...], ...] = (
        (), ("none",), ("login",), ("consent",), ("select_account",), ("consent", "login")
    )  # fmt: skip
    return [
        Facts(*values)
        for values in itertools.product(
            ("none", "old", "here"), prompts, (None, 0, 50, 10_000), (None, "self", "other"), (None, "self", "other"),
            ((), ("staff",)), ("never", "remembered"), (False, True), (False, True),
        )
    ]  # fmt: skip


@pytest.fixture
def every_outcome(world: World, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Interaction, str]]:
    monkeypatch.setattr(consents, "covers", _remembering(consents.covers))
    return [(interaction_of(facts, world), outcome(facts, world)) for facts in _every_combination()]


def _remembering(covers: Callable[..., bool]) -> Callable[..., bool]:
    """Asks the database once for each client; there are thousands of combinations."""
    known: dict[int, bool] = {}

    def ask(user: User, client: Client, *rest: Any) -> bool:
        if client.id not in known:
            known[client.id] = covers(user, client, *rest)
        return known[client.id]

    return ask


def test_no_code_is_given_without_what_it_stands_for(every_outcome: list[tuple[Interaction, str]]) -> None:
    coded = [interaction for interaction, result in every_outcome if result == "code"]
    assert len(coded) > 100
    for interaction in coded:
        request, user, client = interaction.request, interaction.user, interaction.client
        assert user is not None
        assert client is not None
        assert interaction.counting_proofs
        assert request.expected_sub in (None, user.sub)
        assert not client.allowed_groups
        if "login" in request.prompt or request.max_age == 0:
            assert {proof.interaction for proof in interaction.counting_proofs} == {"this"}
        if "consent" in request.prompt:
            assert interaction.answers.get("consent") == "allow"


def test_prompt_none_never_asks_anybody(every_outcome: list[tuple[Interaction, str]]) -> None:
    silent = {result for interaction, result in every_outcome if "none" in interaction.request.prompt}
    assert silent == {"code", "login_required", "access_denied", "consent_required"}


def test_nothing_but_prompt_none_or_a_refusal_ends_without_a_page(every_outcome: list[tuple[Interaction, str]]) -> None:
    asked = {result for interaction, result in every_outcome if "none" not in interaction.request.prompt}
    assert asked == {"code", "login", "access", "consent"}


def test_the_order_of_steps_is_who_then_whether_then_how_surely_then_what() -> None:
    assert (login, access, second_factor, enrolment, consent, device) == STEPS


def waiting(clock: Clock) -> Interaction:
    """Ada, who has answered something already."""
    session, _ = given.session(given.user("ada"))
    client = given.client()
    request = AuthorizationRequest(given.REDIRECT_URI, "query", None, SCOPES)
    interactions.keep("this", session, client, request.to_json(), "attempt", clock.now)
    interaction = Interaction("this", client, request, session, "attempt", clock.now, is_kept=True)
    interaction.answer(account="ada")
    return interaction


DECLINABLE = [step for step in STEPS if hasattr(step, "DECLINED")]


@pytest.mark.parametrize("step", DECLINABLE, ids=lambda step: step.NAME)
def test_whoever_goes_back_has_declined_that_step(step: ModuleType, storage: None, clock: Clock) -> None:
    interaction = waiting(clock)
    assert submit_to(step, interaction, {"decision": "back"}, clock.now) is None
    assert interaction.answers == {"account": "ada", "declined": step.NAME}
    assert interaction.new_handle is None


@pytest.mark.parametrize("step", DECLINABLE, ids=lambda step: step.NAME)
def test_whoever_is_somebody_else_leaves_at_every_step_but_the_one_that_asks_who(
    step: ModuleType, storage: None, clock: Clock
) -> None:
    interaction = waiting(clock)
    assert submit_to(step, interaction, {"decision": "switch"}, clock.now) is None
    assert interaction.user is None
    assert interaction.answers == {}


@pytest.mark.parametrize("decision", ["back", "switch"])
def test_who_it_is_can_not_be_declined(decision: str, storage: None, clock: Clock) -> None:
    interaction = waiting(clock)
    with pytest.raises(Refused):
        submit_to(login, interaction, {"decision": decision}, clock.now)
    assert interaction.user is not None
    assert interaction.answers == {"account": "ada"}


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.NAME)
def test_every_step_is_whole(step: Any) -> None:
    assert step.ERROR in {"login_required", "access_denied", "consent_required", "interaction_required"}
    assert '"' not in step.DESCRIPTION
    assert "\\" not in step.DESCRIPTION
    for name in ("satisfied", "offers", "submit"):
        assert callable(getattr(step, name))
