"""Invitations, from the administrator's form to the guest's account."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from idp import clock as wall_clock
from idp.directory import invitations
from idp.directory import users as people
from idp.errors import Invalid, PageError
from idp.storage import purge, users
from idp.storage.models import Activity, Invitation, Session, User
from tests import given
from tests.conftest import PASSWORD, Clock
from tests.web.conftest import Visitor, token_of

ADD = "/admin/invitations/add"
MARKUP = "<script>alert(1)</script>"


@pytest.fixture
def root(visit: Callable[..., Visitor]) -> Visitor:
    return visit(given.user("robin", is_admin=True))


def invited(**fields: object) -> str:
    """Where an invitation leads."""
    values: dict[str, object] = {"groups": [], "client": None, "made_by": "robin", **fields}
    _made, handle = invitations.make(**values)  # type: ignore[arg-type]
    return f"/invitation?link={handle}"


def accept(browser: FlaskClient, link: str, username: str = "guest", **fields: str):  # type: ignore[no-untyped-def]
    token = token_of(browser.get(link).text)
    form = {"username": username, "email": f"{username}@example.org", "password": PASSWORD, **fields}
    return browser.post(link, data={"csrf_token": token, **form})


def link_on(page: str) -> str:
    found = re.search(r"/invitation\?link=in_[\w-]{43}", re.sub("</?span[^>]*>", "", page))
    assert found, page
    return found[0]


def test_an_administrator_makes_a_link_and_a_picture_of_it_that_are_shown_once(root: Visitor) -> None:
    given.user("other", groups=["family"])
    client = given.client("jellyfin", name="Jellyfin", app_url="https://jf.example.org/")
    page = root.post(ADD, client="jellyfin", group="family", uses="3", lifetime="86400").text
    link = link_on(page)
    assert 'src="data:image/svg+xml' in page and "For 3 people" in page
    made = Invitation.get()
    assert (made.groups, made.client_id, made.uses, made.used, made.made_by) == (["family"], client.id, 3, 0, "robin")
    assert made.expires_at - made.created_at == 86_400
    assert link.split("=")[1] not in made.digest
    listed = root.get("/admin/invitations").text
    assert "in_" not in listed and "0 of 3" in listed and "Jellyfin" in listed and "Open until" in listed


def test_a_guest_makes_an_account_is_signed_in_and_lands_at_the_application(
    browser: FlaskClient, storage: None
) -> None:
    given.user("other", groups=["family"])
    client = given.client("jellyfin", name="Jellyfin", app_url="https://jf.example.org/web")
    link = invited(groups=["family"], client=client)
    page = browser.get(link)
    assert "Jellyfin" in page.text
    assert "form-action 'self' https://jf.example.org" in page.headers["Content-Security-Policy"]
    answer = accept(browser, link, "Guest", display_name="A Guest")
    assert (answer.status_code, answer.location) == (303, "https://jf.example.org/web")
    guest = people.get("guest")
    assert (guest.display_name, guest.email_verified, guest.is_admin) == ("A Guest", False, False)
    assert users.group_names(guest) == ["family"]
    assert "A Guest" in browser.get("/account").text


def test_without_an_application_a_guest_lands_at_their_account(browser: FlaskClient, storage: None) -> None:
    assert accept(browser, invited()).location == "/account"


def test_a_guest_can_go_on_to_a_passkey_and_is_told_the_way_then(browser: FlaskClient, storage: None) -> None:
    client = given.client("jellyfin", name="Jellyfin", app_url="https://jf.example.org/")
    answer = accept(browser, invited(client=client), passkey="yes")
    assert answer.location.startswith("/interaction/")
    ready = browser.get("/invitation/ready?at=jellyfin").text
    assert "Your account is ready" in ready and 'href="https://jf.example.org/"' in ready
    assert "jf.example.org" not in browser.get("/invitation/ready?at=nothing").text


def test_what_is_wrong_is_said_and_uses_nothing_up(browser: FlaskClient, storage: None) -> None:
    given.user("ada")
    link = invited()
    page = accept(browser, link, "ada", email="nowhere", password="short")
    assert page.status_code == 400 and page.text.count("aria-invalid") == 3
    assert Invitation.get().used == 0
    assert accept(browser, link).status_code == 303


@pytest.mark.parametrize("name", ["admin", "Administrator", "root"])
def test_guests_can_not_call_themselves_what_applications_keep_for_who_runs_them(
    browser: FlaskClient, storage: None, name: str
) -> None:
    link = invited()
    page = accept(browser, link, name)
    assert page.status_code == 400 and "for whoever runs them" in page.text
    assert User.select().count() == 0 and Invitation.get().used == 0
    assert people.add("admin", email="admin@example.org").username == "admin", "administrators can"


@pytest.mark.parametrize("way", ["disable", "delete", "demote"])
def test_an_invitation_ends_with_the_authority_of_who_made_it(browser: FlaskClient, storage: None, way: str) -> None:
    given.user("robin", is_admin=True)
    kim = given.user("kim", is_admin=True)
    link, other = invited(made_by="kim", groups=[]), invited(made_by="robin")
    {"disable": people.disable, "delete": people.delete, "demote": lambda user: people.change(user, is_admin=False)}[
        way
    ](kim)
    assert browser.get(link).status_code == 410
    assert browser.get(other).status_code == 200
    assert [row.event for row in Activity.select()].count("invitation.withdrawn") == 1


def test_changing_something_else_about_an_administrator_ends_nothing(browser: FlaskClient, storage: None) -> None:
    robin = given.user("robin", is_admin=True)
    link = invited()
    people.change(robin, display_name="Robin")
    people.change(robin, is_admin=True)
    assert browser.get(link).status_code == 200


def test_looking_and_asking_for_the_strength_use_nothing_up(browser: FlaskClient, storage: None) -> None:
    link = invited()
    assert "Strength" in accept(browser, link, check="1").text
    token = token_of(browser.get(link).text)
    asked = browser.post(link.replace("?", "/strength?"), data={"csrf_token": token, "password": "short"})
    assert asked.json is not None and asked.json["score"] == 0
    assert Invitation.get().used == 0 and User.select().count() == 0


@pytest.mark.parametrize("what", ["wrong", "used", "expired", "withdrawn"])
def test_a_link_that_is_worth_nothing_gets_one_page(
    browser: FlaskClient, storage: None, clock: Clock, what: str
) -> None:
    good = invited()
    page = browser.get(good).text
    link = good + "x" if what == "wrong" else good
    if what == "used":
        Invitation.update(used=1).execute()
    elif what == "expired":
        clock.forward(86_400)
    elif what == "withdrawn":
        assert invitations.withdraw(Invitation.get(), "robin") and not invitations.withdraw(Invitation.get(), "robin")
    before = Session.select().count()
    browser.delete_cookie("foyer", domain="localhost")
    answer = browser.get(link)
    assert answer.status_code == 410 and "This invitation can’t be used any more" in answer.text
    assert Session.select().count() == before
    if what != "expired":  # then the browser's session is over as well
        assert browser.post(link, data={"csrf_token": token_of(page)}).status_code in (400, 410)
    assert User.select().count() == 0


def test_each_use_counts_and_the_last_is_the_last(browser: FlaskClient, storage: None) -> None:
    link = invited(uses=2)
    assert accept(browser, link, "one").status_code == accept(browser, link, "two").status_code == 303
    assert browser.get(link).status_code == 410
    assert Invitation.get().used == 2


def test_nobody_is_added_when_the_last_use_went_to_somebody_else(
    storage: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    handle = invited().split("=")[1]
    checked = invitations.check(handle)
    Invitation.update(used=1).execute()
    monkeypatch.setattr(invitations, "check", lambda handle: checked)  # as it was a moment before
    with pytest.raises(PageError):
        invitations.accept(handle, username="guest", email="guest@example.org", display_name=None, password=PASSWORD)
    assert User.select().count() == 0


def test_the_list_tells_which_were_made_on_the_command_line(root: Visitor) -> None:
    invitations.make([], None)
    assert "on the command line" in root.get("/admin/invitations").text


def test_an_invitation_is_withdrawn_on_its_page(root: Visitor, storage: None) -> None:
    invited()
    here = f"/admin/invitations/{Invitation.get().id}/withdraw"
    assert root.post(here).location == "/admin/invitations"
    assert "Withdrawn" in root.get("/admin/invitations").text
    assert root.get("/admin/invitations/999999999999999999999/withdraw").status_code == 404


@pytest.mark.parametrize(
    ("field", "value"), [("uses", "0"), ("uses", "101"), ("uses", "many"), ("lifetime", "604801"), ("client", "gone"), ("group", "gone")]
)  # fmt: skip
def test_what_an_invitation_can_not_be_is_said(root: Visitor, field: str, value: str) -> None:
    page = root.post(ADD, **{"uses": "1", "lifetime": "3600", field: value})
    assert page.status_code == 400 and "Please look again at" in page.text
    assert Invitation.select().count() == 0


def test_nobody_is_invited_to_an_application_that_would_turn_them_away(storage: None) -> None:
    given.user("other", groups=["family", "media"])
    client = given.client("vault", allowed_groups=["family"])
    with pytest.raises(Invalid) as invalid:
        invited(client=client, groups=["media"])
    assert invalid.value.problems.keys() == {"group"}
    assert invited(client=client, groups=["family"])


def test_groups_that_are_gone_meanwhile_are_left_out(browser: FlaskClient, storage: None) -> None:
    given.user("other", groups=["family", "media"])
    link = invited(groups=["family", "media"])
    group = users.group_by_name("media")
    assert group is not None
    users.remove_group(group)
    accept(browser, link)
    assert users.group_names(people.get("guest")) == ["family"]


def test_an_invitation_goes_with_its_application(browser: FlaskClient, storage: None) -> None:
    client = given.client("jellyfin")
    link = invited(client=client)
    client.delete_instance()
    assert browser.get(link).status_code == 410


def test_the_list_forgets_an_invitation_a_month_after_its_last_day(storage: None, clock: Clock) -> None:
    invited()
    purge.purge(clock.forward(30 * 86_400))
    assert Invitation.select().count() == 1
    purge.purge(clock.forward(86_400))
    assert Invitation.select().count() == 0


def test_names_with_markup_are_only_text(root: Visitor) -> None:
    given.user("other", groups=["family"])
    client = given.client("evil", name=MARKUP, app_url="javascript:alert(1)")
    page = root.post(ADD, client="evil", uses="2", lifetime="3600")
    link = link_on(page.text)
    for text in (root.get(ADD).text, root.get("/admin/invitations").text, root.get(link).text):
        assert MARKUP not in text
    assert accept(root.browser, link).location == "/account"
    assert client.app_url not in root.get("/invitation/ready?at=evil").text


def test_what_is_read_of_an_invitation_is_in_the_activity(browser: FlaskClient, storage: None) -> None:
    from idp import activity

    accept(browser, invited())
    events = [row.event for row in activity.rows(user="guest")]
    assert {"invitation.used", "user.added", "sign_in"} <= set(events)
    assert wall_clock.now() >= Invitation.get().created_at
