"""`/admin/users`: finding, adding, changing and removing people."""

from __future__ import annotations

import re

import pytest

from idp import clock as wall_clock
from idp.storage import credentials, sessions, users
from idp.storage.models import AccessToken, Grant, Link, Session, User
from tests import given
from tests.conftest import Clock
from tests.web.conftest import Visitor, token_of

MARKUP = "<script>alert(1)</script>"


def here(person: User, what: str = "") -> str:
    return f"/admin/users/{person.id}" + (f"/{what}" if what else "")


def now(person: User) -> User:
    found: User = User.get_by_id(person.id)
    return found


def listed(page: str) -> list[str]:
    return re.findall(r'<a href="/admin/users/\d+"><bdi>([^<]+)</bdi>', page)


def test_people_are_listed_with_groups_and_state(root: Visitor) -> None:
    given.user("ada", display_name="Ada Lovelace", groups=["media", "family"])
    given.user("bob", disabled_at=1)
    page = root.get("/admin/users").text
    assert listed(page) == ["Ada Lovelace", "bob", "Robin"]
    assert "<bdi>family</bdi>, <bdi>media</bdi>" in page
    assert "Disabled" in page


@pytest.mark.parametrize("words", ["lovelace", "ADA", "ada@example.org", "love ada"])
def test_somebody_is_found_by_names_and_address(root: Visitor, words: str) -> None:
    given.user("ada", display_name="Ada Lovelace")
    given.user("grace")
    assert listed(root.browser.get("/admin/users", query_string={"q": words}).text) == ["Ada Lovelace"]


