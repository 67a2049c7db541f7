"""Six ways in which an application is set up wrongly, each with the sentence that an administrator reads about it."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from typing import Any

import pytest

from tests.flows.application import PASSWORD, Application
from tests.flows.visitors import visitor
from tests.person import Person
from tests.server import Server

Seen = Callable[[Application], str]


@pytest.fixture(scope="session")
def keeper(server: Server, new_user: Callable[..., dict[str, Any]]) -> Person:
    """An administrator at their browser."""
    keeper = visitor(server)
    keeper.get("/admin/activity")
    keeper.submit(username=new_user("--admin")["username"], password=PASSWORD)
    return keeper


@pytest.fixture
def seen(keeper: Person) -> Seen:
    """What the newest failure of an application says, or its newest event: the whole timeline."""

    def look(app: Application) -> str:
        for kind in ("failures", ""):
            page = keeper.get(f"/admin/activity?client={app.id}&kind={kind}")
            if events := re.findall(r'href="(/admin/activity/\d+)"', page.html):
                return unescape(keeper.get(events[0]).text)
        raise AssertionError(page.text)

    return look


def test_a_wrong_secret_says_how_it_came(server: Server, person: Person, seen: Seen) -> None:
    app = Application(server, "--skip-consent")
    app.exchange(app.code(person), client_secret="wrong")
    told = seen(app)
    assert "The secret is wrong; it came in the form (POST, client_secret_post)" in told
    assert "Sent back to the application, signed in" in told, "browser and server are one timeline"
    assert "never asked" not in told
    basic = base64.b64encode(f"{app.id}:wrong".encode()).decode()
    form = {"grant_type": "authorization_code", "code": app.code(person), "redirect_uri": app.redirect_uri}
    app.token(form, headers={"Authorization": f"Basic {basic}"})
    assert "it came in the header (Basic, client_secret_basic)" in seen(app)


def test_a_wrong_method_says_both(server: Server, person: Person, seen: Seen) -> None:
    app = Application(server, "--skip-consent", "--auth-method", "client_secret_basic")
    app.exchange(app.code(person))
    assert (
        "sent its secret in the form (POST, client_secret_post), but is registered to send it in the header "
        "(Basic, client_secret_basic)" in seen(app)
    )


def test_a_missing_verifier_points_at_pkce(server: Server, person: Person, seen: Seen) -> None:
    app = Application(server, "--skip-consent")
    app.exchange(app.code(person), code_verifier=None)
    assert "came back without its verifier (code_verifier)" in seen(app)


@pytest.mark.parametrize("secret_word", ["/other", "/callback/"])
def test_a_wrong_return_address_is_shown_beside_the_registered_one(
    server: Server, person: Person, seen: Seen, secret_word: str
) -> None:
    app = Application(server, "--skip-consent")
    person.get(app.url(redirect_uri=f"https://app.example{secret_word}"))
    told = seen(app)
    assert "Compare the two below" in told
    assert f"Sent https://app.example{secret_word} Registered https://app.example/callback" in told


def test_another_return_address_at_the_token_request_is_shown_beside_the_first(
    server: Server, person: Person, seen: Seen
) -> None:
    app = Application(server, "--skip-consent")
    app.exchange(app.code(person), redirect_uri="http://app.example/callback")
    told = seen(app)
    assert "First, with the browser https://app.example/callback" in told
    assert "Then, from its server http://app.example/callback" in told


def test_groups_that_were_not_asked_for_are_missed(server: Server, person: Person, seen: Seen) -> None:
    app = Application(server, "--skip-consent")
    assert app.exchange(app.code(person, scope="openid profile")).status_code == 200
    assert "didn’t ask for them" in seen(app)
    narrow = Application(server, "--skip-consent", "--scope", "openid", "--scope", "email")
    narrow.code(person)
    assert "it may not ask for them here" in seen(narrow)


def test_a_missing_group_names_those_that_open_the_application(
    server: Server, person: Person, seen: Seen, bob: dict[str, Any]
) -> None:
    server.run("group", "add", "watchers")
    app = Application(server, "--skip-consent", "--group", "watchers")
    person.get(app.url())
    person.submit(username=bob["username"], password=PASSWORD)
    told = seen(app)
    assert "Put them into one of: watchers." in told
    assert "Showed who they are" in told


def test_an_application_that_never_fetches_the_result_is_told(server: Server, person: Person, seen: Seen) -> None:
    app = Application(server, "--skip-consent")
    app.code(person)
    assert "hasn’t fetched the result yet" in seen(app)


def test_that_the_details_were_asked_for_is_a_step_and_that_they_never_were_is_told_where_it_matters(
    server: Server, person: Person, seen: Seen
) -> None:
    app = Application(server, "--skip-consent")
    tokens = app.tokens(person)
    assert "asked for their details" not in seen(app)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: app.userinfo(tokens["access_token"]).status_code, range(24)))
    assert set(answers) == {200}
    assert seen(app).count("The application’s server asked for their details") == 1
