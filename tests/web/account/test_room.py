"""What all pages of the account have in common."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from idp import clock
from idp.storage import credentials
from tests import given
from tests.web.account.conftest import Visitor


def addresses(app: Flask, method: str) -> list[str]:
    """Every address of the account that takes a method, with something in the place of its parts."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("account.")]
    return [
        rule.rule.replace("<int:id>", "1").replace("<sid>", "x").replace("<client_id>", "x")
        for rule in rules
        if method in (rule.methods or ()) and rule.rule.startswith("/account")
    ]


def test_nobody_sees_anything_without_signing_in(app: Flask, browser: FlaskClient) -> None:
    given.user()
    found = addresses(app, "GET")
    assert len(found) >= 3
    for address in found:
        assert browser.get(address).location.startswith("/interaction/"), address


def test_who_owes_a_second_factor_sees_nothing(app: Flask, visit: Callable[..., Visitor]) -> None:
    user = given.user("ada", display_name="Ada")
    half = visit(user)
    credentials.add(user, "recovery_code", {}, clock.now())
    for address in addresses(app, "GET"):
        answer = half.get(address)
        assert answer.status_code == 303 and answer.location.startswith("/interaction/"), address
        assert "Ada" not in answer.text


def test_every_form_needs_its_token(app: Flask, ada: Visitor) -> None:
    for address in addresses(app, "POST"):
        assert ada.browser.post(address, data={}).status_code == 400, address


@pytest.mark.parametrize("zone", ["Europe/Berlin", None, "Nowhere/Gone"])
def test_a_zone_that_is_gone_is_no_obstacle(visit: Callable[..., Visitor], zone: str | None) -> None:
    assert visit(given.user(zoneinfo=zone)).get("/account").status_code == 200


def test_the_way_around_names_the_page_one_is_on(ada: Visitor) -> None:
    page = ada.get("/account").text
    assert page.count('aria-current="page"') == 1
    assert '<a href="/account" aria-current="page">Profile</a>' in page
