"""Passkeys and security keys: the first factor without a user name, or the second one.

A passkey that has verified its user (PIN, finger, face) counts as two factors. One that hasn't is worth a touch of
something that somebody has, and opens nothing alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from idp import activity, throttle, tries
from idp.assurance import Proof
from idp.authenticators.passkey import assertion, options, preflight, products, verification
from idp.authenticators.passkey.assertion import NAME, Assertion
from idp.authenticators.passkey.verification import Created, NotVerified
from idp.credential_name import credential_name
from idp.errors import Refused
from idp.storage import credentials, interactions, users
from idp.storage.database import Conflict, transaction
from idp.storage.models import Credential, User
from idp.tries import Try

FIRST, SECOND, ENROLS = True, True, True
MOST = 20  # that a person may have; each makes their pages longer
REFUSAL = "That passkey didn’t work. It may have been removed here: please use another one, or another way to sign in."
ONCE_MORE = "That took too long, or it was sent twice. Please try once more."
ALONE = (
    "This key can’t sign you in by itself yet. Please sign in with your password, and then use the key with its PIN."
)
NOT_CREATED = "The passkey couldn’t be added. Please try once more, or use another device or key."
FULL = "You have as many passkeys as you can have. Please remove one of them first."
KNOWN = "This passkey or key has been added before. Please use another one."
_SENTENCES = {"wrong_challenge": ONCE_MORE, "not_verified": ALONE, "not_verified_before": ALONE}


def answers(form: Mapping[str, str]) -> bool:
    """Whether a form was sent by the script for passkeys."""
    return "passkey" in form


def offers(trying: Try) -> dict[str, Any] | None:
    """What the script asks the browser for, or why it can't; None where nobody could answer."""
    if trying.site is None:
        return None
    if trying.user is None:
        # Where passkeys have never worked nobody misses the button.
        is_missed = obstacle(trying) is None or credentials.anybody_has(NAME)
        return _shown(trying, options.for_signing_in(trying)) if is_missed else None
    enrolled = credentials.usable(trying.user, NAME)
    return _shown(trying, options.for_second_factor(trying, enrolled)) if enrolled else None


def obstacle(trying: Try) -> str | None:
    """Why nobody can use or add a passkey at this address, as a word; None where they can."""
    return preflight.obstacle(trying.site) if trying.site else None


def opens(credential: Credential) -> bool:
    """Whether somebody gets in with this one alone: it says whose it is, and has verified them."""
    data = credential.data
    says_whose = data["is_discoverable"] if data["is_discoverable"] is not None else data["is_synced"]
    return bool(data["is_verified"] and says_whose)


def _shown(trying: Try, asked: dict[str, Any]) -> dict[str, Any]:
    assert trying.site is not None
    return {"obstacle": obstacle(trying), "origin": trying.site.origin, "options": asked}


def prove(
    form: Mapping[str, str], trying: Try, then: Callable[[User, Proof], object] | None = None
) -> tuple[User, Proof]:
    """The person whose passkey it is, and the proof; raises Refused.

    Where nobody is known yet the passkey says who it is, and must have verified them.
    """
    owner: User | None = None
    outcome: Assertion | Refused
    try:  # outside the transaction, which then decides and counts: signatures take their time
        answer = verification.parse(form["passkey"])
        credential, owner = assertion.find(answer)
        outcome = assertion.check(answer, credential, owner, trying)
    except NotVerified as failure:
        outcome = Refused(failure.reason, _SENTENCES.get(failure.reason, REFUSAL))
    if trying.user is not None:
        return tries.decide(trying, NAME, lambda user: _count(outcome, user, trying), then)
    return _sign_in(outcome, owner, trying, then)


