"""Password, authenticators and recovery codes, as the pages show and change them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from idp import opaque
from idp.assurance import Factor, Proof
from idp.authenticators import recovery_code
from idp.storage import credentials, sessions
from idp.storage.models import Credential
from tests import given
from tests.conftest import Clock
from tests.web.account.conftest import Visitor
from tests.web.conftest import token_of

NEW = "seven grey herons overhead"


@pytest.fixture
def secured(visit: Callable[..., Visitor], clock: Clock) -> tuple[Visitor, Credential]:
    """Ada with a password and an authenticator app, both of which she has just used."""
    user = given.user()
    credentials.add(user, "password", {"hash": "x"}, clock.now)
    phone = credentials.add(user, "totp", {"secret": "x"}, clock.now, name="Phone")
    code = Proof("totp", frozenset({Factor.POSSESSION}), ("otp",), clock.now, "earlier", identifies=False)
    return visit(user, proofs=[given.proof(at=clock.now), code]), phone


def test_what_is_enrolled_is_listed_with_what_it_offers(secured: tuple[Visitor, Credential]) -> None:
    ada, phone = secured
    page = ada.get("/account/security").text
    for words in ("Change password", "Phone", "not used yet", "Set up authenticator app", "Create recovery codes"):
        assert words in page, words
    assert f"/account/security/{phone.id}/remove" in page


def test_each_thing_says_what_it_is_once(secured: tuple[Visitor, Credential]) -> None:
    ada, phone = secured
    assert "Authenticator app · " in ada.get("/account/security").text
    ada.post(f"/account/security/{phone.id}", name="Authenticator app")
    assert "Authenticator app · " not in ada.get("/account/security").text


def test_who_has_no_password_is_offered_to_set_one(ada: Visitor) -> None:
    page = ada.get("/account/security").text
    assert "Set a password" in page and "Change password" not in page
    assert "Set a password" in ada.get("/account/security/password").text


def test_password_managers_find_the_page(ada: Visitor) -> None:
    assert ada.get("/.well-known/change-password").location == "/account/security/password"


def test_a_changed_password_renews_the_cookie_and_says_so(ada: Visitor) -> None:
    before = ada.browser.get_cookie("foyer", domain="localhost")
    saved = ada.post("/account/security/password", password=NEW)
    assert (saved.status_code, saved.location) == (303, "/account/security")
    after = ada.browser.get_cookie("foyer", domain="localhost")
    assert before and after and before.value != after.value
    assert "Your new password counts from now on" in ada.get("/account/security").text


def test_a_weak_password_is_refused_with_the_reason_and_never_shown(ada: Visitor) -> None:
    refused = ada.post("/account/security/password", password="ada ada ada ada 1")
    assert refused.status_code == 400 and "made of your own names" in refused.text
    assert "ada ada ada ada 1" not in refused.text
    assert not credentials.of(ada.user, "password")


def test_strength_is_told_with_and_without_script(ada: Visitor) -> None:
    checked = ada.post("/account/security/password", password=NEW, check="1")
    assert checked.status_code == 200 and "Very strong" in checked.text and NEW not in checked.text
    token = token_of(ada.get("/account/security/password").text)
    found = ada.browser.post("/account/security/password/strength", data={"csrf_token": token, "password": NEW})
    assert found.json is not None and found.json["score"] == 4
    assert not credentials.of(ada.user, "password")


@pytest.mark.parametrize(
    "path", ["/account/security/password", "/account/security/1", "/account/security/1/remove",
             "/account/security/recovery-codes", "/account/email"],
)  # fmt: skip
def test_no_change_is_possible_long_after_the_sign_in(visit: Callable[..., Visitor], path: str) -> None:
    user = given.user()
    phone = credentials.add(user, "totp", {"secret": "x"}, 1, name="Phone")
    Credential.update(id=1).where(Credential.id == phone.id).execute()
    at = given.proof().at - 601
    code = Proof("totp", frozenset({Factor.POSSESSION}), ("otp",), at, "earlier", identifies=False)
    tired = visit(user, proofs=[given.proof(at=at), code])
    token = token_of(tired.get("/account/security").text)
    for answer in (tired.get(path), tired.browser.post(path, data={"csrf_token": token, "password": NEW, "name": "x",
                                                                    "email": "x@example.org"})):  # fmt: skip
        assert answer.status_code == 303 and answer.location.startswith("/interaction/")
    assert Credential.get_by_id(1).name == "Phone" and not credentials.of(user, "password")
    assert tired.now().email == "ada@example.org" and not recovery_code.left(user)


def test_a_fresh_password_alone_changes_nothing_for_who_has_a_second_factor(
    visit: Callable[..., Visitor], clock: Clock
) -> None:
    user = given.user()
    credentials.add(user, "totp", {"secret": "x"}, 1, name="Phone")
    old = Proof("totp", frozenset({Factor.POSSESSION}), ("otp",), clock.now - 700, "earlier", identifies=False)
    ada = visit(user, proofs=[old, given.proof(at=clock.now)])
    assert ada.get("/account/security").status_code == 200
    assert ada.get("/account/security/password").location.startswith("/interaction/")


def test_it_is_renamed(secured: tuple[Visitor, Credential]) -> None:
    ada, phone = secured
    assert ada.post(f"/account/security/{phone.id}", name="<b>Old</b>").status_code == 303
    page = ada.get("/account/security").text
    assert "&lt;b&gt;Old&lt;/b&gt;" in page and "The name has been changed." in page


def test_a_name_typed_too_late_waits(secured: tuple[Visitor, Credential], clock: Clock) -> None:
    ada, phone = secured
    here = f"/account/security/{phone.id}"
    token = token_of(ada.get(here).text)
    clock.forward(601)
    ada.browser.post(here, data={"csrf_token": token, "name": "Old phone"})
    row = sessions.Session.get_by_id(ada.session.id)
    assert row.data["typed"] == {"path": here, "fields": {"name": ["Old phone"]}}


def test_it_is_removed_after_a_question_that_says_what_follows(secured: tuple[Visitor, Credential]) -> None:
    ada, phone = secured
    here = f"/account/security/{phone.id}/remove"
    question = ada.get(here).text
    assert "Remove “Phone”?" in question and "your recovery codes go too" in question
    assert credentials.of(ada.user, "totp"), "asking removes nothing"
    assert ada.post(here).location == "/account/security"
    assert "“Phone” has been removed." in ada.get("/account/security").text
    assert ada.get(here).status_code == 404


def test_the_last_way_in_is_not_removed(secured: tuple[Visitor, Credential]) -> None:
    ada, phone = secured
    token = token_of(ada.get(f"/account/security/{phone.id}/remove").text)
    credentials.remove_all(ada.user, "password")
    assert ada.get(f"/account/security/{phone.id}/remove").status_code == 409
    late = ada.browser.post(f"/account/security/{phone.id}/remove", data={"csrf_token": token})
    assert late.status_code == 409 and credentials.of(ada.user, "totp")


def test_recovery_codes_are_shown_once_and_counted(secured: tuple[Visitor, Credential]) -> None:
    ada, _phone = secured
    shown = ada.post("/account/security/recovery-codes")
    codes = re.findall(r"<code>([A-Z2-7-]{29})</code>", shown.text)
    assert len(codes) == 10
    assert "10 codes are left." in ada.get("/account/security").text
    assert not any(code in ada.get("/account/security/recovery-codes").text for code in codes)
    assert "The 10 codes that you have left stop working." in ada.get("/account/security/recovery-codes").text


@pytest.mark.parametrize(
    ("left", "words"),
    [(0, "You have none."), (1, "Only one is left."), (2, "Only 2 are left."), (3, "3 codes are left.")],
)
def test_who_runs_out_of_codes_is_warned(secured: tuple[Visitor, Credential], left: int, words: str) -> None:
    ada, _phone = secured
    for number in range(left):
        credentials.add(ada.user, recovery_code.NAME, {}, 1, handle=opaque.digest(str(number)))
    page = ada.get("/account/security").text
    assert words in page
    assert ('class="thing-wrong"' in page) is (left <= 2)


def test_without_a_second_factor_there_are_no_codes(ada: Visitor) -> None:
    assert "Set one up first" in ada.get("/account/security/recovery-codes").text
    token = token_of(ada.get("/account/profile").text)
    answer = ada.browser.post("/account/security/recovery-codes", data={"csrf_token": token})
    assert answer.status_code == 303 and not recovery_code.left(ada.user)


def test_adding_one_begins_where_the_rest_is_done(ada: Visitor) -> None:
    begun = ada.post("/account/security", add="totp")
    assert begun.location.startswith("/interaction/")
    assert "Set up authenticator app" in ada.get(begun.location).text
    assert ada.post("/account/security", add="password").status_code == 400


def test_who_comes_back_from_adding_one_is_told(secured: tuple[Visitor, Credential]) -> None:
    ada, phone = secured
    assert "It has been set up." in ada.get(f"/account/security?since={phone.created_at}").text
    assert "It has been set up." not in ada.get(f"/account/security?since={phone.created_at + 1}").text
    assert ada.get("/account/security?since=x").status_code == 200
