"""Thousands of bad registrations: never a 5xx or a traceback, and what is taken is taken whole.

The requests are the same in every run; IDP_TEST_FUZZ says how many there are.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.flows.application import CALLBACK
from tests.flows.fuzzing import NASTY, Fuzzer
from tests.server import Server
from tests.signer import Signer

TIMES = int(os.environ.get("IDP_TEST_FUZZ", "3000"))
GOOD: dict[str, Any] = {
    "client_name": "Fuzzed", "redirect_uris": [CALLBACK], "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"], "scope": "openid email", "token_endpoint_auth_method": "client_secret_post",
    "client_uri": "https://app.example", "logo_uri": "https://app.example/logo.png", "contacts": ["ada@example.org"],
    "post_logout_redirect_uris": ["https://app.example/bye"], "id_token_signed_response_alg": "ES256",
    "userinfo_signed_response_alg": "RS256", "subject_type": "pairwise", "sector_identifier_uri": None,
    "initiate_login_uri": "https://app.example/login", "frontchannel_logout_uri": "https://app.example/out",
    "frontchannel_logout_session_required": True, "backchannel_logout_uri": "https://app.example/out",
    "jwks_uri": None, "jwks": Signer().jwks, "request_object_signing_alg": "ES256", "require_pushed_authorization_requests": False,
}  # fmt: skip
ODD: list[Any] = [None, True, False, 0, -1, 1.5, 10**400, "", [], {}, [[]], [None], [1], [{}], {"a": {"b": []}}, [[[[]]]],
                  "\ud800", ["\udfff"], "a\x00b", ["x"] * 2_000, {"keys": None}, {"keys": [{}]}, {"keys": [None]}]  # fmt: skip


@pytest.fixture(scope="module")
def target(idp_server: Callable[..., Server]) -> Server:
    return idp_server(IDP_WORKERS="2")


def spoilt(fuzzer: Fuzzer) -> bytes:
    """A registration that is bad in some way, now and then a good one."""
    members = dict(GOOD)
    for _ in range(fuzzer.choice((0, 1, 1, 1, 2, 3))):
        name = fuzzer.choice(list(GOOD))
        how = fuzzer.randrange(5)
        if how == 0:
            members.pop(name, None)
        elif how == 1:
            members[name] = fuzzer.choice(ODD)
        elif how == 2:
            members[fuzzer.choice(["client_id", "client_secret", "skip_consent", "x", "__proto__", ""])] = (
                fuzzer.choice(ODD)
            )
        else:
            value = fuzzer.choice(NASTY)[:3_000]
            members[name] = [value] if isinstance(GOOD[name], list) else value
    raw = json.dumps(members).encode()
    return fuzzer.spoilt(raw)[:60_000] if fuzzer.random() < 0.3 else raw


@pytest.mark.parametrize("verb", ["POST", "PUT"])
def test_no_bad_registration_makes_the_provider_fail(target: Server, verb: str) -> None:
    handle = target.idp_json("registration-token", "add", "Fuzz", "--uses", "1000")["initial_access_token"]
    fuzzer, seen, log_before = Fuzzer(len(verb)), Counter[int](), len(target.log())
    address = f"{target.issuer}/register"
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Content-Type"] = "application/json"
        if verb == "PUT":
            mine = session.post(
                address, json={"redirect_uris": [CALLBACK]}, headers={"Authorization": f"Bearer {handle}"}
            ).json()
            address, handle = mine["registration_client_uri"], mine["registration_access_token"]
        for number in range(TIMES // 3):
            body = spoilt(fuzzer)
            if verb == "PUT" and body.startswith(b"{"):
                body = b'{"client_id": ' + json.dumps(mine["client_id"]).encode() + b", " + body[1:]
            answer = session.request(
                verb, address, data=body, headers={"Authorization": f"Bearer {handle}"}, timeout=30
            )
            seen[answer.status_code] += 1
            assert answer.status_code in (200, 201, 400, 401, 413, 429), (  # 429: changed too often
                f"request {number}: {answer.status_code}\n{body[:2_000]!r}"
            )
            told = answer.json()
            if answer.status_code == 400:
                assert told["error"] in ("invalid_client_metadata", "invalid_redirect_uri")
                assert set(map(ord, told["error_description"])) <= set(range(0x20, 0x7F)) - {0x22, 0x5C}  # RFC 6749 5.2
            elif answer.ok:
                assert told["redirect_uris"] and all(uri.isascii() for uri in told["redirect_uris"])
    log = target.log()[log_before:]
    assert "Traceback" not in log and " ERROR " not in log, log[-3_000:]
    assert seen[400] and (seen[200] or seen[201]), f"the requests were all alike: {seen}"
