"""What was proved about a person: proofs, and the `amr` and `acr` that follow from them.

Nothing else in the provider decides how strongly somebody is authenticated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

AAL1 = "aal1"  # one factor
AAL2 = "aal2"  # two different factors, whether by one authenticator or by two
ACR_VALUES = (AAL1, AAL2)  # weakest first; discovery publishes it

# Seconds; whoever changes a password, a factor, an e-mail or other people's accounts shows again who they are.
RECENT = 600


class Factor(StrEnum):
    """The kinds of thing a person can prove with."""

    KNOWLEDGE = "knowledge"
    POSSESSION = "possession"
    INHERENCE = "inherence"


@dataclass(frozen=True, slots=True)
class Proof:
    """One success with one authenticator, made in one interaction at one instant."""

    authenticator: str
    factors: frozenset[Factor]
    amr: tuple[str, ...]  # values registered by RFC 8176 only
    at: int
    interaction: str
    identifies: bool = True  # says who somebody is; what comes second only adds to it
    is_rested: bool = False  # it was part of two factors once, and counts as one since

    def to_json(self) -> dict[str, Any]:
        """The proof as the session row keeps it."""
        return {
            "authenticator": self.authenticator,
            "factors": sorted(self.factors),
            "amr": list(self.amr),
            "at": self.at,
            "interaction": self.interaction,
            **({} if self.identifies else {"identifies": False}),
            **({"is_rested": True} if self.is_rested else {}),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Proof:
        """The proof that `to_json` wrote."""
        return cls(
            stored["authenticator"],
            frozenset(Factor(name) for name in stored["factors"]),
            tuple(stored["amr"]),
            stored["at"],
            stored["interaction"],
            stored.get("identifies", True),
            stored.get("is_rested", False),
        )


def factors(proofs: Iterable[Proof]) -> frozenset[Factor]:
    """The different factors that the proofs show."""
    return frozenset(factor for proof in proofs for factor in proof.factors)


def amr(proofs: Iterable[Proof]) -> list[str]:
    """The authentication methods behind the proofs (RFC 8176), with `mfa` only for two different factors."""
    proofs = list(proofs)
    values = dict.fromkeys(value for proof in proofs for value in proof.amr)
    if len(factors(proofs)) >= 2:
        values["mfa"] = None
    return list(values)


def strictest(*wanted: str | None) -> str:
    """The strongest of several wishes for an authentication context class; the weakest class when nobody wishes any."""
    return max((value for value in wanted if value), key=ACR_VALUES.index, default=AAL1)


def weakest(values: Iterable[str]) -> str | None:
    """The weakest class that somebody names as good enough; None when they name none of ours."""
    return min((value for value in values if value in ACR_VALUES), key=ACR_VALUES.index, default=None)


def meets(reached: str, wanted: str) -> bool:
    """Whether an authentication context class is at least as strong as the one wanted."""
    return ACR_VALUES.index(reached) >= ACR_VALUES.index(wanted)


def rested(proofs: Iterable[Proof], before: int) -> list[Proof]:
    """What proofs older than an instant are still worth: who somebody is, by one factor (NIST SP 800-63B-4 2.2.3).

    A second factor is forgotten. That there was one is remembered, so that a device somebody stays signed in on isn't
    asked for it again by applications that don't demand it.
    """
    proofs = list(proofs)
    were_two = acr(proofs) == AAL2
    left = []
    for proof in proofs:
        if proof.at >= before:
            left.append(proof)
        elif proof.identifies:
            left.append(_as_one_factor(proof) if were_two else proof)
    return left


def _as_one_factor(proof: Proof) -> Proof:
    if len(proof.factors) < 2:
        return replace(proof, is_rested=True)
    # A key that verified its user: `hwk` and `swk` would pass for two factors at applications, `pop` doesn't (RFC 8176 2).
    return replace(proof, factors=frozenset({Factor.POSSESSION}), amr=("pop",), is_rested=True)


def acr(proofs: Iterable[Proof]) -> str:
    """The authentication context class that the proofs reach (OIDC Core 2)."""
    return AAL2 if len(factors(proofs)) >= 2 else AAL1


def auth_time(proofs: Iterable[Proof]) -> int:
    """When the person was really authenticated, in epoch seconds.

    Of each authenticator the newest proof is relied on; the oldest of those is what the whole rests on.
    """
    newest: dict[str, int] = {}
    for proof in proofs:
        newest[proof.authenticator] = max(proof.at, newest.get(proof.authenticator, proof.at))
    return min(newest.values())
