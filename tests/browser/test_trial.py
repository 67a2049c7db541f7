"""A real sign-in tried out in a real browser, and what it says when something is in the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from ..conftest import PASSWORD
from ..flows.proxy import Between, running_proxy
from ..server import Server
from .axe import Axe
from .tab import Tab
from .test_views import draw


@pytest.fixture(scope="module")
def house(idp_server: Callable[..., Server]) -> Iterator[tuple[Server, Any]]:
    """A provider of two processes behind a proxy, and the proxy."""
    with running_proxy() as (port, handler):
        server = idp_server(IDP_ISSUER=f"http://localhost:{port}", IDP_WORKERS="2")
        handler.between = Between(f"http://127.0.0.1:{server.port}")
        server.add_user("robin", PASSWORD, "--admin", "--display-name", "Robin Keeper")
        yield server, handler


def at_the_form(tab: Tab, server: Server) -> None:
    tab.open(f"{server.issuer}/admin")
    tab.sign_in("robin")
    tab.link("Try a real sign-in")
    tab.shows("Try a real sign-in")


def test_an_administrator_is_asked_again_and_sees_every_claim(either_tab: Tab, house: tuple[Server, Any]) -> None:
    tab = either_tab
    at_the_form(tab, house[0])
    tab.field("E-mail address email").uncheck()
    tab.field("Ask me who I am, although I am signed in prompt=login").check()
    tab.page.get_by_label("The answer comes").select_option("form_post")
    tab.press("Sign in")
    tab.page.get_by_text("to continue to Sign-in test").wait_for()
    tab.sign_in("robin")
    tab.pass_the_answer_on()
    tab.shows("The sign-in works")
    expect(tab.page.get_by_text("You were asked who you are, as wished.")).to_be_visible()
    expect(tab.page.get_by_text('"robin"').first).to_be_visible()
    expect(tab.page.get_by_text("robin@example.org"), "the address wasn't asked for").to_have_count(0)
    tab.link("Try again")
    tab.shows("Try a real sign-in")


@pytest.mark.parametrize(("wrong", "name", "sentence"), [
    ({"status": 502}, "unreachable", "Something answers with the status 502."),
    ({"without": "Authorization"}, "without_authorization", "It was refused: invalid_client."),
    ({"adds": {"Date": "Tue, 01 Jan 2036 00:00:00 GMT"}}, "wrong_clock", "Let the machines keep their clocks"),
])  # fmt: skip
def test_what_is_in_the_way_stands_out(
    tab: Tab, house: tuple[Server, Any], axe: Axe, wrong: dict[str, Any], name: str, sentence: str
) -> None:
    server, handler = house
    handler.between = Between(f"http://127.0.0.1:{server.port}", **wrong)
    at_the_form(tab, server)
    tab.press("Sign in")
    tab.shows("The sign-in doesn’t work yet")
    expect(tab.page.get_by_text(sentence).first).to_be_visible()
    assert axe.violations(tab.page) == []
    draw(tab.page, f"admin_a_real_sign_in_{name}")
    handler.between = Between(f"http://127.0.0.1:{server.port}")


def test_a_device_whose_clock_is_wrong_is_told_on_the_health_page(
    open_tab: Callable[..., Tab], house: tuple[Server, Any]
) -> None:
    server, said = house[0], "The clock of this device and the server’s differ"
    right, wrong = open_tab(), open_tab()
    wrong.page.add_init_script("const now = Date.now; Date.now = () => now() + 120000")
    for tab in (right, wrong):
        tab.open(f"{server.issuer}/admin/health")
        tab.sign_in("robin")
        tab.shows("Health")
    expect(wrong.page.get_by_text(said)).to_be_visible()
    expect(right.page.get_by_text(said)).to_be_hidden()
