"""`Keyboard`: somebody who uses pages without a mouse, as people do who can't, or like it better."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from .tab import Tab

FARTHEST = 150  # presses of the tab key; more than any page has to go to


class Keyboard:
    """Goes from one thing to the next with the tab key, and does what can be done there."""

    def __init__(self, tab: Tab) -> None:
        self.tab, self.keys = tab, tab.page.keyboard

    def go_to(self, wanted: Locator) -> None:
        """Walk until this has the focus, which has to be seen there."""
        wanted.wait_for()
        for _ in range(FARTHEST):
            if wanted.evaluate("element => element === document.activeElement"):
                break
            self.keys.press("Tab")
        expect(wanted).to_be_focused()
        style = wanted.evaluate("element => getComputedStyle(element).outlineStyle")
        assert style != "none", "nobody sees where the focus is"

    def follow(self, name: str | re.Pattern[str]) -> None:
        """Follow the first link of this name."""
        self.go_to(self.tab.page.get_by_role("link", name=name, exact=isinstance(name, str)).first)
        self.keys.press("Enter")

    def press(self, name: str) -> None:
        """Press a button."""
        self.go_to(self.tab.button(name))
        self.keys.press("Enter")

    def write(self, label: str, text: str) -> None:
        """Write into a field, in the place of what is there."""
        self.go_to(self.tab.field(label))
        self.keys.press("Control+A")
        self.keys.type(text)

    def tick(self, label: str | re.Pattern[str]) -> None:
        """Tick a box, or untick it."""
        box = self.tab.page.get_by_role("checkbox", name=label, exact=isinstance(label, str))
        before = box.is_checked()
        self.go_to(box)
        self.keys.press("Space")
        expect(box).to_be_checked(checked=not before)

    def done(self, sentence: str | re.Pattern[str]) -> None:
        """Wait until a page says what has been done; it is read out, as it has the focus."""
        said = self.tab.page.get_by_role("status")
        expect(said).to_contain_text(sentence)
        expect(said).to_be_focused()
