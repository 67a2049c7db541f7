"""What was proved about a person: proofs, and the `amr` and `acr` that follow from them.

Nothing else in the provider decides how strongly somebody is authenticated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

AAL1 = "aal1"  # one factor
AAL2 = "aal2"  # two different factors, whether by one authenticator or by two
ACR_VALUES = (AAL1,)  # what can be reached today, weakest first; discovery publishes it


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

    def to_json(self) -> dict[str, Any]:
        """The proof as the session row keeps it."""
        return {
            "authenticator": self.authenticator,
            "factors": sorted(self.factors),
            "amr": list(self.amr),
            "at": self.at,
            "interaction": self.interaction,
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
        )


def _factors(proofs: Iterable[Proof]) -> frozenset[Factor]:
    return frozenset(factor for proof in proofs for factor in proof.factors)


def amr(proofs: Iterable[Proof]) -> list[str]:
    """The authentication methods behind the proofs (RFC 8176), with `mfa` only for two different factors."""
    proofs = list(proofs)
    values = dict.fromkeys(value for proof in proofs for value in proof.amr)
    if len(_factors(proofs)) >= 2:
        values["mfa"] = None
    return list(values)


def acr(proofs: Iterable[Proof]) -> str:
    """The authentication context class that the proofs reach (OIDC Core 2)."""
    return AAL2 if len(_factors(proofs)) >= 2 else AAL1


def auth_time(proofs: Iterable[Proof]) -> int:
    """When the person was really authenticated, in epoch seconds.

    Of each authenticator the newest proof is relied on; the oldest of those is what the whole rests on.
    """
    newest: dict[str, int] = {}
    for proof in proofs:
        newest[proof.authenticator] = max(proof.at, newest.get(proof.authenticator, proof.at))
    return min(newest.values())