def test_many_people_come_a_page_at_a_time(root: Visitor) -> None:
    for number in range(120):
        given.user(f"u{number:03}", email=None)
    seen, address = [], "/admin/users?q=u"
    for _ in range(3):
        page = root.get(address).text
        seen += listed(page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert seen == [f"u{number:03}" for number in range(120)]
    assert not address


def test_adding_somebody_leads_to_a_link_that_is_shown_once(root: Visitor) -> None:
    given.user("other", groups=["family", "media"])
    answer = root.post("/admin/users/add", username="Ada", email="ada@example.org", display_name="Ada", group="family")
    ada = users.by_name("ada")
    assert ada is not None and users.group_names(ada) == ["family"] and not ada.is_admin
    assert answer.location == here(ada, "link")
    assert Link.select().count() == 0
    made = root.post(here(ada, "link"))
    link = re.search(r"http://localhost:8000/sign-in\?link=li_[\w-]{43}", re.sub("</?span[^>]*>", "", made.text))
    assert link and "30 minutes" in made.text
    assert link[0] not in root.get(here(ada, "link")).text
    assert "ada" in root.browser.get(link[0].removeprefix("http://localhost:8000")).text


def test_what_was_wrong_is_said_and_what_was_typed_stays(root: Visitor) -> None:
    given.user("other", groups=["family"])
    page = root.post("/admin/users/add", username="9lives", email="nowhere", display_name="Nine", group="family")
    assert page.status_code == 400
    assert 'value="Nine"' in page.text and 'value="family" id="group" checked' in page.text
    assert page.text.count("aria-invalid") == 2
    assert User.select().count() == 2


def test_details_groups_and_the_verified_mark_are_changed(root: Visitor) -> None:
    ada = given.user("ada", groups=["family"])
    given.user("other", groups=["media"])
    answer = root.post(
        here(ada, "edit"), display_name="Ada", given_name="Ada", family_name="Lovelace", email="New@example.org",
        group="media",
    )  # fmt: skip
    assert answer.location == here(ada)
    after = now(ada)
    assert (after.display_name, after.given_name, after.family_name) == ("Ada", "Ada", "Lovelace")
    assert (after.email, after.email_verified) == ("new@example.org", False)
    assert users.group_names(after) == ["media"]


def test_an_address_can_be_marked_as_verified_and_forgotten(root: Visitor) -> None:
    ada = given.user("ada", email_verified=False)
    root.post(here(ada, "edit"), email="ada@example.org", email_verified="yes")
    assert now(ada).email_verified
    root.post(here(ada, "edit"), email="", email_verified="yes")
    assert (now(ada).email, now(ada).email_verified) == (None, False)


def test_the_address_of_somebody_else_is_refused(root: Visitor) -> None:
    ada = given.user("ada")
    given.user("grace")
    assert root.post(here(ada, "edit"), email="grace@example.org").status_code == 400
    assert now(ada).email == "ada@example.org"


def test_disabling_ends_sessions_and_tokens_at_once(root: Visitor, clock: Clock) -> None:
    ada, app = given.user("ada"), given.client()
    given.session(ada)
    given.access_token(given.grant(ada, app))
    assert root.post(here(ada, "disable")).location == here(ada)
    assert "signed out everywhere" in root.get(here(ada)).text
    assert now(ada).disabled_at is not None
    assert Session.select().where(Session.user == ada).count() == 0
    assert Grant.get(Grant.user == ada).revoked_at is not None and AccessToken.select().count() == 1
    assert root.post(here(ada, "link")).status_code == 400
    root.post(here(ada, "enable"))
    assert now(ada).disabled_at is None


def test_a_deleted_persons_name_is_never_given_out_again(root: Visitor) -> None:
    ada = given.user("ada")
    page = root.get(here(ada, "delete")).text
    assert "never given to anybody else" in page
    assert root.post(here(ada, "delete")).location == "/admin/users"
    assert root.get(here(ada)).status_code == 404
    again = root.post("/admin/users/add", username="ada", email="ada@example.org")
    assert again.status_code == 400 and "choose another name" in again.text


@pytest.mark.parametrize("what", ["disable", "delete", "edit"])
def test_the_last_administrator_stays_and_the_page_says_why(root: Visitor, what: str) -> None:
    page = root.post(here(root.user, what), email="robin@example.org")
    assert page.status_code == 400
    assert "is the last administrator" in page.text
    assert now(root.user).is_admin and now(root.user).disabled_at is None


def test_resetting_takes_every_second_factor_and_keeps_the_password(root: Visitor) -> None:
    ada = given.user("ada")
    for kind in ("password", "totp", "recovery_code"):
        credentials.add(ada, kind, {"secret": "A" * 32, "step": 0}, wall_clock.now(), name="Phone")
    assert "Phone" in root.get(here(ada)).text
    root.post(here(ada, "reset-factors"))
    assert credentials.every_second(ada) == [] and len(credentials.of(ada, "password")) == 1


def test_all_sessions_end(root: Visitor, clock: Clock) -> None:
    ada = given.user("ada")
    given.session(ada)
    assert "In one browser." in root.get(here(ada)).text
    root.post(here(ada, "end-sessions"))
    assert sessions.of_user(ada, clock.now) == []


def test_names_with_markup_are_only_text(root: Visitor) -> None:
    ada = given.user("ada", display_name=MARKUP, given_name=MARKUP, groups=['"><b>'])
    for address in ("/admin/users", "/admin/users/add", *(here(ada, each) for each in ("", "edit", "delete", "link"))):
        page = root.get(address).text
        assert MARKUP not in page and '"><b>' not in page, address


def test_what_was_typed_is_there_after_signing_in_again(root: Visitor, clock: Clock) -> None:
    from tests.web.admin.test_guard import renewed

    ada = given.user("ada", groups=["family"])
    token = re.search(r'name="csrf_token" value="([^"]+)"', root.get(here(ada, "edit")).text)
    assert token
    clock.forward(601)
    answer = root.browser.post(
        here(ada, "edit"), data={"csrf_token": token[1], "display_name": "Ada the First", "email": "ada@example.org", "sent": "1"}
    )  # fmt: skip
    assert answer.location.startswith("/interaction/")
    renewed(root, clock)
    page = root.get(here(ada, "edit")).text
    assert 'value="Ada the First"' in page and 'value="family" id="group">' in page
    assert now(ada).display_name is None


def test_a_form_left_open_reaches_nobody_who_came_after(root: Visitor) -> None:
    kim = given.user("kim")
    page = root.get(here(kim, "edit"))
    kim.delete_instance()
    lee = given.user("lee")
    form = {"csrf_token": token_of(page.text), "email": "kim@example.org", "is_admin": "on"}
    assert root.browser.post(here(kim, "edit"), data=form).status_code == 404
    assert not now(lee).is_admin and lee.id != kim.id


@pytest.mark.parametrize("id", [0, 999_999, 2**63, 10**30])
def test_who_is_not_there_is_not_found(root: Visitor, id: int) -> None:
    assert root.get(f"/admin/users/{id}").status_code == 404
