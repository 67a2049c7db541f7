"""Forms of ours are sent by pages of ours: a second lock beside the anti-forgery token."""

from __future__ import annotations

from flask import Flask, current_app, request

from idp.errors import PageError

# Applications send people there with forms of their own. Whatever else these two take, they look at themselves.
_FOR_APPLICATIONS = frozenset({"authorize.authorize", "logout.end_session"})


def register(app: Flask) -> None:
    """Refuse what a browser itself says was sent by another site (Fetch Metadata, OWASP ASVS 3.5)."""

    @app.before_request
    def _refuse_foreign_forms() -> None:
        if request.method not in ("GET", "HEAD", "OPTIONS") and request.endpoint not in _FOR_APPLICATIONS:
            _refuse_foreign()


def own_form() -> None:
    """Refuse a form that isn't of our own page in this browser; for an endpoint that takes forms of applications too."""
    _refuse_foreign()
    current_app.extensions["csrf"].protect()


def _refuse_foreign() -> None:
    if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        raise PageError(
            "This form was sent by another site",
            "Only pages of this sign-in service may send its forms, so nothing was changed.",
            status=403,
            reason="cross_site_form",
        )
