"""A passkey that somebody has, and what its owner has just signed with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from idp import opaque
from idp.assurance import Factor, Proof
from idp.authenticators.passkey import options, verification
from idp.authenticators.passkey.verification import Answer, NotVerified, Signed
from idp.storage import credentials
from idp.storage.models import Credential, User
from idp.tries import Try

NAME = "passkey"


@dataclass(frozen=True, slots=True)
class Assertion:
    """A signature that holds: the proof it makes, and what the passkey's row has to hold from now on."""

    credential: Credential
    owner: User
    data: dict[str, Any]
    proof: Proof

    def burn(self, user: User, now: int) -> bool:
        """Let it count once, for this person; False when the passkey was used, removed or disabled meanwhile."""
        credential = self.credential
        if user.id != self.owner.id or not credentials.replace_data(credential, self.data):
            return False
        credential.data = self.data
        return credentials.used(credential, now)


def find(answer: Answer) -> tuple[Credential, User]:
    """The passkey that answers, and whose it is."""
    found = credentials.of_anybody(NAME, answer.id)
    if found is None:
        raise NotVerified("unknown_credential")
    return found


def check(answer: Answer, credential: Credential, owner: User, trying: Try) -> Assertion:
    """What was signed, after every check but those that need a transaction."""
    _check_owner(answer, owner, trying)
    if credential.disabled_at is not None:
        raise NotVerified("disabled_credential")
    stored = credential.data
    signed = verification.signed(answer, trying, stored["public_key"])
    if signed.is_synced is not stored["is_synced"]:  # never changes (WebAuthn L3 7.2)
        raise NotVerified("other_kind")
    if (stored["counter"] or signed.counter) and signed.counter <= stored["counter"]:
        raise NotVerified("cloned_key")  # a copy of it has been here before, or this is the copy (WebAuthn L3 6.1.1)
    is_verified = _has_verified_its_user(signed, stored, trying)
    if trying.user is None and not is_verified:
        raise NotVerified("not_verified_before" if signed.is_verified else "not_verified")
    data = {
        **stored,
        "counter": signed.counter,
        "is_backed_up": signed.is_backed_up,
        "is_verified": stored["is_verified"] or is_verified,
    }
    return Assertion(credential, owner, data, proof(trying, signed.is_synced, is_verified))


def proof(trying: Try, is_synced: bool, is_verified: bool) -> Proof:
    """The proof that a passkey makes (RFC 8176 2): something that somebody has, and is if it has looked."""
    factors, amr = {Factor.POSSESSION}, ["swk" if is_synced else "hwk"]
    if is_verified:
        factors.add(Factor.INHERENCE)
        amr.append("user")
    return Proof(NAME, frozenset(factors), tuple(amr), trying.now, trying.interaction, identifies=trying.user is None)


def _check_owner(answer: Answer, owner: User, trying: Try) -> None:
    if trying.user is not None and owner.id != trying.user.id:
        raise NotVerified("somebody_elses")
    if answer.user_handle is None:
        if trying.user is None:
            raise NotVerified("no_user_handle")
    elif not opaque.same(answer.user_handle, options.user_handle(owner)):
        raise NotVerified("wrong_user_handle")


def _has_verified_its_user(signed: Signed, stored: dict[str, Any], trying: Try) -> bool:
    """Whether the PIN, finger or face can be the owner's.

    Who finds a key without a PIN gives it one. So that a key verifies its user counts if it did when it was added, or if
    something other than a key has been shown before (WebAuthn L3 7.2, uvInitialized).
    """
    return signed.is_verified and (stored["is_verified"] or bool(trying.proved - {Factor.POSSESSION}))
