"""People are told when nobody has checked what registered itself; what it changes has to be checked again."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from tests.flows import records, test_registration
from tests.flows.application import PASSWORD, Application
from tests.flows.television import DEVICE_CODE, Television, type_code
from tests.flows.test_registration import GOOD, Registered, manage, refused, send
from tests.flows.visitors import visitor
from tests.person import Page, Person
from tests.server import Server

UNCHECKED = "nobody who looks after Foyer has checked it"


@pytest.fixture(scope="module")
def ours(server: Server) -> str:
    """A token to register with."""
    return str(server.idp_json("registration-token", "add", "Tests", "--uses", "100")["initial_access_token"])


def registered(server: Server, handle: str, **metadata: Any) -> dict[str, Any]:
    """One more application, under a name that no other test's has."""
    return test_registration.registered(
        server, handle, **{"client_name": f"Unchecked {secrets.token_hex(4)}", **metadata}
    )


def asked(app: Application, **changes: str) -> Page:
    """The page on which somebody who signs in says yes or no."""
    person = visitor(app.server)
    person.get(app.url(prompt="consent", **changes))
    return person.submit(username="alice", password=PASSWORD)


def is_checked(app: Application) -> bool:
    return bool(app.server.idp_json("client", "show", app.id)["checked"])


def test_the_page_says_that_nobody_has_checked_it_and_where_it_leads_until_somebody_has(server, ours):
    app = Registered(
        server, registered(server, ours, redirect_uris=["https://new.example:8443/cb"], client_name="Bank")
    )
    page = asked(app)
    assert UNCHECKED in page.text and "Afterwards you are sent to new.example:8443" in page.text
    assert "not checked" in server.idp("client", "list") and not is_checked(app)
    server.idp("client", "set", app.id, "--checked")
    assert UNCHECKED not in asked(app).text
    assert is_checked(app) and "Checked" in server.idp("client", "show", app.id)
    assert "client.checked" in server.idp("audit", "--json")


def test_nothing_is_said_of_an_application_that_an_administrator_added(server, asking_app):
    assert UNCHECKED not in asked(asking_app).text
    server.idp("client", "set", asking_app.id, "--checked")
    told = server.idp_json("client", "show", asking_app.id)
    assert not told.keys() & {"checked", "registered_by"}


