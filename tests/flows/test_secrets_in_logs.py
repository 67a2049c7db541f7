"""No secret is ever logged, at the most talkative level and in both formats (SECURITY 5, pyop H10)."""

from __future__ import annotations

import json

import pytest

from tests.flows.application import PASSWORD, Application
from tests.flows.visitors import visitor


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_canary_is_found_in_the_log_or_the_activity(idp_server, form):
    server = idp_server(IDP_LOG_LEVEL="debug", IDP_LOG_FORMAT=form)
    canaries = {
        "a wrong password": "CANARY-wrong-password",
        "a made-up token": "CANARY-token",
        "a nonce": "CANARY-nonce",
    }
    person = visitor(server)
    link = server.idp("setup-link").strip()
    canaries["the set-up link"] = link.partition("link=")[2]
    person.get(link)
    person.submit(username="olga", email="o@example.org", display_name="", password=PASSWORD)
    canaries["the administrator's cookie"] = person.browser.cookies["foyer"]
    server.add_user("alice", "canary battery horse staple")
    own, other = Application(server, "--skip-consent"), visitor(server)
    other.get(own.url(nonce=canaries["a nonce"], state="CANARY-state"))
    canaries["the cookie before signing in"] = other.browser.cookies["foyer"]
    other.submit(username="alice", password=canaries["a wrong password"])
    other.submit(username="alice", password="canary battery horse staple")
    canaries["the cookie"] = other.browser.cookies["foyer"]
    code = own.answer(other.left_to)["code"]
    tokens = own.exchange(code).json()
    own.exchange(code), own.exchange(code, code_verifier="y" * 43), own.exchange("CANARY-code")
    own.exchange(code, client_secret="CANARY-secret")
    own.userinfo(canaries["a made-up token"]), own.userinfo(tokens["access_token"])
    own.token({"code": "CANARY-basic"}, auth=(own.id, "CANARY-basic"))
    lasting = own.exchange(own.ask(other, scope="openid offline_access")["code"]).json()
    renewed = own.refresh(lasting["refresh_token"]).json()
    own.refresh(lasting["refresh_token"]), own.refresh("rt_CANARY-refresh"), own.refresh("x", client_secret="CANARY-s")
    for path in ("/introspect", "/revoke"):
        own.post(path, token=renewed["access_token"]), own.post(path, token="at_CANARY-token")
    own.post("/revoke", token=renewed["refresh_token"]), own.post("/revoke", token="eyJ.CANARY-jwt.x")
    other.get("/account?token=CANARY-query")
    own.ask(other, id_token_hint=tokens["id_token"], prompt="none"), own.ask(other, id_token_hint="CANARY-hint")
    other.get("/setup?link=li_CANARY-link")
    other.get("/logout")
    other.submit(decision="logout")
    server.idp("client", "rotate-secret", own.id)
    link = server.idp("user", "link", "alice").strip()
    canaries["the sign-in link"] = link.partition("link=")[2]
    other.get(link)
    other.submit(link=canaries["the sign-in link"])
    other.get(link), other.get("/sign-in?link=li_CANARY-link")
    canaries |= {
        "the password": "canary battery horse staple", "the administrator's password": PASSWORD, "the code": code,
        "the access token": tokens["access_token"], "the refresh token": lasting["refresh_token"],
        "the next access token": renewed["access_token"], "the next refresh token": renewed["refresh_token"], "the ID token": tokens["id_token"].rpartition(".")[2],
        "the client secret": own.secret or "", "the verifier": own.verifier, "any other": "CANARY-",
    }  # fmt: skip
    log = "\n".join(line for line in server.log().splitlines() if "/setup?link=" not in line)  # printed for the owner
    found = {"log": log, "activity": server.idp("audit", "--json")}
    assert "sign_in" in log and len(log.splitlines()) > 10
    for place, text in found.items():
        assert [what for what, canary in canaries.items() if canary in text] == [], place
    if form == "json":
        lines = [line for line in log.splitlines() if line.startswith("{")]
        assert all("event" in json.loads(line) for line in lines) and len(lines) > 10
