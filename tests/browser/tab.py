"""`Tab`: one browser window with cookies of its own, and what people do in it."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, Locator, Page, expect

from ..conftest import PASSWORD
from .watch import Watch

PATIENCE = 15_000  # milliseconds; test machines are busy


class Tab:
    """A page and its watch."""

    def __init__(self, context: BrowserContext, page: Page | None = None) -> None:
        context.set_default_timeout(PATIENCE)
        context.set_default_navigation_timeout(PATIENCE)
        self.page: Page = page or context.new_page()
        self.watch = Watch(self.page)

    @classmethod
    def of(cls, page: Page) -> Tab:
        """A window that a page has opened."""
        return cls(page.context, page)

    def open(self, url: str) -> None:
        """Go to an address."""
        self.page.goto(url)

    def button(self, name: str) -> Locator:
        """The button that people know by this name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def field(self, label: str) -> Locator:
        """The field with this label."""
        return self.page.get_by_label(label, exact=True)

    def press(self, name: str) -> None:
        """Press a button."""
        self.button(name).click()

    def link(self, name: str) -> None:
        """Follow a link."""
        self.page.get_by_role("link", name=name, exact=True).click()

    def heading(self) -> Locator:
        """The headline of the page."""
        return self.page.get_by_role("heading", level=1)

    def shows(self, headline: str) -> None:
        """Wait until the page has this headline."""
        expect(self.heading()).to_have_text(headline)

    def arrives_at(self, origin: str) -> None:
        """Wait until the browser is at this origin."""
        self.page.wait_for_url(re.compile(re.escape(origin) + "/"))

    def sign_in(self, username: str = "alice", password: str = PASSWORD) -> None:
        """Fill in the sign-in form and send it."""
        self.field("User name or e-mail").fill(username)
        self.field("Password").fill(password)
        self.press("Sign in")
