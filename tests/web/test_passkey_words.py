"""Whatever stands in the way of a passkey has a sentence, whether the provider finds it or the script does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask import Flask

import idp
from idp.authenticators.passkey import preflight

SCRIPT = (Path(idp.__file__).parent / "web" / "static" / "passkey.js").read_text()
SHOWN = {"obstacle": None, "origin": "https://id.example.org", "options": {"challenge": "it's <b>"}}


def form(app: Flask, does: str, **shown: object) -> str:
    """The form as the page has it."""
    with app.test_request_context(base_url="http://localhost:8000"):
        context = {**app.jinja_env.globals, "csrf_token": lambda: "token", "asset": lambda name: name}
        page = app.jinja_env.get_template("authenticators/passkey.html").make_module(context)
        values = {**SHOWN, **shown, "is_full": False}
        return str(page.enrol("/", values, None) if does == "create" else page.sign_in("/", values))  # type: ignore[attr-defined]


@pytest.mark.parametrize("does", ["create", "get"])
def test_every_word_of_the_script_has_a_sentence(app: Flask, does: str) -> None:
    found = re.search(r"data-words='([^']+)'", form(app, does))
    assert found
    words = json.loads(found[1])
    used = set(re.findall(r'return "(\w+)"', SCRIPT)) | set(re.findall(r'Error: "(\w+)"', SCRIPT))
    used |= set(re.findall(r'\?\? "(\w+)"', SCRIPT)) | {"unsupported"}
    assert {"elsewhere", "insecure", "cancelled", "failed"} <= used <= words.keys()
    assert all(sentence.endswith(".") for sentence in words.values())


@pytest.mark.parametrize("word", [preflight.INSECURE, preflight.IP_ADDRESS])
@pytest.mark.parametrize("does", ["create", "get"])
def test_what_the_provider_knows_beforehand_stands_on_the_page_in_place_of_the_button(
    app: Flask, does: str, word: str
) -> None:
    page = form(app, does, obstacle=word)
    assert "<button" not in page
    assert re.search(r'<p class="hint">\s*Passkeys need [^<]+\.\s*</p>', page)


def test_what_is_asked_of_the_browser_can_not_break_out_of_its_place(app: Flask) -> None:
    found = re.search(r"data-options='([^']+)'", form(app, "get"))
    assert found and json.loads(found[1]) == SHOWN["options"]
    assert "<b>" not in found[1]
