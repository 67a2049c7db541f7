"""From a fresh installation to the first administrator's account page."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from idp.authenticators.password import rules
from idp.directory import names

from ..conftest import PASSWORD
from ..server import Server
from .tab import Tab

LINK = re.compile(r"http://\S+/setup\?link=\S+")


def set_up_link(server: Server) -> str:
    """A new link, as the machine's owner gets it."""
    return server.idp("setup-link").strip()


def fill_in(tab: Tab, **fields: str) -> None:
    """Fill in the form with good values, or with these."""
    name = f"robin-{secrets.token_hex(4)}"  # a name that somebody has would be asked about
    values = {
        "username": name,
        "email": f"{name}@example.org",
        "display_name": "Robin",
        "password": PASSWORD,
        **fields,
    }
    for name, value in values.items():
        tab.page.locator(f"input[name={name}]").fill(value)


def test_the_link_printed_at_the_start_leads_to_the_first_administrator(
    tab: Tab, idp_server: Callable[..., Server]
) -> None:
    server = idp_server()
    tab.open(server.issuer)
    tab.shows("There is no administrator yet")
    printed = LINK.search(server.log())
    assert printed
    tab.open(printed[0])
    fill_in(tab, username="robin")
    tab.press("Create administrator")
    tab.shows("Foyer is ready")
    tab.link("Foyer")
    tab.shows("Your account")
    assert server.idp_json("user", "show", "robin")["admin"] is True


def test_a_link_leads_once_to_an_administrator_who_learns_what_next(either_tab: Tab, new_house: Server) -> None:
    link = set_up_link(new_house)
    either_tab.open(link)
    either_tab.shows("Create the administrator")
    fill_in(either_tab)
    either_tab.press("Create administrator")
    either_tab.shows("Foyer is ready")
    main = either_tab.page.get_by_role("main")
    for words in (
        "idp client add Jellyfin --preset jellyfin-sso --app-url https://", "idp user add maria --email maria@example.org",
    ):  # fmt: skip
        expect(main).to_contain_text(words)
    either_tab.link("Invite people")
    either_tab.shows("Invite people")
    either_tab.open(link)
    either_tab.shows("This link can’t be used any more")


def test_the_strength_follows_what_is_typed(tab: Tab, unused_link: str) -> None:
    tab.open(unused_link)
    expect(tab.button("Check strength")).to_be_hidden()
    expect(tab.page.get_by_role("meter", name="Strength")).to_be_hidden()
    meter, label = tab.page.locator("#strength-meter"), tab.page.locator("#strength-label")
    tab.field("Password").press_sequentially("password")
    expect(label).to_have_text("Very weak")
    tab.field("Password").fill(PASSWORD)
    expect(label).to_have_text("Very strong")
    assert meter.evaluate("(meter) => meter.value") == 4
    tab.field("Password").fill("")
    expect(meter).to_be_hidden()


def test_without_script_a_button_says_how_strong_the_password_is(scriptless_tab: Tab, new_house: Server) -> None:
    scriptless_tab.open(set_up_link(new_house))
    expect(scriptless_tab.button("Show password")).to_be_hidden()
    fill_in(scriptless_tab, password="password")
    scriptless_tab.press("Check strength")
    expect(scriptless_tab.page.locator("#strength-label")).to_have_text("Very weak")
    expect(scriptless_tab.field("User name")).to_have_value(re.compile("^robin-"))
    expect(scriptless_tab.field("Password")).to_have_value("")
    scriptless_tab.field("Password").fill(PASSWORD)
    scriptless_tab.press("Create administrator")
    scriptless_tab.shows("Foyer is ready")


def test_mistakes_are_named_at_their_fields_and_the_rest_is_kept(either_tab: Tab, new_house: Server) -> None:
    either_tab.open(set_up_link(new_house))
    fill_in(either_tab, username="9lives", email="nine@lives", password="short")
    either_tab.press("Create administrator")
    expect(either_tab.page.get_by_role("alert")).to_contain_text("User name, E-mail address, Password")
    for name, words in {
        "username": "lower case letter first",
        "email": "ada@example.org",
        "password": "at least 15",
    }.items():
        field = either_tab.page.locator(f"input[name={name}]")
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(either_tab.page.locator(f"#{name}-error")).to_contain_text(words)
        assert f"{name}-error" in (field.get_attribute("aria-describedby") or "")
    expect(either_tab.field("User name")).to_be_focused()
    expect(either_tab.page.locator("input[name=display_name]")).to_have_value("Robin")
    fill_in(either_tab)
    either_tab.press("Create administrator")
    either_tab.shows("Foyer is ready")


def test_enter_creates_the_administrator_rather_than_checking(scriptless_tab: Tab, new_house: Server) -> None:
    scriptless_tab.open(set_up_link(new_house))
    fill_in(scriptless_tab)
    scriptless_tab.field("Password").press("Enter")
    scriptless_tab.shows("Foyer is ready")


def test_the_lines_to_type_can_be_copied(tab: Tab, new_house: Server) -> None:
    tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.open(set_up_link(new_house))
    fill_in(tab)
    tab.press("Create administrator")
    tab.page.get_by_role("button", name="Copy the command that adds a person").click()
    expect(tab.page.get_by_text("Copied")).to_be_visible()
    copied = tab.page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith("idp user add maria --email maria@example.org")


def test_the_hints_agree_with_the_rules(tab: Tab, unused_link: str) -> None:
    tab.open(unused_link)
    expect(tab.page.locator("#password-hint")).to_contain_text(f"At least {rules.SHORTEST} characters")
    expect(tab.page.locator("#username-hint")).to_contain_text(
        "2 to 32 lower-case letters, digits, dots, hyphens or underscores"
    )
    assert names.username_problem("a1") is None and names.username_problem("a" + "._-9" * 7 + "abc") is None
    for wrong in ("a", "a" * 33, "1a", "A1", "a b"):
        assert names.username_problem(wrong), wrong


@pytest.mark.parametrize("link", ["", "?link=", "?link=guessed"])
def test_without_a_good_link_there_is_no_form(tab: Tab, empty_house: Server, link: str) -> None:
    tab.open(f"{empty_house.issuer}/setup{link}")
    tab.shows("This link can’t be used any more")
    expect(tab.page.locator("form")).to_have_count(0)
