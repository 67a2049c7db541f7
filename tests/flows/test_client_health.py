"""Whether sign-ins at an application work is known from the sign-ins themselves."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from idp.oidc import client_health
from idp.storage import clients, database
from tests.flows.application import Application
from tests.person import Person
from tests.server import Server


@pytest.fixture
def health(server: Server) -> Callable[[Application], tuple[str, str]]:
    """The state of an application, as the pages of administrators show it."""

    def look(app: Application) -> tuple[str, str]:
        database.open_database(server.environ["IDP_DATABASE_URL"])
        try:
            found = clients.by_id(app.id)
            assert found is not None
            return client_health.state(found)
        finally:
            database.close()

    return look


def test_an_application_goes_from_never_used_to_failed_to_fine(
    server: Server, person: Person, health: Callable[[Application], tuple[str, str]]
) -> None:
    app = Application(server, "--skip-consent")
    assert health(app) == ("never_used", "")
    code = app.code(person)
    app.exchange(code, client_secret="wrong")
    assert health(app) == ("failed", "wrong_secret")
    assert app.exchange(code).status_code == 200
    assert health(app) == ("fine", "")
    server.idp("client", "set", app.id, "--disable")
    assert health(app) == ("disabled", "")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"redirect_uri": "https://app.example/other"}, "redirect_uri_mismatch"),
        ({"code_challenge_method": "plain"}, "Only the code_challenge_method S256 is offered."),
        ({"scope": "nothing"}, "None of the scopes is offered to this client. Ask for openid."),
    ],
)
def test_a_request_that_can_not_be_answered_is_noted(
    server: Server,
    person: Person,
    health: Callable[[Application], tuple[str, str]],
    change: dict[str, str],
    reason: str,
) -> None:
    app = Application(server, "--skip-consent")
    person.get(app.url(**change))
    assert health(app) == ("failed", reason)


def test_what_people_do_says_nothing_about_the_application(
    server: Server, person: Person, health: Callable[[Application], tuple[str, str]]
) -> None:
    app = Application(server)
    assert app.ask(person, prompt="none")["error"] == "login_required"
    person.get(app.url())
    person.submit(username="alice", password="not her password")
    assert health(app) == ("never_used", "")


def test_a_wrong_secret_in_the_header_is_put_down_to_the_application_too(
    server: Server, person: Person, health: Callable[[Application], tuple[str, str]]
) -> None:
    app = Application(server, "--skip-consent")
    basic = base64.b64encode(f"{app.id}:wrong".encode()).decode()
    form = {"grant_type": "authorization_code", "code": app.code(person), "redirect_uri": app.redirect_uri}
    assert app.token(form, headers={"Authorization": f"Basic {basic}"}).status_code == 401
    assert health(app) == ("failed", "wrong_secret")
