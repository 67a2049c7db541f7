"""Somebody who is shut out while several processes serve: each of them knows at once, wherever a token can be shown."""

from __future__ import annotations

import concurrent.futures
import secrets
from collections.abc import Callable

import pytest
import requests

from tests.flows.application import PASSWORD, Application, error_of
from tests.flows.television import Television, type_code
from tests.flows.visitors import visitor
from tests.server import Server

OFFLINE = "openid profile offline_access"
WAYS: dict[str, tuple[str, ...]] = {"disable": ("disable",), "delete": ("delete", "--yes")}


@pytest.fixture(scope="module")
def many(idp_server: Callable[..., Server]) -> Server:
    """A provider of four processes."""
    return idp_server(IDP_WORKERS="4")


@pytest.mark.parametrize("way", WAYS)
def test_a_person_who_is_shut_out_is_nobody_in_every_process_at_every_endpoint_at_once(many, way):
    name = many.add_user(f"user{secrets.token_hex(4)}", PASSWORD)["username"]
    app = Application(many, "--skip-consent", "--access-token-format", "jwt")
    opaque_app, television = Application(many, "--skip-consent"), Television(many, "--skip-consent")
    person = visitor(many)
    jwt, handle = app.tokens(person, name, scope=OFFLINE), opaque_app.tokens(person, name, scope=OFFLINE)
    unused = opaque_app.ask(person, prompt="none")["code"]
    code = television.code()
    type_code(person, code["user_code"])
    person.submit(decision="allow")
    assert "go back to your device" in person.page.text
    session = {"foyer": person.browser.cookies["foyer"]}
    for own, tokens in ((app, jwt), (opaque_app, handle)):
        assert own.userinfo(tokens["access_token"]).status_code == 200
        assert own.post("/introspect", token=tokens["refresh_token"]).json()["active"]
    command, *options = WAYS[way]
    many.idp("user", command, name, *options)

    def everywhere(_number: int) -> list[object]:
        silent = requests.get(opaque_app.url(prompt="none"), cookies=session, allow_redirects=False, timeout=30)
        account = requests.get(f"{many.issuer}/account", cookies=session, allow_redirects=False, timeout=30)
        told: list[object] = ["error=login_required" in silent.headers["Location"], account.status_code == 200]
        for own, tokens in ((app, jwt), (opaque_app, handle)):
            told.append(own.userinfo(tokens["access_token"]).status_code)
            told += [own.post("/introspect", token=tokens[kind]).json() for kind in ("access_token", "refresh_token")]
            told += [error_of(own.refresh(tokens["refresh_token"]))]
        return [*told, error_of(opaque_app.exchange(unused))]

    inactive = {"active": False}
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(everywhere, range(12)))
    for answer in answers:
        assert answer == [True, False, *[401, inactive, inactive, "invalid_grant"] * 2, "invalid_grant"]
    assert error_of(television.poll(code)) in ("access_denied", "invalid_grant"), "nor does a device that was let in"
