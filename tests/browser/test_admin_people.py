"""People, groups and invitations are looked after in a real browser, with nothing but the keyboard."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ..conftest import PASSWORD
from .house import House
from .keyboard import Keyboard
from .tab import Tab


@pytest.fixture
def keeper(tab: Tab, house: House) -> Keyboard:
    """Robin, who has just signed in, at the applications; on the page's way around from there."""
    tab.open(house.issuer + "/admin")
    tab.sign_in("robin")
    tab.shows("Applications")
    return Keyboard(tab)


def search(keeper: Keyboard, name: str) -> None:
    """Search for somebody among those who stand there already."""
    keeper.write("Search people", name)
    keeper.keys.press("Enter")
    keeper.tab.page.wait_for_url(f"**?*q={name}*")


def test_somebody_is_added_changed_helped_shut_out_and_deleted(keeper: Keyboard, house: House) -> None:
    tab, name = keeper.tab, f"maria-{secrets.token_hex(3)}"
    keeper.follow("Users")
    tab.shows("Users")
    keeper.follow("Add a person")
    tab.shows("Add a person")
    keeper.write("User name", name)
    keeper.write("E-mail address", f"{name}@example.org")
    keeper.write("Display name (optional)", f"Maria {name}")
    keeper.tick("family")
    keeper.press("Add")
    keeper.press("Make the link")
    tab.page.get_by_text("It is shown this once").wait_for()
    keeper.follow("Done")
    tab.shows(f"Maria {name}")
    keeper.follow(re.compile("^Change.*details and groups"))
    tab.shows(f"Change Maria {name}")
    keeper.write("Display name (optional)", f"Grandma {name}")
    keeper.tick("family")
    keeper.tick("media")
    keeper.press("Save")
    keeper.done("saved")
    tab.shows(f"Grandma {name}")
    expect(tab.page.get_by_role("main")).to_contain_text("media")
    keeper.follow("One-time link")
    keeper.press("Make the link")
    tab.page.get_by_text("It is shown this once").wait_for()
    keeper.follow("Done")
    keeper.follow("Disable")
    tab.shows(f"Disable Grandma {name}?")
    keeper.follow("Cancel")
    keeper.follow("Disable")
    keeper.press("Disable")
    keeper.done(re.compile("disabled|shut out|sign in"))
    keeper.follow("Enable")
    keeper.press("Enable")
    keeper.done("can sign in again")
    keeper.follow("Delete for good")
    tab.shows(f"Delete Grandma {name} for good?")
    keeper.press("Delete for good")
    keeper.done("has been deleted")
    search(keeper, name)
    tab.page.get_by_text(re.compile("Nobody")).first.wait_for()


def test_second_factors_are_taken_and_browsers_signed_out(keeper: Keyboard, house: House) -> None:
    name, _app, _codes = house.careful_person()
    tab = keeper.tab
    keeper.follow("Users")
    search(keeper, name)
    keeper.follow("Maria Example")
    tab.shows("Maria Example")
    keeper.follow("Remove all second factors")
    tab.shows("Remove all second factors of Maria Example?")
    keeper.press("Remove them")
    keeper.done("ways to sign in were removed")
    expect(tab.page.get_by_role("link", name="Remove all second factors")).to_have_count(0)
    keeper.follow("Sign out everywhere")
    keeper.press("Sign out everywhere")
    keeper.done("signed out everywhere")
    tab.page.get_by_text("Nowhere at the moment.").wait_for()


def test_a_group_is_added_filled_changed_emptied_and_deleted(keeper: Keyboard, house: House) -> None:
    tab, name, guest = keeper.tab, f"club-{secrets.token_hex(3)}", house.newcomer()
    keeper.follow("Groups")
    tab.shows("Groups")
    keeper.follow("Add a group")
    keeper.write("Name", name)
    keeper.write("Display name (optional)", f"The {name}")
    keeper.press("Add")
    keeper.done("has been added")
    tab.shows(f"Put people into The {name}")
    search(keeper, guest)
    keeper.tick(re.compile(guest))
    keeper.press("Put in")
    tab.shows(f"The {name}")
    expect(tab.page.get_by_role("main")).to_contain_text("Maria Example")
    keeper.follow(re.compile("^Change.*details of the group"))
    keeper.tick("Demand a second factor")
    keeper.press("Save")
    keeper.done("has been saved")
    keeper.follow(re.compile("^Take out"))
    keeper.press("Take out")
    keeper.done("any more")
    keeper.follow("Delete the group")
    keeper.press("Delete")
    keeper.done("has been deleted")
    expect(tab.page.get_by_role("main")).not_to_contain_text(f"/{name}")


