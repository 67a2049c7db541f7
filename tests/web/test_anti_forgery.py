"""Every form of ours needs the token that its page gave out, wherever the form is."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import given
from tests.web.conftest import Visitor

# Applications' servers send these: what they bring is no cookie but a proof of their own.
OF_PROGRAMS = {
    "/token",
    "/userinfo",
    "/introspect",
    "/revoke",
    "/par",
    "/register",
    "/register/1",
    "/device_authorization",
}
# Applications send people there with forms of their own; both pages only ask, until a form of ours answers.
OF_APPLICATIONS = {"/authorize", "/logout"}


def forms(app: Flask) -> set[str]:
    """Every address that takes a form, with something in the place of its parts."""
    return {
        re.sub(r"<[^>]+>", "1", rule.rule)
        for rule in app.url_map.iter_rules()
        if {"POST", "PUT", "PATCH", "DELETE"} & (rule.methods or set())
    } - OF_PROGRAMS


@pytest.fixture
def root(visit: Callable[..., Visitor]) -> Visitor:
    """An administrator, whose forms could do most."""
    return visit(given.user("robin", is_admin=True))


@pytest.mark.parametrize("token", [{}, {"csrf_token": ""}, {"csrf_token": "made-up"}], ids=["none", "empty", "made up"])
def test_no_form_counts_without_its_token(app: Flask, root: Visitor, token: dict[str, str]) -> None:
    found = forms(app) - OF_APPLICATIONS
    assert {"/device", "/interaction/1", "/invitation", "/setup", "/sign-in", "/forgot-password"} <= found
    for address in found:
        answer = root.browser.post(address, data=token)
        assert answer.status_code == 400 and "can’t be used any more" in answer.text, address


def test_nobody_is_signed_out_by_a_form_without_its_token(root: Visitor) -> None:
    answer = root.browser.post("/logout", data={"decision": "logout"})
    assert answer.status_code == 400
    assert root.get("/account").status_code == 200


def test_a_strangers_form_counts_as_little(app: Flask, browser: FlaskClient) -> None:
    given.user("robin", is_admin=True)
    for address in forms(app) - OF_APPLICATIONS:
        answer = browser.post(address, data={})
        asked = answer.status_code == 303 and answer.location.startswith("/interaction/")
        assert asked or answer.status_code in (400, 404), address
