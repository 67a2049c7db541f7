"""`/authorize` as HTTP; what it decides is tried in tests/oidc, journeys in tests/flows."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient

from idp import activity, throttle
from idp.storage.models import Interaction
from tests import given
from tests.given import REDIRECT_URI

PLAIN = {
    "client_id": "app",
    "redirect_uri": REDIRECT_URI,
    "response_type": "code",
    "scope": "openid",
    "state": "a b+/=",
}


@pytest.fixture(autouse=True)
def application(app: object) -> None:
    given.client()


def test_a_stranger_is_sent_to_a_page_of_ours(browser: FlaskClient) -> None:
    answer = browser.get("/authorize", query_string=PLAIN)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/interaction/")
    assert Interaction.get().request["state"] == "a b+/="


def test_a_form_is_as_good_as_a_link(browser: FlaskClient) -> None:
    """OP-CHECKLIST item 31."""
    answer = browser.post("/authorize", data=PLAIN)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/authorize?"), "a link brings the cookie, a foreign form does not"
    assert browser.get(answer.headers["Location"]).headers["Location"].startswith("/interaction/")


def test_an_error_goes_back_with_the_state_and_the_issuer(browser: FlaskClient) -> None:
    """OP-CHECKLIST items 38, 59 and 60."""
    answer = browser.get("/authorize", query_string={**PLAIN, "prompt": "none"})
    assert answer.status_code == 303
    address = urlsplit(answer.headers["Location"])
    assert address._replace(query="").geturl() == REDIRECT_URI
    assert parse_qs(address.query) == {
        "error": ["login_required"], "state": ["a b+/="], "iss": ["http://localhost:8000"],
        "error_description": ["The person is not signed in, or not recently enough."],
    }  # fmt: skip
    assert not answer.data


def test_nothing_silent_leaves_a_row_behind(browser: FlaskClient) -> None:
    browser.get("/authorize", query_string={**PLAIN, "prompt": "none"})
    assert Interaction.select().count() == 0


@pytest.mark.parametrize("uri", ["app.immich:///oauth-callback", "kitchenowl:/signin", "audiobookshelf://oauth"])
def test_an_address_of_an_app_is_sent_as_it_stands(browser: FlaskClient, uri: str) -> None:
    given.client("phone", redirect_uris=[uri])
    answer = browser.get(
        "/authorize", query_string={**PLAIN, "client_id": "phone", "redirect_uri": uri, "prompt": "none"}
    )
    assert answer.headers["Location"].startswith(uri + "?error=login_required")


@pytest.mark.parametrize(
    "change",
    [{"client_id": "nobody"}, {"redirect_uri": "https://evil.example/"}, {"redirect_uri": ""}, {"client_id": ""}],
)
def test_without_a_proven_target_there_is_only_a_page(browser: FlaskClient, change: dict[str, str]) -> None:
    """OP-CHECKLIST items 32 and 66."""
    answer = browser.get("/authorize?" + urlencode({**PLAIN, "prompt": "none", **change}))
    assert answer.status_code == 400
    assert "Location" not in answer.headers


@pytest.mark.parametrize("change", [{}, {"prompt": "none"}], ids=["asked", "silent"])
def test_strangers_cannot_fill_the_log(browser: FlaskClient, change: dict[str, str]) -> None:
    for _ in range(throttle.NOTES.failures + 50):
        browser.delete_cookie("foyer")
        browser.get("/authorize", query_string={**PLAIN, **change})
    assert len(list(activity.rows(most=10_000))) <= throttle.NOTES.failures
