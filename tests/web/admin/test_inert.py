"""Whatever people and applications call themselves stays text on every page of administrators."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from flask import Flask

from idp import activity
from idp.directory import appearance, invitations
from idp.oidc import initial_access
from idp.storage.models import Group
from tests import given
from tests.web.conftest import Visitor

HOSTILE = "\"'><img src=x onerror=alert(1)></title><script>alert(2)</script>{{7*7}}%(x)s"
FILLED = {"client_id": "films", "preset_id": "grafana", "kid": "1"}


class Looked(HTMLParser):
    """What a browser would make of a page: elements that run something, and attributes that do."""

    def __init__(self) -> None:
        super().__init__()
        self.running: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "script" and not (values.get("src") or "").startswith("/static/"):
            self.running.append(f"{tag} {attrs}")
        if tag in ("iframe", "object", "embed", "base", "style") or "style" in values:
            self.running.append(f"{tag} {attrs}")
        self.running += [f"{tag} {name}" for name in values if name.startswith("on")]
        for name in ("href", "action", "formaction", "src"):
            if re.match(r"\s*(javascript|vbscript|data:text/html)", values.get(name) or "", re.IGNORECASE):
                self.running.append(f"{tag} {name}={values[name]}")


@pytest.fixture
def hostile(root: Visitor) -> Visitor:
    """An administrator in a house where everything has a name that tries something."""
    person = given.user("mallory", display_name=HOSTILE, groups=["family"], email="mallory@example.org")
    Group.update(display_name=HOSTILE).execute()
    client = given.client(
        "films", name=HOSTILE, logo_uri="javascript:alert(1)", app_url="javascript:alert(1)", policy_uri="javascript:alert(1)",
        redirect_uris=[given.REDIRECT_URI, "app:/" + quote(HOSTILE)], contacts=[HOSTILE], allowed_groups=["family"],
        preset="grafana", registered_by=HOSTILE, registration_token_digest="x", subject_source="email",
    )  # fmt: skip
    initial_access.make(HOSTILE)
    given.grant(person, client)
    invitations.make(["family"], client, uses=2, made_by="robin")
    for event in ("page.refused", "sign_in.failed", "token.refused", "client.changed"):
        activity.record(
            event,
            attempt="a1",
            user=HOSTILE,
            client=HOSTILE,
            address=HOSTILE,
            reason=HOSTILE,
            path=HOSTILE,
            name=HOSTILE,
        )
    appearance.change(name=HOSTILE[:60])
    return root


def addresses(app: Flask) -> list[str]:
    """Every page of administrators that can be opened, with what is there in the place of its parts."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("admin.") and "GET" in (rule.methods or ()):
            address = re.sub(r"<(?:int:)?(\w+)>", lambda part: FILLED.get(part[1], "1"), rule.rule)
            found += [address, address.replace("/users/1", "/users/2")] if "/users/1" in address else [address]
    return found


def test_names_are_text_on_every_page(app: Flask, hostile: Visitor) -> None:
    shown = 0
    for address in addresses(app):
        for query in (
            "",
            "?q=mallory",
            f"?q={quote(HOSTILE)}&app_url={quote(HOSTILE)}&name={quote(HOSTILE)}&uri={quote(HOSTILE)}",
        ):
            answer = hostile.get(address + query)
            assert answer.status_code < 500, address
            look = Looked()
            look.feed(answer.text)
            assert look.running == [], address + query
            assert "alert(2)</script>" not in answer.text and "49%(x)s" not in answer.text, address
            shown += "onerror=alert" in answer.text
    assert shown > 40, "the names are on most pages, as text"


def test_what_is_sent_comes_back_as_text(app: Flask, hostile: Visitor) -> None:
    fields = ("name", "display_name", "username", "email", "group", "client", "uses", "lifetime", "accent", "app_url", "logo_uri",
              "redirect_uris", "user", "keep", "words")  # fmt: skip
    for address in addresses(app):
        if address.endswith(("/rotate", "/try", "/callback", "/delete", "/disable", "/remove")):
            continue
        page = hostile.get(address)
        if 'method="post"' not in page.text:
            continue
        answer = hostile.post(address, **dict.fromkeys(fields, HOSTILE))
        assert answer.status_code < 500, address
        look = Looked()
        look.feed(answer.text)
        assert look.running == [], address
