"""What people have allowed clients to read."""

from __future__ import annotations

from idp.storage import consents
from idp.storage.models import Consent
from tests import given


def test_a_yes_covers_what_was_allowed_and_no_more(storage: None) -> None:
    ada, app = given.user(), given.client()
    assert not consents.covers(ada, app, ["openid"], [])
    consents.keep(ada, app, ["openid", "email"], ["name"], 1)
    assert consents.covers(ada, app, ["openid"], [])
    assert consents.covers(ada, app, ["email", "openid"], ["name"])
    assert not consents.covers(ada, app, ["openid", "groups"], [])
    assert not consents.covers(ada, app, ["openid"], ["groups"])


def test_a_later_yes_comes_on_top(storage: None) -> None:
    ada, app = given.user(), given.client()
    consents.keep(ada, app, ["openid", "email"], ["name"], 1)
    consents.keep(ada, app, ["groups"], [], 2)
    assert consents.covers(ada, app, ["openid", "email", "groups"], ["name"])
    assert Consent.select().count() == 1
    assert Consent.get().granted_at == 2


def test_a_yes_is_one_persons_to_one_client(storage: None) -> None:
    ada, app = given.user(), given.client()
    consents.keep(ada, app, ["openid"], [], 1)
    assert not consents.covers(given.user("grace"), app, ["openid"], [])
    assert not consents.covers(ada, given.client("other"), ["openid"], [])
