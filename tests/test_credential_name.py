"""What passkeys and authenticator apps are called."""

from __future__ import annotations

import pytest

from idp.credential_name import LONGEST, credential_name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("My phone", "My phone"),
        ("  My \t phone \n", "My phone"),
        ("a\0b\u202ec", "abc"),
        ("x" * 5_000, "x" * LONGEST),
        ("äé😀", "äé😀"),
    ],
)
def test_it_is_called_as_typed_as_far_as_that_can_be_shown(typed: str, name: str) -> None:
    assert credential_name(typed, "Passkey", []) == name
    assert credential_name(typed, "Passkey", [name]) == name, "two may be called alike, if somebody wants that"


@pytest.mark.parametrize("typed", ["", " ", "\0\n", "\u202e"])
def test_without_a_name_it_gets_the_usual_one_with_the_first_free_number(typed: str) -> None:
    taken: list[str] = []
    for _ in range(4):
        taken.append(credential_name(typed, "Passkey", taken))
    assert taken == ["Passkey", "Passkey 2", "Passkey 3", "Passkey 4"]
    assert credential_name(typed, "Passkey", [taken[0], taken[2]]) == "Passkey 2"
