"""Every text of a page goes through gettext, so that one catalogue is all another language needs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[1] / "templates"
FILES = sorted(TEMPLATES.rglob("*.html"))
JINJA = re.compile(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
ATTRIBUTES = re.compile(r'[\x00\s]*(?:[\w-]+="[^"]*"[\x00\s]*)+')  # what a macro puts into a tag
READ = re.compile(r'\b(?:alt|title|placeholder|aria-label|aria-description)="([^"]*)"')
COMMANDS = re.compile(r"<(code|kbd|pre)\b[^>]*>.*?</\1>", re.DOTALL)  # typed as they are, in every language
NO_PAGE = re.compile(r"\{% (?:block layout|macro _described)\b.*?\{% end(?:block|macro) %\}", re.DOTALL)
TAGS = re.compile(r"<(?:[^<>\"]|\"[^\"]*\")*>", re.DOTALL)
WORD = re.compile(r"[^\W\d_]{2,}")
# Words of a protocol or of a program, which are the same in every language.
SAME = {"IDP_NAME", "IDP_ISSUER", "IDP_SMTP_URL", "userinfo"}


def left_over(source: str) -> list[str]:
    """What people would read that no catalogue knows."""
    plain = COMMANDS.sub("", JINJA.sub("\x00", NO_PAGE.sub("", source)))
    texts = [*READ.findall(plain), TAGS.sub("\n", plain)]
    lines = [re.sub(r"&\w+;", " ", line) for text in texts for line in text.splitlines()]
    return [
        line.strip()
        for line in lines
        if WORD.search(line) and line.strip(" \x00") not in SAME and not ATTRIBUTES.fullmatch(line)
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_text_stands_outside_gettext(path: Path) -> None:
    assert left_over(path.read_text(encoding="utf-8")) == []


def test_what_stands_outside_is_found() -> None:
    assert left_over('<p>Hello {{ _("you") }}</p>') == ["Hello \x00"]
    assert left_over('<img alt="A lamp">') == ["A lamp"]
    assert left_over('<a href="/admin"{% if x > 1 %} hidden{% endif %}>{{ _("Go") }}</a>') == []
