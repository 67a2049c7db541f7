"""Fixtures of the browser tests: Chromium, its tabs, a site on another origin, a furnished provider, axe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from ..conftest import PASSWORD, absent
from ..post_office import PostOffice
from ..server import Server
from .axe import Axe, InstallationFailed, script
from .house import House
from .relying_party import RelyingParty, serve
from .tab import PATIENCE, Tab

ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver; it runs an event loop, so it ends with this folder's tests."""
    with sync_playwright() as driver:
        expect.set_options(timeout=PATIENCE)
        yield driver


@pytest.fixture(scope="package")
def chromium_options(needs: Callable[[str, str], str]) -> dict[str, Any]:
    """How the distribution's Chromium is started."""
    return {"executable_path": needs("chromium", "chromium"), "args": ARGUMENTS}


@pytest.fixture(scope="package")
def chromium(playwright: Playwright, chromium_options: dict[str, Any]) -> Iterator[Browser]:
    """A running Chromium."""
    browser = playwright.chromium.launch(**chromium_options)
    yield browser
    browser.close()


@pytest.fixture
def open_tab(chromium: Browser) -> Iterator[Callable[..., Tab]]:
    """`open_tab(**context)`: one more person's browser; in the end none of them may have complained."""
    opened: list[Tab] = []

    def make(**context: Any) -> Tab:
        scripted = context.get("java_script_enabled", True)
        opened.append(Tab(chromium.new_context(**context), scripted=scripted))
        return opened[-1]

    yield make
    complaints = [complaint for tab in opened for complaint in tab.watch.complaints]
    for tab in opened:
        tab.page.unroute_all(behavior="ignoreErrors")  # an icon may still be on its way through a handler
        tab.page.context.close()
    assert complaints == []


@pytest.fixture
def tab(open_tab: Callable[..., Tab]) -> Tab:
    """A browser."""
    return open_tab()


@pytest.fixture(params=["with script", "without script"])
def either_tab(request: pytest.FixtureRequest, open_tab: Callable[..., Tab]) -> Tab:
    """A browser, once with scripts and once without."""
    return open_tab(java_script_enabled=request.param == "with script")


@pytest.fixture
def scriptless_tab(open_tab: Callable[..., Tab]) -> Tab:
    """A browser that runs no scripts."""
    return open_tab(java_script_enabled=False)


@pytest.fixture(scope="package")
def _running_site() -> Iterator[RelyingParty]:
    server, site = serve()
    yield site
    server.shutdown()
    server.server_close()


@pytest.fixture
def site(_running_site: RelyingParty) -> RelyingParty:
    """The application on another origin; nobody has come back to it yet, and its page is empty."""
    _running_site.callbacks.clear()
    _running_site.front_page = ""
    return _running_site


@pytest.fixture(scope="package")
def _furnished(idp_server: Callable[..., Server], _running_site: RelyingParty) -> House:
    return House(idp_server(), _running_site)


@pytest.fixture
def house(_furnished: House, site: RelyingParty) -> House:
    """A provider with Alice, with Robin who looks after it, and with applications."""
    return _furnished


@pytest.fixture(scope="package")
def empty_house(idp_server: Callable[..., Server]) -> Server:
    """A provider that nobody has an account at; tests leave it so."""
    return idp_server()


@pytest.fixture(scope="package")
def unused_link(empty_house: Server) -> str:
    """A set-up link at the empty house, to be looked at and not to be used up."""
    return empty_house.idp("setup-link").strip()


@pytest.fixture(scope="package")
def post_office() -> Iterator[PostOffice]:
    """A mail server."""
    office = PostOffice().start()
    yield office
    office.stop()


@pytest.fixture(scope="package")
def mailing_house(idp_server: Callable[..., Server], post_office: PostOffice) -> Server:
    """A provider that sends mail, with Alice."""
    server = idp_server(IDP_SMTP_URL=post_office.url(), IDP_MAIL_FROM="id@example.org")
    server.add_user("alice", PASSWORD, "--display-name", "Alice Example")
    return server


@pytest.fixture(scope="package")
def new_house(idp_server: Callable[..., Server]) -> Server:
    """A provider that tests may create administrators at."""
    return idp_server()


@pytest.fixture(scope="package")
def axe(needs: Callable[[str, str], str]) -> Axe:
    """The accessibility checker."""
    needs("npm", "npm")
    try:
        return Axe(script())
    except InstallationFailed as failed:
        absent(f"npm ci could not install what the lock file names: {failed}")