def test_a_guest_is_invited_comes_and_the_rest_is_withdrawn(
    keeper: Keyboard, house: House, open_tab: Callable[..., Tab]
) -> None:
    tab = keeper.tab
    keeper.follow("Invitations")
    tab.shows("Invitations")
    keeper.follow("Invite people")
    tab.shows("Invite people")
    keeper.tick("media")
    keeper.write("For how many people", "2")
    keeper.press("Make the link")
    tab.shows("Your invitation")
    link = tab.page.locator("#invitation-link").text_content()
    assert link is not None
    keeper.follow("Done")
    tab.shows("Invitations")

    guest, name = Keyboard(open_tab()), f"guest-{secrets.token_hex(3)}"
    guest.tab.open(link)
    guest.tab.shows("You are invited")
    guest.write("User name", name)
    guest.write("E-mail address", f"{name}@example.org")
    guest.write("Password", PASSWORD)
    guest.press("Create account")
    guest.tab.shows("Your account")
    expect(guest.tab.page.get_by_role("main")).to_contain_text("media")

    tab.page.reload()
    tab.page.get_by_text("1 of 2").first.wait_for()
    keeper.follow(re.compile("^Withdraw"))
    tab.shows("Withdraw this invitation?")
    keeper.press("Withdraw")
    keeper.done("has been withdrawn")
    guest.tab.open(link)
    guest.tab.shows("This invitation can’t be used any more")


def test_name_and_lengths_are_chosen_and_given_back(tab: Tab, new_house, house: House) -> None:  # type: ignore[no-untyped-def]
    new_house.add_user(f"kim-{(word := secrets.token_hex(3))}", PASSWORD, "--admin")
    tab.open(new_house.issuer + "/admin/settings")
    tab.sign_in(f"kim-{word}")
    tab.shows("Settings")
    keeper = Keyboard(tab)
    keeper.write("Name (optional)", "The Lodge")
    keeper.go_to(tab.field("People stay signed in for"))
    keeper.keys.type("12")
    keeper.press("Save")
    keeper.done("saved")
    expect(tab.page).to_have_title(re.compile("The Lodge"))
    expect(tab.field("People stay signed in for")).to_have_value("43200")
    keeper.write("Name (optional)", "x")
    keeper.keys.press("Backspace")
    keeper.keys.press("Enter")
    keeper.done("saved")
    expect(tab.page).to_have_title(re.compile("Foyer"))


def test_words_break_in_no_list_of_a_wide_screen_and_long_addresses_fit_a_phone(tab: Tab, house: House) -> None:
    name = f"hans{secrets.token_hex(3)}"
    house.server.add_user(name, PASSWORD, "--group", "housekeeping", "--email", f"{name}.{'long' * 6}@mail.example.org")
    house.server.add_user(f"{name}2", PASSWORD, "--group", "family", "--email", f"{name}2@example.org")
    tab.page.set_viewport_size({"width": 1280, "height": 800})
    tab.open(f"{house.issuer}/admin/users?q={name}")
    tab.sign_in("robin")
    tab.shows("Users")
    words = tab.page.get_by_role("table")
    for word in (f"{name}2@example.org", "housekeeping", "family"):
        box = words.get_by_text(word, exact=True).bounding_box()
        assert box and box["height"] < 28, f"{word} stands on one line"
    tab.page.set_viewport_size({"width": 390, "height": 800})
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_buttons_of_lists_stand_beside_the_title_on_a_wide_screen(tab: Tab, house: House) -> None:
    tab.page.set_viewport_size({"width": 1280, "height": 800})
    tab.open(f"{house.issuer}/admin/applications")
    tab.sign_in("robin")
    tab.shows("Applications")
    title = tab.page.get_by_role("heading", level=1).bounding_box()
    button = tab.page.get_by_role("link", name="Add an application").bounding_box()
    assert title and button and button["y"] < title["y"] + title["height"] and button["x"] > title["x"]
