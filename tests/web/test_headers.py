"""The headers that every answer carries."""

from __future__ import annotations

import pytest

from idp.config import Config
from idp.web.headers import CLOSED_CSP, Completer


def complete(issuer: str, *headers: tuple[str, str]) -> dict[str, str]:
    done = Completer(Config(issuer=issuer)).complete(list(headers))
    assert len({name for name, _ in done}) == len(done), "no header twice"
    return dict(done)


def test_an_answer_without_any_gets_all() -> None:
    found = complete("https://id.example.org")
    assert found["x-content-type-options"] == "nosniff"
    assert found["x-frame-options"] == "DENY"
    assert found["referrer-policy"] == "no-referrer"
    assert found["cache-control"] == "no-store"
    assert found["content-security-policy"] == CLOSED_CSP
    assert found["cross-origin-resource-policy"] == "same-origin"
    assert found["cross-origin-opener-policy"] == "same-origin"
    assert "publickey-credentials-get=(self)" in found["permissions-policy"]
    assert "publickey-credentials-create=(self)" in found["permissions-policy"]


def test_what_an_answer_says_itself_stays() -> None:
    found = complete("https://id.example.org", ("cache-control", "public"), ("content-security-policy", "x"))
    assert (found["cache-control"], found["content-security-policy"]) == ("public", "x")


@pytest.mark.parametrize(("issuer", "there"), [("https://id.example.org", True), ("http://localhost:8000", False)])
def test_https_is_for_good_where_there_is_https(issuer: str, there: bool) -> None:
    assert ("strict-transport-security" in complete(issuer)) is there


def test_the_list_that_is_given_is_not_changed() -> None:
    given = [("content-type", "text/plain")]
    Completer(Config(issuer="https://id.example.org")).complete(given)
    assert given == [("content-type", "text/plain")]
