"""The list of applications, one application, and what one can do with it."""

from __future__ import annotations

import re

import pytest

from idp import activity
from idp.oidc import client_health
from idp.oidc.client_authentication import authenticate
from idp.storage import clients, database, logouts
from idp.storage.models import Client
from idp.web.admin.applications import health_words
from tests import given
from tests.conftest import Clock
from tests.given import SECRET
from tests.web.conftest import Visitor


def test_the_list_says_how_sign_ins_go(root: Visitor, clock: Clock) -> None:
    given.client("c1", name="Never")
    given.client("c2", name="Fine", last_used_at=clock.now)
    given.client("c3", name="Broken", last_used_at=1, last_failed_at=2, last_failure="wrong_secret")
    given.client("c4", name="Off", disabled_at=1)
    page = root.get("/admin/applications").text
    for words in (
        "Nobody has signed in yet",
        "Works",
        "Last sign-in failed",
        "Its client secret is wrong",
        "Switched off",
    ):
        assert words in page, words


def test_every_reason_has_a_sentence() -> None:
    for reason in (*client_health.OF_TOKENS, client_health.REDIRECT_URI):
        assert str(health_words._REASONS[reason]).endswith((".", "!")), reason


def test_long_lists_go_a_page_at_a_time(root: Visitor) -> None:
    with database.transaction():
        for number in range(120):
            given.client(f"c-{number:03}", name=f"Application {number:03}")
    seen: list[str] = []
    path: str | None = "/admin/applications?q=application"
    while path:
        page = root.get(path).text
        seen += re.findall(r"<bdi>Application (\d{3})</bdi>", page)
        onward = re.search(r'href="([^"]+)" rel="next"', page)
        path = onward[1].replace("&amp;", "&") if onward else None
    assert seen == [f"{number:03}" for number in range(120)]
    assert 'rel="prev"' in page


def test_an_address_that_nobody_can_read_is_shown_with_what_is_wrong_and_not_added(root: Visitor) -> None:
    given.client("app")
    page = root.get("/admin/applications/app/address?uri=https://[")
    assert page.status_code == 200 and "is not a valid address" in page.text


def test_an_application_that_is_not_there_is_not_found(root: Visitor) -> None:
    for page in ("", "/edit", "/sheet", "/secret", "/disable", "/enable", "/delete"):
        assert root.get(f"/admin/applications/nobody{page}").status_code == 404, page


def test_a_new_secret_lets_the_old_one_work_as_long_as_was_chosen(root: Visitor, clock: Clock) -> None:
    given.client("app")
    sheet = root.post("/admin/applications/app/secret", keep="3600")
    new = re.search(r'id="secret">(cs_[^<]+)<', sheet.text)
    assert new and SECRET not in sheet.text
    for secret in (new[1], SECRET):
        assert authenticate(None, {"client_id": "app", "client_secret": secret})
    assert "an older one works until" in root.get("/admin/applications/app").text
    ended = root.post("/admin/applications/app/secret", only="newest")
    assert ended.location == "/admin/applications/app"
    with pytest.raises(Exception, match="invalid_client"):
        authenticate(None, {"client_id": "app", "client_secret": SECRET})
    assert authenticate(None, {"client_id": "app", "client_secret": new[1]})


def test_a_time_nobody_offered_changes_nothing(root: Visitor) -> None:
    given.client("app")
    assert root.post("/admin/applications/app/secret", keep="99999999").status_code == 400
    assert authenticate(None, {"client_id": "app", "client_secret": SECRET})


def test_a_public_application_has_no_secret_to_make(root: Visitor) -> None:
    given.client("app", auth_method="none")
    assert root.get("/admin/applications/app/secret").status_code == 404
    assert "/secret" not in root.get("/admin/applications/app").text


def test_it_is_switched_off_and_on_again(root: Visitor) -> None:
    given.client("app", name="Jellyfin")
    assert "Jellyfin is switched off" in root.browser.get(root.post("/admin/applications/app/disable").location).text
    assert Client.get().disabled_at is not None
    root.post("/admin/applications/app/enable")
    assert Client.get().disabled_at is None


def test_who_used_it_is_said_before_it_goes(root: Visitor, clock: Clock) -> None:
    given.client("app", name="Jellyfin")
    assert "Nobody has ever signed in to it" in root.get("/admin/applications/app/delete").text
    for name in [*(f"person{number}" for number in range(11)), "ada"]:
        clock.forward(1)
        activity.record("token.issued", user=name, client="app")
    activity.record("token.issued", user="somebody-else", client="other")
    page = root.get("/admin/applications/app/delete").text
    assert "12 people have signed in to it" in page and "and 2 more" in page
    assert page.index("ada,") < page.index("person10,") and "somebody-else" not in page
    done = root.post("/admin/applications/app/delete")
    assert done.location == "/admin/applications" and clients.all_clients() == []


def test_plain_http_is_remarked_on(root: Visitor) -> None:
    given.client("app", redirect_uris=["http://tower.lan/cb"])
    assert "http://tower.lan/cb is plain http" in root.get("/admin/applications/app").text


def test_an_application_that_can_not_be_told_of_sign_outs_says_so_until_it_can(root: Visitor, clock: Clock) -> None:
    app = given.client("app", backchannel_logout_uri="http://nas.lan/told")
    assert "IDP_OUTGOING_ALLOW=nas.lan" in root.get("/admin/applications/app").text
    Client.update(backchannel_logout_uri="https://nas.lan/told").execute()
    assert "still be signed in there" not in root.get("/admin/applications/app").text
    logouts.add("a deed", app, given.user("ada"), "sub", "sid", clock.now, clock.now)
    ((delivery, _),) = logouts.due(clock.now, 1)
    logouts.failed(delivery, "nas.lan didn't answer within 5 seconds.", clock.now + 60)
    assert "nas.lan didn&#39;t answer" in root.get("/admin/applications/app").text
    logouts.delivered(delivery, clock.now)
    assert "still be signed in there" not in root.get("/admin/applications/app").text
