"""The pages for who has forgotten their password, with mail and without."""

from __future__ import annotations

from .views import Visit, view


@view
def forgot_password(visit: Visit) -> None:
    visit.tab.open(f"{visit.mailing.issuer}/account")
    visit.tab.link("Forgot your password?")
    visit.tab.shows("Forgot your password?")


@view
def forgot_password_with_nothing_typed(visit: Visit) -> None:
    forgot_password(visit)
    visit.tab.field("User name or e-mail").fill(" ")
    visit.tab.press("Send the link")
    visit.tab.page.get_by_role("alert").wait_for()


@view
def forgot_password_asked(visit: Visit) -> None:
    forgot_password(visit)
    visit.tab.field("User name or e-mail").fill("a-rather-long-name-of-somebody@subdomain.example.org")
    visit.tab.press("Send the link")
    visit.tab.shows("Look into your mailbox")


@view
def forgot_password_without_mail(visit: Visit) -> None:
    visit.tab.open(f"{visit.house.issuer}/account")
    visit.tab.link("Forgot your password?")
    visit.tab.shows("Forgot your password?")


@view
def sign_in_link(visit: Visit) -> None:
    visit.tab.open(str(visit.house.server.idp_json("user", "link", "alice")["link"]))
    visit.tab.shows("Sign in with your link")


@view
def sign_in_link_where_somebody_else_is_signed_in(visit: Visit) -> None:
    visit.tab.open(f"{visit.house.issuer}/account")
    visit.tab.sign_in("robin")
    visit.tab.shows("Your account")
    sign_in_link(visit)


@view
def sign_in_link_worthless(visit: Visit) -> None:
    visit.tab.open(f"{visit.mailing.issuer}/sign-in?link=long-ago")
    visit.tab.shows("This sign-in link can’t be used any more")
