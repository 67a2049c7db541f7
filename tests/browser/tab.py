"""`Tab`: one browser window with cookies of its own, and what people do in it."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, Locator, Page, expect

from ..authenticator_app import AuthenticatorApp
from ..conftest import PASSWORD
from .watch import Watch

PATIENCE = 15_000  # milliseconds; test machines are busy


class Tab:
    """A page and its watch.

    Nothing here waits for the page that a press leads to, so that a test which looks too early fails each time and not on
    a busy day. What comes next waits by itself, or is preceded by `shows` or another word of what the new page alone has.
    """

    def __init__(self, context: BrowserContext, page: Page | None = None, *, scripted: bool = True) -> None:
        context.set_default_timeout(PATIENCE)
        context.set_default_navigation_timeout(PATIENCE)
        self.page: Page = page or context.new_page()
        self.watch = Watch(self.page)
        self.scripted = scripted

    @classmethod
    def of(cls, page: Page) -> Tab:
        """A window that a page has opened."""
        return cls(page.context, page)

    def open(self, url: str) -> None:
        """Go to an address, and wait until its page is there with all that belongs to it."""
        self.page.goto(url)

    def button(self, name: str) -> Locator:
        """The button that people know by this name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def field(self, label: str) -> Locator:
        """The field with this label."""
        return self.page.get_by_label(label, exact=True)

    def press(self, name: str) -> None:
        """Press a button."""
        self.button(name).click(no_wait_after=True)

    def link(self, name: str) -> None:
        """Follow a link."""
        self.page.get_by_role("link", name=name, exact=True).click(no_wait_after=True)

    def heading(self) -> Locator:
        """The headline of the page."""
        return self.page.get_by_role("heading", level=1)

    def shows(self, headline: str) -> None:
        """Wait until a page with this headline is there as a whole, and its scripts have run."""
        expect(self.heading()).to_have_text(headline)
        self.page.wait_for_load_state("domcontentloaded")  # modules run before it

    def arrives_at(self, origin: str) -> None:
        """Wait until the browser is at this origin."""
        self.page.wait_for_url(re.compile(re.escape(origin) + "/"))

    def texts(self, wanted: Locator, count: int) -> list[str]:
        """What stands in these, once there are so many."""
        expect(wanted).to_have_count(count)
        self.page.wait_for_load_state("domcontentloaded")
        return wanted.all_inner_texts()

    def scan(self) -> AuthenticatorApp:
        """An authenticator app, given the link of the page that sets one up."""
        link = self.page.get_by_role("link", name="Open in your app").get_attribute("href")
        assert link
        return AuthenticatorApp.opening(link)

    def pass_the_answer_on(self) -> None:
        """Post the answer to the application, which a script does by itself."""
        if not self.scripted:
            self.press("Continue")

    def sign_in(self, username: str = "alice", password: str = PASSWORD) -> None:
        """Fill in the sign-in form and send it."""
        self.field("User name or e-mail").fill(username)
        self.field("Password").fill(password)
        self.press("Sign in")
