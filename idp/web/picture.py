"""`/pictures/<name>`: people's pictures for everybody who has the address, as applications fetch them without signing in.

The address can't be guessed, and another picture has another one, so browsers may keep what they have got.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort

from idp.storage import pictures

blueprint = Blueprint("pictures", __name__)
TYPES = {"jpg": "image/jpeg", "png": "image/png"}
CACHE = "public, max-age=31536000, immutable"


@blueprint.get("/pictures/<name>")
def show(name: str) -> Response:
    """One picture."""
    content = pictures.read(name)
    if content is None:
        abort(404)
    answer = Response(content, content_type=TYPES[name.rpartition(".")[2]])
    answer.headers["Cache-Control"] = CACHE
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # applications show it on their own pages
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
