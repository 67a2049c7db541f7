"""Applications that sign people in through a window of their own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .house import House
from .tab import Tab


@pytest.mark.parametrize("response_mode", ["query", "form_post"])
def test_a_popup_comes_back_to_the_window_that_opened_it(
    open_tab: Callable[..., Tab], house: House, response_mode: str
) -> None:
    opener = open_tab()
    opener.open(house.site.origin)
    with opener.page.expect_popup() as opened:
        opener.page.evaluate(
            "(address) => { window.popup = window.open(address, 'sign-in', 'popup'); }",
            house.link(house.dashboard, response_mode=response_mode),
        )
    popup = Tab.of(opened.value)
    popup.shows("Sign in")
    popup.sign_in()
    popup.shows("Back at the application")
    assert popup.page.evaluate("window.opener !== null"), "the application can't hand over what it learnt"
    assert opener.page.evaluate("window.popup.closed") is False
    assert popup.watch.complaints == []
