"""What an application would read, in plain words."""

from __future__ import annotations

from flask import Flask

from idp.oidc.scopes import SCOPES, claims_of
from idp.web import scope_words


def test_every_scope_and_every_claim_has_words(app: Flask) -> None:
    with app.test_request_context():
        for title in scope_words.titles(SCOPES):
            assert str(title["title"])
            assert str(title["detail"])
        words = [str(fact) for fact in scope_words.facts(claims_of(SCOPES))]
    assert len(set(words)) == len(words)
    assert not any("_" in word for word in words), "words, not names of claims"
