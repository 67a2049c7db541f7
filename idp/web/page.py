"""Rendering pages, and the policy that says what browsers may load and send from them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask, Response, g, make_response, render_template
from flask_babel import get_locale, get_translations

from idp.called import PROGRAM, PUBLIC, as_called
from idp.oidc import origins
from idp.said import in_words
from idp.storage import appearance
from idp.web import accent, monogram
from idp.web.documents import Documents
from idp.web.headers import KEEP_OPENER

_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:{images}; font-src 'self'; "
    "connect-src 'self'; form-action 'self'{targets}; {frames}frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)

MOST_OF_IMAGES = 2_000  # characters; proxies such as nginx answer 502 where all headers together have more than 4 KB


def render(
    template: str, status: int = 200, *, target: str = "", image: str | None = None,
    images: Iterable[str | None] = (), frames: Iterable[str] = (), **values: Any,
) -> Response:  # fmt: skip
    """A page.

    `target` is the CSP source that its forms may lead to besides us: browsers check the redirects that follow a form
    too. `image` is the address of a picture on it, `images` are those of several, `frames` those of pages shown in it.
    """
    g.csp_targets, g.csp_images, g.csp_frames = (
        target,
        _shortest(_origins((image, *images))),
        _origins(frames := tuple(frames)),
    )
    return make_response(render_template(template, status=status, frames=frames, **values), status)


def keep_opener(response: Response) -> Response:
    """Leave the window that opened this one in reach."""
    response.headers[KEEP_OPENER[0]] = KEEP_OPENER[1]
    return response


def register(app: Flask, documents: Documents) -> None:
    """Give templates what all of them need, and pages their policy."""
    # Flask-Babel looks the translations up anew for every text; on a page there are dozens.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: _translations().ugettext(text),
        lambda one, many, n: _translations().ungettext(one, many, n),
        newstyle=True,
    )

    app.jinja_env.filters.update(letters=monogram.letters, hue=monogram.hue, said=_said)
    app.jinja_env.tests["web_address"] = _is_web_address
    app.jinja_env.globals.update(asset=documents.asset, program=PROGRAM, public_program=PUBLIC)

    @app.context_processor
    def _everywhere() -> dict[str, Any]:
        logo, colour = appearance.logo(), appearance.accent()
        return {
            "provider_name": appearance.name(), "lang": str(get_locale() or "en"),
            "provider_logo": f"/pictures/{logo}" if logo else None, "accent_sheet": accent.address(colour) if colour else None,
        }  # fmt: skip

    @app.after_request
    def _restrict(response: Response) -> Response:
        if response.mimetype == "text/html":
            targets, images, frames = g.get("csp_targets", ""), g.get("csp_images", ""), g.get("csp_frames", "")
            response.headers["Content-Security-Policy"] = _CSP.format(
                targets=f" {targets}" if targets else "", images=f" {images}" if images else "",
                frames=f"frame-src {frames}; " if frames else "",
            )  # fmt: skip
        return response


def _is_web_address(text: object) -> bool:
    """Whether a text may become a link: registered addresses come from outside, and could be scripts."""
    return isinstance(text, str) and text.lower().startswith(("https://", "http://"))


def _said(text: str) -> str:
    """What others have put into words, in the reader's language: findings, steps, reasons."""
    return as_called(in_words(text, _translations().ugettext)) if text else text


def _translations() -> Any:
    if "translations" not in g:
        g.translations = get_translations()
    return g.translations


def _origins(addresses: Iterable[str | None]) -> str:
    return " ".join(sorted({origin for each in addresses if each and (origin := origins.of(each))}))


def _shortest(origins: str) -> str:
    """As many as a header can carry; applications that register themselves could fill it with the names of long hosts."""
    kept, room = [], MOST_OF_IMAGES
    for origin in sorted(origins.split(), key=len):
        room -= len(origin) + 1
        if room >= 0:
            kept.append(origin)
    return " ".join(kept)
