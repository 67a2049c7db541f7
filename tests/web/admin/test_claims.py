"""The editor for custom claims, whosever they are, without script."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from idp.custom_claims import rules
from idp.presets.preset import KINDS_OF_CLAIMS
from idp.storage.models import Activity, Client, Group, User
from tests import given
from tests.conftest import Clock
from tests.web.admin.test_guard import renewed
from tests.web.conftest import Visitor, token_of

KINDS = ["text", "number", "yes_no", "json"]
ROWS = [("immich_role", "text", "admin"), ("immich_quota", "number", "50"), ("allowed", "yes_no", "Yes"),
        ("abspermissions", "json", '{"canDownload": true,\r\n "allowedLibraries": ["a"]}')]  # fmt: skip
VALUES = {
    "immich_role": "admin",
    "immich_quota": 50,
    "allowed": True,
    "abspermissions": {"canDownload": True, "allowedLibraries": ["a"]},
}


@pytest.fixture(params=["user", "group", "application"])
def door(request: pytest.FixtureRequest, root: Visitor) -> tuple[str, Any]:
    """The address of somebody or something with the editor, and how to look what it has."""
    ada, app = given.user("ada", groups=["family"]), given.client("photos")
    family = Group.get(Group.name == "family")
    return {
        "user": (f"/admin/users/{ada.id}", lambda: User.get(User.id == ada.id).claims),
        "group": (f"/admin/groups/{family.id}", lambda: Group.get().claims),
        "application": ("/admin/applications/photos", lambda: Client.get(Client.client_id == app.client_id).claims),
    }[request.param]


def send(root: Visitor, here: str, rows: list[tuple[str, str, str]], **button: str) -> Any:
    token = token_of(root.get(f"{here}/claims").text)
    names, kinds, values = (list(each) for each in zip(*rows, strict=True)) if rows else ([], [], [])
    form = {"csrf_token": token, "claim_name": names, "claim_kind": kinds, "claim_value": values, **button}
    return root.browser.post(f"{here}/claims", data=form)


def fields(page: str, name: str) -> list[str]:
    """What stands in the fields with this name, in order."""
    found = {
        "claim_name": re.findall(r'name="claim_name" value="([^"]*)"', page),
        "claim_kind": re.findall(r'<option value="(\w+)" selected>', page),
        "claim_value": re.findall(r'name="claim_value"[^>]*>\n([^<]*)</textarea>', page),
    }[name]
    return [html.unescape(each) for each in found]


def test_rows_become_claims_of_their_kinds_and_are_shown_again(root: Visitor, door: tuple[str, Any]) -> None:
    here, now = door
    answer = send(root, here, [*ROWS, ("", "text", "")])
    assert (answer.status_code, answer.location) == (303, here)
    assert now() == VALUES and now()["allowed"] is True
    shown = html.unescape(root.get(here).text)
    assert all(name in shown for name in VALUES) and '"admin"' in shown
    page = root.get(f"{here}/claims").text
    assert fields(page, "claim_name") == [*VALUES, ""]
    assert fields(page, "claim_kind") == [*KINDS, "text"]
    assert fields(page, "claim_value")[:3] == ["admin", "50", "yes"]
    before = Activity.select().count()
    assert (
        send(
            root,
            here,
            list(zip(*(fields(page, name) for name in ("claim_name", "claim_kind", "claim_value")), strict=True)),
        ).location
        == here
    )
    assert Activity.select().count() == before, "nothing has changed"
    send(root, here, [("", "text", "")])
    assert now() == {}


def test_a_row_is_removed_or_added_without_saving_anything(root: Visitor, door: tuple[str, Any]) -> None:
    here, now = door
    page = send(root, here, ROWS, remove="2")
    assert page.status_code == 200 and "Nothing has been saved yet" in page.text
    assert fields(page.text, "claim_name") == ["immich_role", "allowed", "abspermissions", ""]
    page = send(root, here, ROWS, more="1")
    assert fields(page.text, "claim_name")[-3:] == ["abspermissions", "", ""]
    for odd in ("", "0", "99", "x", "-1"):
        assert len(fields(send(root, here, ROWS, remove=odd).text, "claim_name")) == 5
    assert now() == {}


@pytest.mark.parametrize(
    ("row", "told"),
    [(("", "text", "x"), "Give it a name"), (("a b", "text", "x"), "a letter first"), (("sub", "text", "x"), "already means something"),
     (("Groups", "text", "x"), "already means something"), (("__proto__", "text", "x"), "a letter first"), (("level", "text", ""), "no value"),
     (("level", "number", "five"), "Write a number"), (("level", "yes_no", "maybe"), "Write yes or no"), (("level", "json", "{"), "JSON"),
     (("level", "json", '{"a": 1, "a": 2}'), "twice"), (("level", "text", "a\r\nb"), "line break"), (("level", "date", "x"), "Choose"),
     (("immich_role", "text", "x"), "another row"), (("Immich_Role", "text", "x"), "capital letters"), (("level", "text", "x" * 4_100), "4096"),
     (("<script>alert(1)</script>", "text", "<img src=x onerror=alert(1)>"), "a letter first")],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    root: Visitor, door: tuple[str, Any], row: tuple[str, str, str], told: str
) -> None:
    here, now = door
    answer = send(root, here, [*ROWS, row])
    assert answer.status_code == 400
    assert now() == {}
    (wrong,) = re.findall(r'aria-invalid="true" aria-describedby="(claim-\d-\w+)-error"', answer.text)
    assert re.search(rf'id="{wrong}-error">.*{told}', html.unescape(answer.text)), told
    assert f'href="#{wrong}"' in answer.text and f'id="{wrong}"' in answer.text
    assert fields(answer.text, "claim_name") == [*VALUES, row[0], ""]
    assert fields(answer.text, "claim_value")[4] == row[2].replace("\r\n", "\n") or row[2] == "a\r\nb"
    assert "<script>alert" not in answer.text and "<img src=x" not in answer.text


def test_values_with_markup_are_inert_wherever_they_are_shown(root: Visitor, door: tuple[str, Any]) -> None:
    here, now = door
    evil = '"><script>alert(1)</script>'
    send(root, here, [("note", "text", evil), ("more", "json", '{"</script><b>": "<img src=x onerror=alert(1)>"}')])
    assert now()["note"] == evil
    for page in (here, f"{here}/claims", "/admin/applications/photos/try?user=ada"):
        text = root.get(page).text
        assert "<script>alert" not in text and "<img src=x" not in text and "</script><b>" not in text


def test_all_that_is_wrong_is_said_at_once(root: Visitor, door: tuple[str, Any]) -> None:
    here, _now = door
    page = send(
        root, here, [("email", "text", "x"), ("level", "number", "five"), ("note", "text", ""), ("", "text", "y")]
    ).text
    wrong = re.findall(r'aria-invalid="true" aria-describedby="claim-(\d-\w+)-error"', page)
    assert wrong == ["1-name", "2-value", "3-value", "4-name"]


def test_too_many_are_refused_in_one_sentence(root: Visitor, door: tuple[str, Any]) -> None:
    here, now = door
    answer = send(root, here, [(f"c{number}", "number", "1") for number in range(51)])
    assert answer.status_code == 400 and "50 custom claims at most" in answer.text
    assert now() == {}


def test_what_was_typed_waits_while_they_show_again_who_they_are(root: Visitor, clock: Clock) -> None:
    ada = given.user("ada")
    here = f"/admin/users/{ada.id}"
    token = token_of(root.get(f"{here}/claims").text)
    clock.forward(601)
    names, kinds, values = (list(each) for each in zip(*ROWS, strict=True))
    form = {"csrf_token": token, "claim_name": names, "claim_kind": kinds, "claim_value": values}
    assert "/interaction/" in root.browser.post(f"{here}/claims", data=form).location
    assert User.get(User.id == ada.id).claims == {}
    renewed(root, clock)
    page = root.get(f"{here}/claims").text
    assert "Nothing has been saved yet" in page
    assert fields(page, "claim_name") == [*VALUES, ""] and fields(page, "claim_kind") == [*KINDS, "text"]
    assert fields(page, "claim_value")[:3] == ["admin", "50", "Yes"]


def test_what_applications_here_know_is_suggested_until_it_is_there(root: Visitor) -> None:
    ada = given.user("ada", groups=["family"])
    given.client("photos", preset="immich")
    given.client("books", preset="audiobookshelf")
    given.client("gone", preset="a-preset-of-another-version")
    here = f"/admin/users/{ada.id}"
    page = root.get(f"{here}/claims").text
    assert all(name in page for name in ("immich_role", "immich_quota", "abspermissions"))
    page = send(root, here, [("a", "text", "b")], suggest="immich_quota").text
    assert fields(page, "claim_name") == ["a", "immich_quota"]
    assert fields(page, "claim_kind") == ["text", "number"]
    assert 'name="suggest" value="immich_quota"' not in page
    only_its_own = root.get("/admin/applications/photos/claims").text
    assert "immich_role" in only_its_own and "abspermissions" not in only_its_own


def test_what_would_be_told_says_where_each_comes_from(root: Visitor) -> None:
    given.user("ada", groups=["family"], claims={"immich_role": "admin"})
    Group.update(claims={"immich_quota": "50", "immich_role": "user"}).execute()
    given.client("photos", preset="immich", claims={"level": 3, "immich_quota": 10})
    page = html.unescape(root.get("/admin/applications/photos/try?user=ada").text)
    for name, value, whose in (("immich_role", '"admin"', "this person"), ("immich_quota", '"50"', "the group family"),
                               ("level", "3", "this application")):  # fmt: skip
        line = f'<dt><code>{name}</code></dt><dd><code>{value}</code> <span class="aside">set for {whose}</span></dd>'
        assert page.count(line) == 2, name
    assert "expects another kind of value in immich_quota" in page


def test_what_is_too_long_to_come_back_in_an_address_is_told(root: Visitor) -> None:
    ada = given.user("ada", claims={"note": "x" * 3_000})
    given.client("photos")
    assert "signing out from there may fail" not in root.get("/admin/applications/photos/try?user=ada").text
    User.update(claims={"note": "x" * 4_000, "more": "x" * 1_000}).where(User.id == ada.id).execute()
    assert "signing out from there may fail" in root.get("/admin/applications/photos/try?user=ada").text


def test_presets_and_rules_know_the_same_kinds() -> None:
    assert KINDS_OF_CLAIMS == rules.KINDS
