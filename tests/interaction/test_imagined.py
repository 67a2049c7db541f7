"""What is imagined of a sign-in is decided by the code that decides real ones."""

from __future__ import annotations

from typing import Any

import pytest

from idp.errors import AuthorizationError
from idp.interaction import imagined
from idp.interaction.request import AuthorizationRequest
from tests import given
from tests.conftest import Clock


def request(**wish: Any) -> AuthorizationRequest:
    return AuthorizationRequest(given.REDIRECT_URI, "query", scopes=("openid",), **wish)


@pytest.mark.parametrize(
    ("client", "way", "stops_at"),
    [({"skip_consent": True}, "password", None), ({}, "password", "consent"),
     ({"allowed_groups": ["staff"]}, "password", "access"),
     ({"require_mfa": True, "skip_consent": True}, "password", "enrolment"),
     ({"require_mfa": True, "skip_consent": True}, "passkey", None)],
)  # fmt: skip
def test_it_stops_where_a_real_one_would(
    storage: None, clock: Clock, client: dict[str, Any], way: str, stops_at: str | None
) -> None:
    found = imagined.sign_in(given.user("ada"), given.client(**client), request(), way, clock.now)
    assert found.stops_at == stops_at


def test_where_nobody_may_be_asked_it_fails_as_a_real_one_would(storage: None, clock: Clock) -> None:
    with pytest.raises(AuthorizationError) as failure:
        imagined.sign_in(given.user("ada"), given.client(), request(prompt=("none",)), "password", clock.now)
    assert failure.value.error == "consent_required"