def _sign_in(
    outcome: Assertion | Refused, owner: User | None, trying: Try, then: Callable[[User, Proof], object] | None
) -> tuple[User, Proof]:
    """Decide a try by somebody unknown. There is nothing to guess, so failures count against their address only."""
    address = throttle.address(trying.address)
    with transaction():
        user = users.held(owner) if owner else None
        if not address.is_open(trying.now):
            decided: Proof | Refused = Refused("too_many_tries", tries.OR_ANOTHER_WAY[throttle.ADDRESS.window])
        elif isinstance(outcome, Assertion) and (user is None or user.disabled_at is not None):
            decided = Refused("disabled", REFUSAL)
        else:
            decided = _count(outcome, user, trying)
        if isinstance(decided, Proof) and user is not None:
            credentials.worked(user, NAME)
            if then is not None:
                then(user, decided)
            return user, decided
        assert isinstance(decided, Refused)
        address.fail(trying.now)
        if decided.reason != "too_many_tries" or throttle.may_be_noted(trying.address, trying.now):
            activity.record(
                "sign_in.refused", attempt=trying.attempt, user=owner.username if owner else None,
                client=trying.client, address=trying.address, authenticator=NAME, reason=decided.reason,
            )  # fmt: skip
    raise decided


def _count(outcome: Assertion | Refused, user: User | None, trying: Try) -> Proof | Refused:
    """Let an answer count, once; the caller opens the transaction. Whatever it is, its challenge is used up."""
    if not interactions.use_challenge(trying.interaction, trying.challenge):
        return Refused("answered_before", ONCE_MORE)
    if isinstance(outcome, Refused):
        return outcome
    if user is None or not outcome.burn(user, trying.now):
        return Refused("changed_meanwhile", REFUSAL)
    return outcome.proof


def draft(user: User) -> dict[str, Any]:
    """Nothing: a passkey is made and confirmed in one go."""
    return {}


def invites(draft: Mapping[str, Any], trying: Try) -> dict[str, Any]:
    """What the script asks the browser for, or why it can't, and whether there is room for one more."""
    assert trying.user is not None
    enrolled = credentials.of(trying.user, NAME)
    return {**_shown(trying, options.for_creating(trying, enrolled)), "is_full": len(enrolled) >= MOST}


def confirm(
    form: Mapping[str, str], draft: Mapping[str, Any], trying: Try, then: Callable[[Proof], object] | None = None
) -> Proof:
    """The proof of a passkey that has just been created and is enrolled with it; raises Refused."""
    outcome: tuple[str, Created] | Refused
    try:
        answer = verification.parse(form.get("passkey", ""))
        outcome = answer.id, verification.created(answer, trying)
    except NotVerified as failure:
        outcome = Refused(failure.reason, _SENTENCES.get(failure.reason, NOT_CREATED))

    def look(user: User) -> Proof | Refused:
        if not interactions.use_challenge(trying.interaction, trying.challenge):
            return Refused("answered_before", ONCE_MORE)
        if isinstance(outcome, Refused):
            return outcome
        id, created = outcome
        if credentials.of_anybody(NAME, id):  # whoever has it (WebAuthn L3 7.1 step 25)
            return Refused("enrolled_already", KNOWN)
        enrolled = credentials.of(user, NAME)
        if len(enrolled) >= MOST:
            return Refused("too_many_passkeys", FULL)
        name = credential_name(form.get("name", ""), _usual_name(created), {credential.name for credential in enrolled})
        credentials.add(user, NAME, created.to_json(), trying.now, name=name, handle=id)
        return assertion.proof(trying, created.is_synced, created.is_verified)

    after = None if then is None else lambda _, proof: then(proof)
    try:
        return tries.decide(trying, NAME, look, after, enrols=True)[1]
    except Conflict:  # two people at the same instant
        raise Refused("enrolled_already", KNOWN) from None


def _usual_name(created: Created) -> str:
    """By itself it is called after where it is kept."""
    is_passkey = created.is_synced or created.is_discoverable
    return products.name_of(created.aaguid) or ("Passkey" if is_passkey else "Security key")
