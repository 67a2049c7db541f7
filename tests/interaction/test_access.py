"""The step that only those pass who may use the application."""

from __future__ import annotations

import pytest

from idp import activity
from idp.errors import Refused
from idp.interaction import access
from idp.interaction.facts import Interaction
from idp.interaction.request import AuthorizationRequest
from idp.storage import interactions
from tests import given
from tests.conftest import Clock


@pytest.fixture
def shut_out(storage: None, clock: Clock) -> Interaction:
    """Ada, at an application for the staff."""
    session, _ = given.session(given.user("ada", groups=["family"]))
    client = given.client(allowed_groups=["staff"])
    request = AuthorizationRequest(given.REDIRECT_URI, "query", None, ("openid",))
    interactions.keep("this", session, client, request.to_json(), "attempt", clock.now)
    return Interaction("this", client, request, session, "attempt", clock.now, is_kept=True)


def test_who_is_kept_out_is_written_down_once_with_what_was_missing(shut_out: Interaction) -> None:
    access.offers(shut_out)
    access.offers(shut_out)
    (row,) = [row for row in activity.rows(user="ada") if row.event == "access.denied"]
    assert row.detail == {"reason": "not_in_group", "needed": ["staff"]}


@pytest.mark.parametrize("form", [{}, {"decision": "allow"}, {"decision": ""}])
def test_another_answer_is_refused(shut_out: Interaction, clock: Clock, form: dict[str, str]) -> None:
    with pytest.raises(Refused):
        access.submit(shut_out, form, clock.now)
    assert shut_out.answers == {}


def test_the_page_names_administrators_who_could_help(shut_out: Interaction) -> None:
    given.user("root", is_admin=True, display_name="Rita Root")
    given.user("gone", is_admin=True, disabled_at=1)
    assert access.offers(shut_out) == {
        "contacts": [{"name": "Rita Root", "email": "root@example.org"}], "wants_email": False
    }  # fmt: skip


def test_an_application_that_knows_people_by_their_address_is_closed_to_who_has_none_that_was_checked(
    storage: None, clock: Clock
) -> None:
    session, _ = given.session(given.user("grace", email_verified=False))
    client = given.client(subject_source="email")
    request = AuthorizationRequest(given.REDIRECT_URI, "query", None, ("openid",))
    interactions.keep("this", session, client, request.to_json(), "attempt", clock.now)
    grace = Interaction("this", client, request, session, "attempt", clock.now, is_kept=True)
    assert not access.satisfied(grace)
    assert access.offers(grace)["wants_email"]
    (row,) = [row for row in activity.rows(user="grace") if row.event == "access.denied"]
    assert row.detail == {"reason": "no_checked_email"}
