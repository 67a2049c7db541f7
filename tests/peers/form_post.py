"""Reads the page that carries an authorization response in a form."""

from html.parser import HTMLParser


class _FormPage(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.action: str | None = None
        self.method = ""
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "form":
            assert self.action is None, "one form, and nothing else to press"
            self.action, self.method = attributes["action"], (attributes["method"] or "").lower()
        elif tag == "input":
            name, value = attributes["name"], attributes.get("value") or ""
            assert name and name not in self.fields
            self.fields[name] = value


def posted_answer(page: str) -> tuple[str, dict[str, str]]:
    """Where the page's form goes, and what it carries there."""
    parser = _FormPage()
    parser.feed(page)
    parser.close()
    assert parser.action and parser.method == "post", page
    return parser.action, parser.fields