@pytest.mark.parametrize(
    "change",
    [{"redirect_uris": ["https://evil.example/cb"]}, {"client_name": "Another"}, {"logo_uri": "https://evil.example/x.png"},
     {"scope": "openid email groups"}, {"client_uri": "https://evil.example"}, {"initiate_login_uri": "https://evil.example"}],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_what_a_client_changes_by_itself_has_to_be_checked_again(server, ours, change):
    app = Registered(server, registered(server, ours, scope="openid email"))
    server.idp("client", "set", app.id, "--checked")
    wish: dict[str, Any] = {"client_id": app.id, "client_name": app.name, "scope": "openid email", **GOOD}
    if "client_name" in change:
        change = {"client_name": f"Another {secrets.token_hex(4)}"}
    assert manage("PUT", app.metadata, **wish).status_code == 200
    assert is_checked(app), "nothing has changed"
    assert manage("PUT", app.metadata, **wish | change).status_code == 200
    assert not is_checked(app)


def test_who_has_allowed_a_client_is_asked_again_once_it_has_given_itself_another_address(server, ours):
    app = Registered(server, registered(server, ours, scope="openid email"))
    server.idp("client", "set", app.id, "--checked")
    person = visitor(server)
    person.get(app.url())
    person.submit(username="alice", password=PASSWORD)
    assert person.submit(decision="allow").status == 303
    elsewhere = {"redirect_uris": [*GOOD["redirect_uris"], "https://evil.example/cb"], "scope": "openid email"}
    assert person.get(app.url()).status == 303, "asked once"
    done = manage("PUT", app.metadata, client_id=app.id, client_name=app.name, **GOOD | elsewhere)
    assert done.status_code == 200
    page = person.get(app.url(redirect_uri="https://evil.example/cb"))
    assert UNCHECKED in page.text and "Afterwards you are sent to evil.example" in page.text


def test_an_allow_on_a_page_from_before_an_application_changed_itself_shows_what_it_is_now(server, ours):
    app = Registered(server, registered(server, ours, scope="openid email"))
    person = visitor(server)
    person.get(app.url())
    person.submit(username="alice", password=PASSWORD)
    elsewhere = {**GOOD, "redirect_uris": [*GOOD["redirect_uris"], "https://evil.example/cb"], "scope": "openid email"}
    assert manage("PUT", app.metadata, client_id=app.id, client_name=app.name, **elsewhere).status_code == 200
    page = person.submit(decision="allow")
    assert page.status == 400 and "has changed since this page was made" in page.text and person.left_to is None
    person.submit(decision="allow")
    assert app.answer(person.left_to)["code"]


def test_what_an_administrator_changes_stays_checked_and_its_name_is_kept_for_it(server, ours):
    name = f"Notes {secrets.token_hex(4)}"
    app = Registered(server, registered(server, ours, client_name=name))
    assert send(server, ours, {**GOOD, "client_name": name.lower()}).json()["client_name"] == f"{name.lower()} 2"
    server.idp("client", "set", app.id, "--checked", "--require-mfa")
    server.idp("client", "set", app.id, "--no-require-mfa")
    assert is_checked(app)
    refused(send(server, ours, {**GOOD, "client_name": name.upper()}), "invalid_client_metadata")


def test_a_client_that_sends_what_is_registered_already_writes_nothing(server, ours):
    told = registered(server, ours)
    rows = "SELECT count(*) FROM activities WHERE client_id = ?"
    before = records.count(server, rows, told["client_id"])
    assert manage("PUT", told, client_id=told["client_id"], **GOOD).status_code == 200
    assert records.count(server, rows, told["client_id"]) == before


def device_page(server: Server, television: Television, *, username: str = "alice") -> Page:
    person = Person(server.issuer)
    type_code(person, television.code()["user_code"])
    return person.submit(username=username, password=PASSWORD)


class RegisteredTelevision(Television):
    """A television whose maker registered it."""

    def __init__(self, server: Server, metadata: dict[str, Any]) -> None:
        self.server, self.metadata = server, metadata
        self.id, self.secret, self.name = metadata["client_id"], metadata.get("client_secret"), metadata["client_name"]


def test_the_page_of_a_device_says_so_too(server, ours):
    told = registered(server, ours, grant_types=[DEVICE_CODE], redirect_uris=[], token_endpoint_auth_method="none",
                      client_name=f"Television {secrets.token_hex(4)}")  # fmt: skip
    television = RegisteredTelevision(server, told)
    assert UNCHECKED in device_page(server, television).text
    server.idp("client", "set", television.id, "--checked")
    assert UNCHECKED not in device_page(server, television).text


def test_the_page_of_a_device_names_what_an_administrator_has_noted(server, new_user):
    name = new_user()["username"]
    server.idp("user", "set", name, "--claim", "quota=5")
    television = Television(server, "--claim", "shelf=top")
    said = device_page(server, television, username=name).text
    by_redirect = Application(server, "--claim", "shelf=top")
    person = visitor(server)
    person.get(by_redirect.url(scope="openid profile"))
    same = person.submit(username=name, password=PASSWORD).text
    for page in (said, same):
        assert "What an administrator has noted for you" in page and "quota" in page
    assert ("shelf" in said) is ("shelf" in same)


def test_what_opens_to_people_on_their_own_page_is_marked(server, ours, new_user):
    name = f"Stranger {secrets.token_hex(4)}"
    app = Registered(server, registered(server, ours, client_name=name))
    person = visitor(server)
    person.get("/account/applications")
    person.submit(username=new_user()["username"], password=PASSWORD)
    after = person.get("/account/applications").text
    assert "Nobody has checked it" in after[after.index(name) :][:80]
    server.idp("client", "set", app.id, "--checked")
    after = person.get("/account/applications").text
    assert "Nobody has checked it" not in after[after.index(name) :][: len(name) + 25]


def test_a_program_can_read_who_registered_itself_and_is_unchecked(server, ours):
    client_id = registered(server, ours)["client_id"]
    (found,) = [each for each in server.idp_json("client", "list") if each["client_id"] == client_id]
    assert (found["registered_by"], found["checked"]) == ("Tests", False)
