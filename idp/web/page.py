"""Rendering pages, and the headers that every answer carries."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, g, make_response, render_template
from flask_babel import get_locale

from idp.config import Config
from idp.web.documents import Documents

_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:{images}; font-src 'self'; "
    "connect-src 'self'; form-action 'self'{targets}; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",  # addresses of pages here carry requests and links
    "Cross-Origin-Opener-Policy": "same-origin-allow-popups",  # some applications sign in through a popup
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "publickey-credentials-get=(self), camera=(), geolocation=(), microphone=(), payment=()",
}
_HSTS = "max-age=31536000"  # seconds; a year, OWASP ASVS 3.4.1


def render(template: str, status: int = 200, *, target: str = "", image: str | None = None, **values: Any) -> Response:
    """A page.

    `target` is the CSP source that its forms may lead to besides us: browsers check the redirects that follow a form
    too. `image` is the address of a picture on it.
    """
    g.csp_targets, g.csp_images = target, _origin(image)
    return make_response(render_template(template, status=status, **values), status)


def register(app: Flask, config: Config, documents: Documents) -> None:
    """Give templates what all of them need, and every answer its headers."""

    @app.context_processor
    def _everywhere() -> dict[str, Any]:
        return {"provider_name": config.name, "asset": documents.asset, "lang": str(get_locale() or "en")}

    @app.after_request
    def _secure(response: Response) -> Response:
        headers = response.headers
        for name, value in _HEADERS.items():
            headers.setdefault(name, value)
        headers.setdefault("Cache-Control", "no-store")
        if response.mimetype == "text/html":
            targets, images = g.get("csp_targets", ""), g.get("csp_images", "")
            headers["Content-Security-Policy"] = _CSP.format(
                targets=f" {targets}" if targets else "", images=f" {images}" if images else ""
            )
        if config.secure:
            headers["Strict-Transport-Security"] = _HSTS
        return response


def _origin(image: str | None) -> str:
    parts = urlsplit(image or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") else ""
