"""Reads a setup sheet off its page, as somebody does who copies line by line."""

from __future__ import annotations

import re
from typing import Any

from .tab import Tab


class SheetPage:
    """The values on the sheet of an application, read when the tab shows it."""

    def __init__(self, tab: Tab, name: str) -> None:
        tab.shows(f"{name}: what to enter there")
        page = tab.page
        self.entries: dict[str, str] = {}
        for entry in page.locator(".entries > div").all():
            label = entry.locator("dt").inner_text()
            self.entries.setdefault(label, entry.locator("dd").locator("code, em").first.inner_text())
        self.lines = page.locator(".code-line > code").all_text_contents()
        self.configuration = page.locator(".copyable-tall code").all_text_contents()
        self.redirect_uris = [
            entry.locator("code").inner_text() for entry in page.locator(".entries > div").all()
            if entry.locator("dt").inner_text() == "Redirect URI"
        ]  # fmt: skip

    def __getitem__(self, label: str) -> str:
        """What stands beside a label, or after a variable's name."""
        if label in self.entries:
            return self.entries[label]
        (found,) = [line.partition("=")[2] for line in self.lines if re.match(rf"{re.escape(label)}=", line)]
        return found

    def client(self, id: str = "Client ID", secret: str = "Client secret", redirect_uri: str = "") -> dict[str, Any]:
        """The client as the strict applications want to be told of it."""
        return {"client_id": self[id], "client_secret": self[secret],
                "redirect_uris": [redirect_uri] if redirect_uri else self.redirect_uris}  # fmt: skip
