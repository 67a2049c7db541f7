"""Sentences that know more than they say: `Said`, for pages in other languages, and `Internal`, for who is told less."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self


class Said(str):
    """A text as it reads in English. `template` is what a catalogue knows, `fill` puts the values in."""

    template: str
    fill: Callable[[str], str]

    @classmethod
    def by(cls, template: str, fill: Callable[[str], str]) -> Self:
        """The sentence that filling the template makes."""
        made = cls(fill(template))
        made.template, made.fill = template, fill
        return made

    def translated(self, gettext: Callable[[str], str]) -> str:
        """The sentence in the language of a catalogue."""
        return self.fill(gettext(self.template))


def said(template: str, **values: object) -> Said:
    """A sentence with values in the place of its `%(names)s`."""
    return Said.by(template, lambda text: text % values)


class Internal(str):
    """A sentence for whoever looks after this provider; `outside` is what anybody else is told in its place."""

    outside: str

    @classmethod
    def by(cls, sentence: str, outside: str) -> Self:
        """The sentence with what takes its place."""
        made = cls(sentence)
        made.outside = outside
        return made


def to_anybody(sentence: str) -> str:
    """What may be told to whoever doesn't look after this provider."""
    return sentence.outside if isinstance(sentence, Internal) else sentence


def in_words(text: str, gettext: Callable[[str], str]) -> str:
    """A text in the language of a catalogue, whether it remembers its template or is one itself."""
    return text.translated(gettext) if isinstance(text, Said) and hasattr(text, "template") else gettext(text)
