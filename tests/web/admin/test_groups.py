"""`/admin/groups`: groups, and who is in them."""

from __future__ import annotations

import re

from idp.storage import users
from idp.storage.models import Group
from tests import given
from tests.web.conftest import Visitor


def group(name: str = "family") -> Group:
    found: Group = Group.get(Group.name == name)
    return found


def test_a_group_is_added_and_people_are_put_into_it(root: Visitor) -> None:
    ada, grace = given.user("ada"), given.user("grace")
    answer = root.post("/admin/groups/add", name="family", display_name="The family", require_mfa="yes")
    family = group()
    assert (family.display_name, family.require_mfa) == ("The family", True)
    assert answer.location == f"/admin/groups/{family.id}/add"
    root.post(answer.location, user=[str(ada.id), str(grace.id), "999999", "x"])  # type: ignore[arg-type]
    assert [person.username for person in users.members(family)] == ["ada", "grace"]
    offered = root.get(answer.location).text
    assert "robin" in offered and "grace" not in offered
    assert "2" in re.findall(r'<span class="cell">(\d+)', root.get("/admin/groups").text)


def test_members_are_searched_and_taken_out(root: Visitor) -> None:
    ada, grace = given.user("ada", groups=["family"]), given.user("grace", groups=["family"])
    here = f"/admin/groups/{group().id}"
    page = root.get(f"{here}?q=gra").text
    assert "grace" in page and "ada" not in page
    assert root.post(f"{here}/members/{grace.id}/remove").location == here
    assert [person.username for person in users.members(group())] == ["ada"]
    assert ada.username in root.get(here).text


def test_display_name_and_the_demand_are_changed(root: Visitor) -> None:
    given.user("ada", groups=["family"])
    here = f"/admin/groups/{group().id}/edit"
    root.post(here, display_name="Us", require_mfa="yes")
    assert (group().display_name, group().require_mfa) == ("Us", True)
    root.post(here, display_name="")
    assert (group().display_name, group().require_mfa) == (None, False)


def test_names_that_applications_could_not_take_are_refused(root: Visitor) -> None:
    given.user("ada", groups=["family"])
    for name in ("", "a,b", "family"):
        page = root.post("/admin/groups/add", name=name)
        assert page.status_code == 400 and "aria-invalid" in page.text
    assert Group.select().count() == 1


def test_a_group_that_opens_an_application_is_not_deleted_and_the_page_says_why(root: Visitor) -> None:
    given.user("ada", groups=["family"])
    app = given.client("photos", name="Holiday <b>Photos</b>", allowed_groups=["family"])
    here = f"/admin/groups/{group().id}"
    assert "Holiday &lt;b&gt;Photos" in root.get(here).text
    asked = root.get(f"{here}/delete").text
    assert "can’t be deleted now" in asked and "Holiday &lt;b&gt;Photos" in asked
    app.__class__.update(allowed_groups=[]).execute()
    token = re.search(r'name="csrf_token" value="([^"]+)"', root.get(f"{here}/delete").text)
    app.__class__.update(allowed_groups=["family"]).execute()
    assert token and root.browser.post(f"{here}/delete", data={"csrf_token": token[1]}).status_code == 409
    app.__class__.update(allowed_groups=[]).execute()
    assert root.post(f"{here}/delete").location == "/admin/groups"
    assert Group.select().count() == 0


def test_names_with_markup_are_only_text(root: Visitor) -> None:
    given.user("ada", groups=["family"], display_name="<script>x</script>")
    Group.update(display_name="<script>y</script>").execute()
    here = f"/admin/groups/{group().id}"
    for address in ("/admin/groups", here, f"{here}/edit", f"{here}/add", f"{here}/delete"):
        assert "<script>x" not in root.get(address).text and "<script>y" not in root.get(address).text, address


def test_what_is_not_there_is_not_found(root: Visitor) -> None:
    for id in (0, 2**63, 10**30):
        assert root.get(f"/admin/groups/{id}").status_code == 404
        assert root.get(f"/admin/groups/{id}/members/1/remove").status_code == 404
