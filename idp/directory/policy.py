"""What an administrator demands of everybody who signs in here."""

from __future__ import annotations

from idp import activity
from idp.storage import settings
from idp.storage.database import transaction


def everybody_needs_mfa() -> bool:
    """Whether nobody gets anywhere without a second factor."""
    return settings.is_on(settings.REQUIRE_MFA)


def demand_mfa_of_everybody(demanded: bool) -> None:
    """Demand a second factor of everybody from the next sign-in on, or no longer."""
    with transaction(durable=True):
        settings.switch(settings.REQUIRE_MFA, on=demanded)
        activity.record("settings.changed", fields=["require_mfa"], value=int(demanded))
