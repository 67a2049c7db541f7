"""Pages about applications that have keys, or push their requests."""

from __future__ import annotations

import json
import secrets

from ..signer import Signer
from .views import Visit, administrator_at, view


def _keyed(visit: Visit) -> str:
    keys = {"keys": [Signer(kid="2026-11").members, Signer("RS256").members]}
    name = f"Archive {secrets.token_hex(3)}"
    about = ("--redirect-uri", "https://archive.example.org/callback", "--auth-method", "private_key_jwt")
    added = visit.house.server.idp_json("client", "add", name, *about, "--jwks", json.dumps(keys), "--require-par")
    return str(added["client_id"])


@view
def admin_application_with_keys(visit: Visit) -> None:
    administrator_at(visit, f"/admin/applications/{_keyed(visit)}")
    visit.tab.page.get_by_text("2026-11").wait_for()


@view
def admin_form_with_keys(visit: Visit) -> None:
    administrator_at(visit, f"/admin/applications/{_keyed(visit)}/edit")
    visit.tab.page.locator("#jwks").wait_for()


@view
def admin_form_with_a_private_key(visit: Visit) -> None:
    administrator_at(visit, f"/admin/applications/{_keyed(visit)}/edit")
    visit.tab.page.locator("#jwks").fill('{"keys": [{"kty": "oct", "k": "AAAA"}]}')
    visit.tab.press("Save")
    visit.tab.page.get_by_role("alert").wait_for()


@view
def error_pushed_link_over(visit: Visit) -> None:
    word = "urn:ietf:params:oauth:request_uri:pr_" + "A" * 43
    visit.tab.open(f"{visit.house.issuer}/authorize?client_id={visit.house.vault}&request_uri={word}")
    visit.tab.shows("This sign-in link doesn’t work any more")
