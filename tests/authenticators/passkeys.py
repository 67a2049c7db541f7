"""`Desk`: where the tests of passkeys enrol and use them, without pages around."""

from __future__ import annotations

from typing import Any

import pytest

from idp import activity
from idp.assurance import Factor, Proof
from idp.authenticators import passkey
from idp.errors import Refused
from idp.interaction.request import AuthorizationRequest
from idp.storage import credentials, interactions
from idp.storage.database import transaction
from idp.storage.models import Credential, User
from idp.tries import Site, Try
from tests import given
from tests.conftest import Clock
from tests.security_key import SecurityKey

ORIGIN = "https://id.example.org"
SITE = Site("Home", ORIGIN, "id.example.org")
KNOWS = frozenset({Factor.KNOWLEDGE})


class Desk:
    """One pending sign-in in a browser, and what is asked of passkeys there."""

    def __init__(self, clock: Clock, address: str = "192.0.2.1") -> None:
        self._clock, self._address = clock, address
        session, _ = given.session()
        self.id = interactions.new_id()
        request = AuthorizationRequest(given.REDIRECT_URI, "query")
        with transaction():
            interactions.keep(self.id, session, None, request.to_json(), "attempt", clock.now)

    @property
    def challenge(self) -> str:
        return interactions.challenge_of(self.id)

    def attempt(self, user: User | None = None, proved: frozenset[Factor] = frozenset(), site: Site = SITE) -> Try:
        """The circumstances as they are now."""
        return Try(
            self.id, self._clock.now, self._address, "attempt", "app", user=user, proved=proved,
            challenge=self.challenge, site=site,
        )  # fmt: skip

    def key(self, **kind: Any) -> SecurityKey:
        """A key that nobody has enrolled yet."""
        return SecurityKey(ORIGIN, "id.example.org", **kind)

    def creation_options(self, user: User) -> dict[str, Any]:
        """What the enrolment page asks the browser for."""
        invited = passkey.invites({}, self.attempt(user, KNOWS))
        options: dict[str, Any] = invited["options"]
        return options

    def enrol(self, user: User, key: SecurityKey, name: str = "", **changes: Any) -> Proof:
        """Add a key."""
        sent = key.create(self.creation_options(user), **changes)
        return passkey.confirm({"passkey": sent, "name": name}, {}, self.attempt(user, KNOWS))

    def refuses(self, user: User, key: SecurityKey, **changes: Any) -> str:
        """Why a key can't be added."""
        before = Credential.select().count()
        with pytest.raises(Refused) as refusal:
            self.enrol(user, key, **changes)
        assert Credential.select().count() == before
        return refusal.value.reason

    def options(self, user: User | None = None) -> dict[str, Any]:
        """What a page asks the browser for."""
        offered = passkey.offers(self.attempt(user))
        assert offered is not None
        options: dict[str, Any] = offered["options"]
        return options

    def sign_in(self, key: SecurityKey, **changes: Any) -> tuple[User, Proof]:
        """Sign in without a user name."""
        return passkey.prove({"passkey": key.sign(self.options(), **changes)}, self.attempt())

    def add(
        self, user: User, key: SecurityKey, proved: frozenset[Factor] = KNOWS, **changes: Any
    ) -> tuple[User, Proof]:
        """Show a key as the second factor."""
        return passkey.prove({"passkey": key.sign(self.options(user), **changes)}, self.attempt(user, proved))

    def turned_away(self, key: SecurityKey, **changes: Any) -> str:
        """Why nobody is signed in; it has to stand in the log."""
        with pytest.raises(Refused) as refusal:
            self.sign_in(key, **changes)
        row = list(activity.rows())[-1]
        assert (row.event, row.detail["reason"]) == ("sign_in.refused", refusal.value.reason)
        return refusal.value.reason

    def not_taken(self, user: User, key: SecurityKey, **changes: Any) -> str:
        """Why a key isn't taken for the second factor; it has to stand in the log."""
        with pytest.raises(Refused) as refusal:
            self.add(user, key, **changes)
        row = list(activity.rows())[-1]
        assert (row.event, row.detail["reason"]) == ("second_factor.refused", refusal.value.reason)
        return refusal.value.reason


def stored(user: User) -> Credential:
    """The only passkey somebody has."""
    (credential,) = credentials.of(user, "passkey")
    return credential
