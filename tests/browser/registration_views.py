"""The pages about applications that register themselves and about how applications know people, and how to get there."""

from __future__ import annotations

import secrets

import requests

from ..conftest import PASSWORD
from ..flows import records
from ..flows.television import DEVICE_CODE
from .views import Visit, administrator_at, view


def used_by_people(visit: Visit, *options: str) -> str:
    """The address of an application to which people have signed in."""
    client_id = f"media-{secrets.token_hex(4)}"
    visit.house.server.idp(
        "client", "add", f"Media {secrets.token_hex(3)}", "--redirect-uri", "https://media.example.org/cb", "--client-id",
        client_id, *options,
    )  # fmt: skip
    records.change(visit.house.server, "UPDATE clients SET last_used_at = created_at WHERE client_id = ?", client_id)
    return f"/admin/applications/{client_id}"


@view
def admin_subjects_confirmed(visit: Visit) -> None:
    """A change that costs people their accounts asks for a tick."""
    administrator_at(visit, f"{used_by_people(visit)}/edit")
    visit.tab.page.get_by_label("By what it knows people").select_option("username")
    visit.tab.press("Save")
    visit.tab.page.get_by_label("Yes, people lose the accounts that they have there").wait_for()


@view
def admin_application_that_knows_addresses(visit: Visit) -> None:
    administrator_at(
        visit, used_by_people(visit, "--subject-source", "email", "--contact", "ada@example.org", "--contact", "Bob")
    )
    visit.tab.page.get_by_text("their e-mail addresses").wait_for()


@view
def access_without_a_checked_address(visit: Visit) -> None:
    app = used_by_people(visit, "--subject-source", "email").rpartition("/")[2]
    name = f"guest{secrets.token_hex(4)}"
    visit.house.server.add_user(name, PASSWORD)
    records.change(visit.house.server, "UPDATE users SET email_verified = ? WHERE username = ?", False, name)
    visit.sign_in_at(app, name, redirect_uri="https://media.example.org/cb")
    visit.tab.page.get_by_text("knows people by their e-mail address").wait_for()


@view
def admin_registration(visit: Visit) -> None:
    for name, *options in (("The lab", "--uses", "10", "--expires", "7d"), ("A note-taking app on the tablet",)):
        visit.house.server.idp("registration-token", "add", name, *options)
    records.change(visit.house.server, "UPDATE registration_tokens SET withdrawn_at = 1 WHERE uses = 1")
    administrator_at(visit, "/admin/registration")
    visit.tab.shows("Applications that register themselves")


@view
def admin_registration_without_tokens(visit: Visit) -> None:
    records.change(visit.house.server, "DELETE FROM registration_tokens")
    administrator_at(visit, "/admin/registration")
    visit.tab.page.get_by_role("heading", name="No tokens yet").wait_for()


@view
def admin_registration_add(visit: Visit) -> None:
    administrator_at(visit, "/admin/registration/add")
    visit.tab.shows("Make a token")


@view
def admin_registration_add_with_mistakes(visit: Visit) -> None:
    admin_registration_add(visit)
    visit.tab.field("What it is for").fill("The lab")
    visit.tab.field("For how many applications").fill("many")
    visit.tab.press("Make the token")
    visit.tab.page.get_by_role("alert").wait_for()


@view
def admin_registration_made(visit: Visit) -> None:
    admin_registration_add(visit)
    visit.tab.field("What it is for").fill("The lab")
    visit.tab.press("Make the token")
    visit.tab.shows("Your token")


def registers_itself(visit: Visit, **metadata: object) -> str:
    """The id of an application that has registered itself."""
    server = visit.house.server
    token = server.idp_json("registration-token", "add", "The lab")["initial_access_token"]
    answer = requests.post(
        f"{server.issuer}/register", json=metadata, headers={"Authorization": f"Bearer {token}"}, timeout=30
    )
    return str(answer.json()["client_id"])


@view
def admin_application_that_registered_itself(visit: Visit) -> None:
    app = registers_itself(
        visit, redirect_uris=["https://notes.example.org/cb"], client_name="Notes", contacts=["ada@example.org"]
    )
    administrator_at(visit, f"/admin/applications/{app}")
    visit.tab.page.get_by_text("and may change its own settings").wait_for()


@view
def admin_application_taken_over(visit: Visit) -> None:
    admin_application_that_registered_itself(visit)
    visit.tab.link("Let only administrators change it")
    visit.tab.button("Take it over").wait_for()


@view
def admin_application_checked(visit: Visit) -> None:
    admin_application_that_registered_itself(visit)
    visit.tab.link("I have checked this application")
    visit.tab.page.get_by_role("heading", name="Have you checked").wait_for()


@view
def admin_application_that_was_checked(visit: Visit) -> None:
    admin_application_checked(visit)
    visit.tab.press("I have checked this application")
    visit.tab.page.get_by_text("checked by an administrator").wait_for()


@view
def admin_application_that_has_changed_since(visit: Visit) -> None:
    admin_application_checked(visit)
    records.change(visit.house.server, "UPDATE clients SET contacts = '[]' WHERE registered_by IS NOT NULL")
    visit.tab.press("I have checked this application")
    visit.tab.page.get_by_role("alert").wait_for()


@view
def admin_applications_with_one_that_nobody_has_checked(visit: Visit) -> None:
    registers_itself(visit, redirect_uris=["https://notes.example.org/cb"], client_name="Notes")
    administrator_at(visit, "/admin/applications?q=notes")
    visit.tab.page.get_by_text("Not checked").first.wait_for()


@view
def account_applications_with_one_that_nobody_has_checked(visit: Visit) -> None:
    registers_itself(visit, redirect_uris=["https://notes.example.org/cb"], client_name="Notes")
    visit.tab.open(f"{visit.house.issuer}/account/applications")
    visit.tab.sign_in()
    visit.tab.page.get_by_text("Nobody has checked it").first.wait_for()


@view
def consent_to_an_application_that_nobody_has_checked(visit: Visit) -> None:
    notes = "https://notes.example.org/cb"
    app = registers_itself(visit, redirect_uris=[notes], client_name="Notes")
    visit.sign_in_at(app, redirect_uri=notes, scope="openid profile email groups")
    visit.tab.page.get_by_text("This application registered itself").wait_for()


@view
def device_of_an_application_that_nobody_has_checked(visit: Visit) -> None:
    server, name = visit.house.server, f"guest{secrets.token_hex(4)}"
    server.add_user(name, PASSWORD, "--display-name", "Maria Example")
    server.idp("user", "set", name, "--claim", "quota=5", "--claim", "audiobookshelf_role=guest")
    app = registers_itself(
        visit,
        client_name=f"Television {secrets.token_hex(4)}",
        grant_types=[DEVICE_CODE],
        token_endpoint_auth_method="none",
    )
    code = requests.post(
        f"{server.issuer}/device_authorization", data={"client_id": app, "scope": "openid profile"}, timeout=30
    )
    visit.tab.open(code.json()["verification_uri_complete"])
    visit.tab.press("Continue")
    visit.tab.sign_in(name)
    visit.tab.page.get_by_text("This application registered itself").wait_for()
    visit.tab.page.get_by_text("What an administrator has noted for you").wait_for()
