"""`/admin/users/<id>`: one person, what they sign in with, and what can be done about them."""

from __future__ import annotations

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from idp import clock
from idp.authenticators import password
from idp.directory import applications, factors
from idp.storage import credentials, sessions, user_lists, users
from idp.storage.models import User
from idp.web.admin import claim_rows, room

blueprint = Blueprint("person", __name__)


@blueprint.get("/<int:id>")
def show(id: int) -> Response:
    """The person with this number."""
    person = get(id)
    used = [each for each in applications.of(person) if each.is_theirs]
    return room.show(
        "users/person", "users", somebody=person, address=address(person), groups=users.groups(person),
        enrolled=factors.enrolled(person), has_password=bool(credentials.of(person, password.NAME)),
        sessions=sessions.of_user(person, clock.now()), seen=user_lists.last_seen([person]).get(person.id), used=used,
        claims=claim_rows.shown(person.claims), images=[each.client.logo_uri for each in used],
    )  # fmt: skip


def get(id: int) -> User:
    """The person with this number; raises NotFound, which says that there is nothing there."""
    found = User.by_number(id)
    if found is None:
        raise NotFound
    return found


def address(person: User) -> str:
    """Where a person's page is."""
    return f"/admin/users/{person.id}"
