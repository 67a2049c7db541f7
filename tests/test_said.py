"""Sentences that remember what they were made of."""

from __future__ import annotations

import json
from copy import deepcopy

from idp.presets import placeholders
from idp.said import Said, in_words, said

GERMAN = {"Only %(free)s MiB are free.": "Nur %(free)s MiB sind frei.", "Open {app}.": "Öffne {app}.", "Fine": "Gut"}


def german(text: str) -> str:
    return GERMAN.get(text, text)


def test_a_sentence_reads_in_english_and_in_the_language_of_a_catalogue() -> None:
    found = said("Only %(free)s MiB are free.", free=3)
    assert found == "Only 3 MiB are free." and json.dumps(found) == '"Only 3 MiB are free."'
    assert in_words(found, german) == "Nur 3 MiB sind frei."
    assert in_words("Fine", german) == "Gut" and in_words("100 %(x)s", german) == "100 %(x)s"


def test_texts_of_presets_remember_their_template() -> None:
    found = placeholders.filled("Open {app}.", {"app": "https://a.example/{name}"})
    assert found == "Open https://a.example/{name}."
    assert in_words(str.__str__(found or ""), german) == found, "as a plain text it is only itself"
    assert found is not None and in_words(found, german) == "Öffne https://a.example/{name}."


def test_a_copy_is_as_good() -> None:
    copied = deepcopy(said("Only %(free)s MiB are free.", free=3))
    assert isinstance(copied, Said) and in_words(copied, german) == "Nur 3 MiB sind frei."


def test_what_is_cut_out_of_a_sentence_is_a_plain_text() -> None:
    assert in_words(said("Fine")[:2], german) == "Fi"
