"""What an administrator demands of everybody who signs in here, and how long they stay signed in."""

from __future__ import annotations

from collections.abc import Mapping

from idp import activity, clock
from idp.errors import Invalid
from idp.storage import sessions, settings
from idp.storage.database import transaction
from idp.storage.session_lengths import ALL, by_name


def everybody_needs_mfa() -> bool:
    """Whether nobody gets anywhere without a second factor."""
    return settings.is_on(settings.REQUIRE_MFA)


def demand_mfa_of_everybody(demanded: bool) -> None:
    """Demand a second factor of everybody from the next sign-in on, or no longer."""
    with transaction(durable=True):
        settings.switch(settings.REQUIRE_MFA, on=demanded)
        activity.record("settings.changed", fields=["require_mfa"], value=int(demanded))


def session_lengths() -> dict[str, int]:
    """The lengths that hold, in seconds, by name."""
    return {length.name: length.now() for length in ALL}


def check_session_lengths(wanted: Mapping[str, int]) -> None:
    """Raises Invalid where `change_session_lengths` would."""
    problems = {
        name: _REASONS[name] for name, seconds in wanted.items() if not by_name(name).least <= seconds <= by_name(name).most
    }  # fmt: skip
    if problems:
        raise Invalid(**problems)


def change_session_lengths(wanted: Mapping[str, int]) -> list[str]:
    """Let people stay signed in for so many seconds; who is signed in stays so no longer than that from now on.

    Returns which lengths changed; raises Invalid for those beyond the bounds, with the reason.
    """
    check_session_lengths(wanted)
    settings.look_again()
    different = {name: seconds for name, seconds in wanted.items() if by_name(name).now() != seconds}
    if different:
        with transaction(durable=True):
            for name, seconds in different.items():
                settings.choose(name, None if seconds == by_name(name).usual else str(seconds))
            sessions.shorten(clock.now())
            activity.record("settings.changed", fields=sorted(different))
    return sorted(different)


_REASONS = {
    "session_lifetime": "Between 1 and 24 hours: after a day at most people should show again who they are.",
    "kept_lifetime": "Between 1 and 30 days: a device that is lost should not stay signed in for longer than a month.",
    "two_factors_idle": "Between 5 and 60 minutes: who comes back after an hour may be somebody else at the same screen.",
}
