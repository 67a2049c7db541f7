"""The pages about applications that register themselves."""

from __future__ import annotations

import re

import pytest

from idp import activity
from idp.oidc import initial_access
from idp.storage.models import Client, RegistrationToken
from tests import given
from tests.conftest import Clock
from tests.web.conftest import Visitor, token_of

LIST, ADD = "/admin/registration", "/admin/registration/add"


def post(root: Visitor, path: str, **form: str):  # type: ignore[no-untyped-def]
    return root.browser.post(path, data={"csrf_token": token_of(root.get(path).text), **form})


def test_a_token_is_made_shown_once_and_withdrawn(root: Visitor) -> None:
    assert "No tokens yet" in root.get(LIST).text
    made = post(root, ADD, name="The lab", uses="3", lifetime="3600")
    handle = re.search(r"ia_[\w-]{43}", re.sub("</?span[^>]*>", "", made.text))
    assert made.status_code == 200 and handle is not None
    assert "http://localhost:8000/register" in re.sub("</?span[^>]*>|<wbr>", "", made.text)
    token = RegistrationToken.get()
    assert initial_access.check(handle[0], token.created_at) == token
    page = root.get(LIST).text
    assert "The lab" in page and "0 of 3" in page and handle[0] not in page
    withdraw = f"{LIST}/{token.id}/withdraw"
    assert "Those that have done so stay" in root.get(withdraw).text
    assert post(root, withdraw).location == LIST
    assert "Withdrawn" in root.get(LIST).text
    assert not initial_access.is_any_open()


def test_what_is_wrong_stands_at_its_field(root: Visitor) -> None:
    refused = post(root, ADD, name="", uses="many", lifetime="99999999")
    assert refused.status_code == 400
    for name in ("name", "uses", "lifetime"):
        assert f'href="#{name}"' in refused.text and f'id="{name}-error"' in refused.text, name
    assert RegistrationToken.select().count() == 0


def test_a_token_that_is_not_there_has_no_page(root: Visitor) -> None:
    assert root.get(f"{LIST}/999999/withdraw").status_code == 404


def test_an_application_that_registered_itself_is_marked_and_can_be_taken_over(root: Visitor, clock: Clock) -> None:
    given.client("app", registered_by="The lab", registration_token_digest="x")
    given.client("other")
    listed = root.get("/admin/applications").text
    assert listed.count("Registered itself:") == 1 and "The lab" in listed
    here, take_over = "/admin/applications/app", "/admin/applications/app/own-settings"
    assert take_over in root.get(here).text
    assert post(root, take_over).location == here
    assert Client.get(Client.client_id == "app").registration_token_digest is None
    page = root.get(here).text
    assert take_over not in page and "The lab" in page
    assert root.get(take_over).location == here
    assert root.get("/admin/applications/other/own-settings").location == "/admin/applications/other"


CHECKED = "/admin/applications/app/checked"


def action_of(page: str) -> str:
    """Where the form of a page leads."""
    (found,) = re.findall(r'action="(/admin/applications/app/checked[^"]*)"', page)
    return str(found)


def test_an_application_that_registered_itself_is_marked_until_somebody_has_checked_it(root: Visitor) -> None:
    given.client("app", registered_by="The lab", contacts=["ada@example.org"])
    given.client("other")
    assert root.get("/admin/applications").text.count("Not checked") == 1
    assert CHECKED in root.get("/admin/applications/app").text
    assert "Nobody has checked it" not in root.get("/admin/applications/other").text
    asked = root.get(CHECKED).text
    for shown in (given.REDIRECT_URI, "E-mail address", "ada@example.org", "The lab"):
        assert shown in asked
    assert (
        root.browser.post(action_of(asked), data={"csrf_token": token_of(asked)}).location == "/admin/applications/app"
    )
    page = root.get("/admin/applications/app").text
    assert "checked by an administrator" in page and CHECKED not in page
    assert "Not checked" not in root.get("/admin/applications").text
    (row,) = [row for row in activity.rows() if row.event == "client.checked"]
    assert (row.client_id, row.detail["by"]) == ("app", "robin")
    again = root.browser.post(action_of(asked), data={"csrf_token": token_of(asked)})
    assert root.get(CHECKED).location == again.location == "/admin/applications/app"
    assert root.get("/admin/applications/other/checked").location == "/admin/applications/other"


@pytest.mark.parametrize("seen", ["", "?seen=", "?seen=x"])
def test_what_has_changed_since_it_was_looked_at_has_to_be_looked_at_again(root: Visitor, seen: str) -> None:
    given.client("app", registered_by="The lab")
    asked = root.get(CHECKED).text
    Client.update(redirect_uris=["https://evil.example/cb"]).where(Client.client_id == "app").execute()
    for action in (action_of(asked), f"{CHECKED}{seen}"):
        answer = root.browser.post(action, data={"csrf_token": token_of(asked)})
        assert answer.status_code == 400 and "has changed since" in answer.text and "evil.example" in answer.text
        assert Client.get(Client.client_id == "app").is_unchecked
    again = action_of(answer.text)
    assert root.browser.post(again, data={"csrf_token": token_of(answer.text)}).status_code == 303
    assert not Client.get(Client.client_id == "app").is_unchecked
