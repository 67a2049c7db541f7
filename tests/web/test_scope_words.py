"""What an application would read, in plain words."""

from __future__ import annotations

from flask import Flask

from idp.oidc.scopes import SCOPES, claims_of
from idp.web import scope_words


def test_every_scope_and_every_claim_has_words(app: Flask) -> None:
    with app.test_request_context():
        assert len({str(scope_words.scope_title(scope)) for scope in SCOPES}) == len(SCOPES)
        assert all(str(scope_words.scope_detail(scope)) for scope in SCOPES)
        words = [str(scope_words.claim_title(claim)) for claim in claims_of(SCOPES)]
    assert len(set(words)) == len(words)
    assert not any("_" in word for word in words), "words, not names of claims"
