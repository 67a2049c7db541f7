"""From proofs to `amr`, `acr` and `auth_time`: a table."""

from __future__ import annotations

import json

import pytest

from idp import assurance
from idp.assurance import AAL1, AAL2, Factor, Proof

K, P, I = Factor.KNOWLEDGE, Factor.POSSESSION, Factor.INHERENCE  # noqa: E741

# What authenticators of today and of the parts to come prove.
PASSWORD = Proof("password", frozenset({K}), ("pwd",), 100, "one")
TOTP = Proof("totp", frozenset({P}), ("otp",), 200, "one")
RECOVERY = Proof("recovery_code", frozenset({P}), ("otp",), 300, "one")
PASSKEY = Proof("passkey", frozenset({P}), ("hwk",), 50, "one")
VERIFIED = Proof("passkey", frozenset({P, I}), ("swk", "user"), 60, "one")
AGAIN = Proof("password", frozenset({K}), ("pwd",), 400, "two")

TABLE = [
    ([], AAL1, []),
    ([PASSWORD], AAL1, ["pwd"]),
    ([PASSWORD, AGAIN], AAL1, ["pwd"]),
    ([TOTP], AAL1, ["otp"]),
    ([TOTP, RECOVERY], AAL1, ["otp"]),
    ([TOTP, PASSKEY], AAL1, ["otp", "hwk"]),
    ([PASSKEY], AAL1, ["hwk"]),
    ([PASSWORD, TOTP], AAL2, ["pwd", "otp", "mfa"]),
    ([TOTP, PASSWORD], AAL2, ["otp", "pwd", "mfa"]),
    ([PASSWORD, PASSKEY], AAL2, ["pwd", "hwk", "mfa"]),
    ([VERIFIED], AAL2, ["swk", "user", "mfa"]),
    ([PASSWORD, VERIFIED], AAL2, ["pwd", "swk", "user", "mfa"]),
    ([PASSWORD, TOTP, AGAIN], AAL2, ["pwd", "otp", "mfa"]),
]


@pytest.mark.parametrize(("proofs", "acr", "amr"), TABLE)
def test_assurance_follows_from_the_factors_and_not_from_the_number_of_means(
    proofs: list[Proof], acr: str, amr: list[str]
) -> None:
    assert assurance.acr(proofs) == acr
    assert assurance.amr(proofs) == amr


def test_mfa_is_told_for_two_factors_and_never_for_one() -> None:
    for proofs, acr, _ in TABLE:
        assert ("mfa" in assurance.amr(proofs)) is (acr == AAL2)


@pytest.mark.parametrize(
    ("proofs", "expected"),
    [([PASSWORD], 100), ([PASSWORD, AGAIN], 400), ([AGAIN, PASSWORD], 400), ([PASSWORD, TOTP], 100),
     ([PASSWORD, TOTP, AGAIN], 200)],
)  # fmt: skip
def test_the_time_is_that_of_the_oldest_means_each_at_its_newest(proofs: list[Proof], expected: int) -> None:
    assert assurance.auth_time(proofs) == expected


@pytest.mark.parametrize("proof", [PASSWORD, VERIFIED])
def test_a_proof_is_the_same_after_it_was_kept(proof: Proof) -> None:
    assert Proof.from_json(json.loads(json.dumps(proof.to_json()))) == proof


def test_what_discovery_promises_can_be_reached() -> None:
    assert assurance.ACR_VALUES == (AAL1, AAL2)
