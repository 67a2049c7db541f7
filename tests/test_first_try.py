"""The sentence about an issuer that only this machine can open."""

from __future__ import annotations

import pytest

from idp import first_try
from idp.said import in_words


@pytest.mark.parametrize(
    "issuer", ["http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]:8000", "https://foyer.localhost"]
)
def test_an_issuer_that_only_this_machine_can_open_is_told_with_what_to_do(issuer: str) -> None:
    sentence = first_try.warning(issuer)
    assert (
        sentence is not None
        and issuer in sentence
        and "IDP_ISSUER" in sentence
        and "Behind a reverse proxy" in sentence
    )
    assert in_words(sentence, lambda text: f"({text})") == f"({sentence})", "pages can say it in another language"


@pytest.mark.parametrize(
    "issuer", ["https://id.example.org", "http://192.168.1.5:8000", "https://localhost.example.org"]
)
def test_nothing_is_said_about_one_that_others_can_reach(issuer: str) -> None:
    assert first_try.warning(issuer) is None
