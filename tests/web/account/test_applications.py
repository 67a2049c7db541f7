"""What somebody may open, what each application may see, and taking that back."""

from __future__ import annotations

from collections.abc import Callable

from idp import activity, opaque
from idp.storage import access_tokens, consents
from idp.storage.database import transaction
from idp.storage.models import Client
from tests import given
from tests.conftest import Clock
from tests.web.account.conftest import Visitor

ON_THE_DEVICE = "Starts on the television or other device itself."


def allow(ada: Visitor, client: Client, at: int, *claims: str) -> None:
    with transaction(durable=True):
        consents.keep(ada.user, client, ["profile", "openid"], claims, at)


def use(ada: Visitor, client: Client) -> None:
    activity.record("code.issued", user=ada.user.username, client=client.client_id)


def test_what_was_allowed_is_told_in_plain_words(ada: Visitor, clock: Clock) -> None:
    allow(ada, given.client(), clock.now, "zoneinfo")
    page = ada.get("/account/applications").text
    for words in ("The app", "Who you are", "Your name", "Your time zone", "not used lately", "Take back"):
        assert words in page, words
    assert page.index("Who you are") < page.index("Your name")
    assert "Your e-mail address" not in page


def test_what_nobody_is_asked_about_stands_there_once_it_was_used(ada: Visitor) -> None:
    client = given.client(skip_consent=True, scopes=["openid", "email"])
    assert "Take back" not in ada.get("/account/applications").text
    use(ada, client)
    page = ada.get("/account/applications").text
    assert "Allowed by an administrator" in page and "Your e-mail address" in page and "last used" in page


def test_only_what_is_open_to_somebody_is_offered(visit: Callable[..., Visitor], clock: Clock) -> None:
    ada = visit(given.user(groups=["family"]))
    given.client("a", name="For all", app_url="https://all.example/")
    given.client("b", name="For the family", allowed_groups=["family"], app_url="https://family.example/x?y=1&z")
    given.client("c", name="For others", allowed_groups=["others"], app_url="https://others.example/")
    given.client("d", name="Switched off", disabled_at=1)
    page = ada.get("/account/applications").text
    assert "For all" in page and "For the family" in page
    assert 'href="https://family.example/x?y=1&amp;z" target="_blank" rel="noopener noreferrer"' in page
    assert "For others" not in page and "Switched off" not in page


def test_what_has_been_closed_meanwhile_is_still_shown_but_not_opened(ada: Visitor, clock: Clock) -> None:
    allow(ada, given.client(allowed_groups=["others"], app_url="https://app.example/"), clock.now)
    page = ada.get("/account/applications").text
    assert "Closed to you now" in page and "https://app.example/" not in page and "Take back" in page


def test_an_address_that_is_no_web_address_is_no_link(ada: Visitor) -> None:
    given.client(app_url="javascript:alert(1)")
    assert "javascript:" not in ada.get("/account/applications").text


def test_logos_of_applications_may_be_loaded(ada: Visitor) -> None:
    given.client("a", logo_uri="https://cdn.example/a.png")
    given.client("b", logo_uri="https://cdn2.example/b.png")
    policy = ada.get("/account/applications").headers["Content-Security-Policy"]
    assert "img-src 'self' data: https://cdn.example https://cdn2.example;" in policy


def test_taking_back_forgets_the_yes_and_ends_what_was_granted(ada: Visitor, clock: Clock) -> None:
    client, other = given.client(), given.client("other")
    for each in (client, other):
        allow(ada, each, clock.now)
        use(ada, each)
    gone = given.access_token(given.grant(ada.user, client))
    kept = given.access_token(given.grant(ada.user, other))
    here = "/account/applications/app/revoke"
    question = ada.get(here).text
    assert "Take back what The app may see?" in question and "may keep you signed in" in question
    assert ada.post(here).location == "/account/applications"
    assert not consents.covers(ada.user, client, ["openid"], []) and consents.covers(ada.user, other, ["openid"], [])
    assert access_tokens.find_alive_of_person(opaque.digest(gone), clock.now) is None
    assert access_tokens.find_alive_of_person(opaque.digest(kept), clock.now) is not None
    page = ada.get("/account/applications").text
    assert "The app can’t read your details any more." in page and "May see nothing now" in page


def test_what_was_never_allowed_can_not_be_taken_back(ada: Visitor) -> None:
    given.client()
    assert ada.get("/account/applications/app/revoke").status_code == 404
    assert ada.get("/account/applications/nobody/revoke").status_code == 404


def test_nothing_at_all_is_said_kindly(ada: Visitor) -> None:
    page = ada.get("/account/applications").text
    assert "None yet." in page and "No application is open to you so far. Ask the person who runs" in page
    assert "/admin/gallery" not in page


def test_a_service_that_gets_tokens_for_itself_is_open_to_nobody(ada: Visitor) -> None:
    given.client("indexer", grant_types=["client_credentials"], redirect_uris=[])
    given.client("television", grant_types=["urn:ietf:params:oauth:grant-type:device_code"], redirect_uris=[])
    page = ada.get("/account/applications").text
    assert "The television" in page and "The indexer" not in page
    assert page.count(ON_THE_DEVICE) == 1 and 'href="/device"' in page


def test_what_can_be_opened_here_is_not_said_to_start_on_a_device(ada: Visitor) -> None:
    device = "urn:ietf:params:oauth:grant-type:device_code"
    given.client("both", grant_types=["authorization_code", device], app_url="https://both.example.org")
    page = ada.get("/account/applications").text
    assert 'href="https://both.example.org"' in page and ON_THE_DEVICE not in page


def test_an_administrator_is_led_to_the_gallery_rather_than_to_somebody_else(ada: Visitor) -> None:
    ada.user.is_admin = True
    ada.user.save()
    page = ada.get("/account/applications").text
    assert "No application is open to you so far." in page and 'href="/admin/gallery"' in page
    assert "Ask the person who runs" not in page


def test_the_link_begins_the_sign_in_where_the_application_has_an_address_for_that(ada: Visitor) -> None:
    """OIDC Core 4: the issuer goes along, so that the application knows where to send people."""
    given.client("one", app_url="https://one.example.org", initiate_login_uri="https://one.example.org/login?a=b")
    given.client("two", app_url="https://two.example.org")
    page = ada.get("/account/applications").text
    assert 'href="https://one.example.org/login?a=b&amp;iss=http%3A%2F%2Flocalhost%3A8000"' in page
    assert 'href="https://two.example.org"' in page
