"""Forms of ours are sent by pages of ours: a second lock beside the anti-forgery token."""

from __future__ import annotations

from flask import Flask, request

from idp.errors import PageError

_FOR_APPLICATIONS = "authorize.authorize"


def register(app: Flask) -> None:
    """Refuse what a browser itself says was sent by another site (Fetch Metadata, OWASP ASVS 3.5)."""

    @app.before_request
    def _refuse_foreign_forms() -> None:
        if request.method in ("GET", "HEAD", "OPTIONS") or request.endpoint == _FOR_APPLICATIONS:
            return
        if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
            raise PageError(
                "This form was sent by another site",
                "Only pages of this sign-in service may send its forms, so nothing was changed.",
                status=403,
                reason="cross_site_form",
            )
