"""`Said`: a sentence that remembers what it was made of, so that pages can say it in another language."""

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


def in_words(text: str, gettext: Callable[[str], str]) -> str:
    """A text in the language of a catalogue, whether it remembers its template or is one itself."""
    return text.translated(gettext) if isinstance(text, Said) and hasattr(text, "template") else gettext(text)
