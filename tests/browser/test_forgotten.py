"""Somebody who forgot their password gets in again in a real browser, with script and without, by the keyboard too."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from ..post_office import PostOffice, link_in
from ..server import Server
from .tab import Tab

NEW = "five green bottles on a wall"


def test_from_the_sign_in_page_by_mail_to_a_new_password(
    either_tab: Tab, open_tab: Callable[..., Tab], mailing_house: Server, post_office: PostOffice
) -> None:
    name = f"maria{len(mailing_house.idp_json('user', 'list'))}"
    mailing_house.add_user(name, "the one that she forgot")
    either_tab.open(mailing_house.issuer)
    either_tab.link("Forgot your password?")
    either_tab.field("User name or e-mail").fill(name)
    either_tab.press("Send the link")
    either_tab.shows("Look into your mailbox")
    (mail,) = post_office.wait_for(f"{name}@example.org", "Your sign-in link")
    either_tab.open(link_in(mail))
    either_tab.shows("Sign in with your link")
    either_tab.press("Sign in")
    either_tab.page.wait_for_url(f"{mailing_house.issuer}/account/security/password")
    either_tab.field("New password").fill(NEW)
    if either_tab.scripted:  # let it finish
        either_tab.page.locator("#strength").wait_for()
    either_tab.press("Save password")
    either_tab.page.get_by_role("status").first.wait_for()
    post_office.wait_for(f"{name}@example.org", "Your password was changed")
    other = open_tab()
    other.open(mailing_house.issuer)
    other.sign_in(name, NEW)
    other.shows("Your account")


def test_the_pages_are_used_by_the_keyboard_alone(tab: Tab, mailing_house: Server, post_office: PostOffice) -> None:
    name = f"maria{len(mailing_house.idp_json('user', 'list'))}"
    mailing_house.add_user(name, "the one that she forgot")
    tab.open(f"{mailing_house.issuer}/forgot-password")
    expect(tab.field("User name or e-mail")).to_be_focused()
    tab.page.keyboard.type(name)
    tab.page.keyboard.press("Enter")
    tab.shows("Look into your mailbox")
    (mail,) = post_office.wait_for(f"{name}@example.org", "Your sign-in link")
    tab.open(link_in(mail))
    tab.page.keyboard.press("Tab")
    expect(tab.button("Sign in")).to_be_focused()
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url(f"{mailing_house.issuer}/account/security/password")
