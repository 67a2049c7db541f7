"""How many failures are too many, for whom and for how long: limits, and refusing further tries, exactly.

A right answer is only let through while fewer failures than allowed stand against its key. Failures are counted before a
guesser learns anything, so fifty guesses sent at once bring no more than ten sent one after the other, while fifty people
signing in rightly at once disturb nobody.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from functools import lru_cache

from idp.storage import throttles
from idp.storage.database import take_turns


@dataclass(frozen=True, slots=True)
class Limit:
    """How many failures one key may have within a window; the window begins with the first one."""

    scope: str
    failures: int
    window: int  # seconds


ACCOUNT = Limit("account", 10, 300)
ADDRESS = Limit("address", 10, 300)
EVERYBODY = Limit("everybody", 1_000, 300)
SECOND_FACTOR = (
    Limit("factor", 5, 300),
    Limit("factor-hour", 20, 3_600),
    Limit("factor-day", 50, 86_400),
)  # shortest first
NOTICES = Limit("notices", 20, 3_600)  # mails about one kind of event to one person
LINK_REQUESTS = Limit("link-requests", 5, 300)
LINK_REQUESTS_OF_EVERYBODY = Limit("link-requests-of-everybody", 1_000, 300)
LINKS_MAILED = Limit("links-mailed", 5, 1_800)
CONFIRMATIONS = Limit("confirmations", 5, 3_600)
# Of a client, while its secret is a hash from another provider: what one address sends, and all together.
HASHED_SECRETS = Limit("hashed-secret", 10, 300)
HASHED_SECRETS_OF_EVERYBODY = Limit("hashed-secret-of-everybody", 1_000, 300)
USER_CODES = Limit("user-codes", 10, 300)  # wrong codes of devices
USER_CODES_OF_ACCOUNT = Limit("user-codes-of-account", 10, 300)
USER_CODES_OF_EVERYBODY = Limit("user-codes-of-everybody", 1_000, 300)  # who aren't signed in
DEVICES = Limit("devices", 1_000, 300)  # requests of devices, each a row for an hour
NOTES = Limit("notes", 200, 300)  # rows that one address may add to the activity log without having proved anything
REGISTRATION_CHANGES = Limit("registration-changes", 60, 3_600)  # of one client by itself, each a row that stays

# Sign-ins that one address may begin and not finish. Each is a row of 1 to 9 KB for an hour, so strangers get a hundred
# megabytes at most; an office that comes to work, or five hundred people at the same instant, must get through.
BEGUN = Limit("begun", 1_000, 300)
# Requests that a client pushes, each a row for a minute and a half: all of one that proves itself, and all that come from one
# address where anybody could push them. What the busiest of houses sends in a day.
PUSHED = Limit("pushed", 5_000, 300)


@dataclass(frozen=True, slots=True)
class Counter:
    """One limit counted for one key."""

    limit: Limit
    key: str

    @property
    def _row(self) -> str:
        return f"{self.limit.scope}:{self.key}"

    def is_open(self, now: int) -> bool:
        """Whether a try may still succeed; inside a transaction the answer stays true until its end."""
        take_turns(self._row)
        return throttles.failures(self._row, now) < self.limit.failures

    def fail(self, now: int) -> None:
        """Count one failure."""
        throttles.fail(self._row, now, self.limit.window)

    def count(self, now: int) -> int:
        """Count one and return how many there are with it."""
        return throttles.count(self._row, now, self.limit.window)

    def forgive(self) -> None:
        """Forget one."""
        throttles.forgive(self._row)

    def reset(self) -> None:
        """Forget the failures: the right person was here."""
        throttles.reset(self._row)


@dataclass(frozen=True, slots=True)
class Counters:
    """Several limits that count the same failures over different windows."""

    each: tuple[Counter, ...]

    def closed(self, now: int) -> Limit | None:
        """The limit that forbids a try for longest, or None when one may still succeed."""
        return next((counter.limit for counter in reversed(self.each) if not counter.is_open(now)), None)

    def fail(self, now: int) -> None:
        """Count one failure under all of them."""
        for counter in self.each:
            counter.fail(now)

    def reset(self) -> None:
        """Forget the failures of the shortest window: the right person was here.

        The longer windows go on. Somebody who guesses beside a person who signs in often would have new tries each time.
        """
        self.each[0].reset()


def account(username: str) -> Counter:
    """Failures against one user name, whether or not anybody has it."""
    return Counter(ACCOUNT, username[:64])


def address(ip: str | None) -> Counter:
    """Failures from one address; a home's whole IPv6 network counts as one."""
    return Counter(ADDRESS, network(ip))


def second_factor(username: str, authenticator: str) -> Counters:
    """Failures of somebody who is known, with one kind of second factor."""
    return Counters(tuple(Counter(limit, f"{username}:{authenticator}") for limit in SECOND_FACTOR))


def link_requests(ip: str | None) -> Counter:
    """Requests for a sign-in link by mail from one address."""
    return Counter(LINK_REQUESTS, network(ip))


def link_requests_of_everybody() -> Counter:
    """Requests for a sign-in link by mail of all together."""
    return Counter(LINK_REQUESTS_OF_EVERYBODY, "all")


def user_codes(ip: str | None, username: str | None) -> Counters:
    """Wrong codes of devices that one address, and the person signed in there or all strangers together, have typed."""
    whose = Counter(USER_CODES_OF_ACCOUNT, username) if username else Counter(USER_CODES_OF_EVERYBODY, "all")
    return Counters((Counter(USER_CODES, network(ip)), whose))


def confirmations(username: str) -> Counter:
    """Addresses that one person wants to have confirmed."""
    return Counter(CONFIRMATIONS, username[:64])


def links_mailed(username: str) -> Counter:
    """Sign-in links mailed to one person."""
    return Counter(LINKS_MAILED, username[:64])


def notices(username: str, what: str) -> Counter:
    """Mails to one person about one kind of event."""
    return Counter(NOTICES, f"{username}:{what}")


def hashed_secret(client_id: str, ip: str | None) -> Counters:
    """Wrong secrets from one address, and from all, of a client whose secret is still kept as a slow hash."""
    of_address = Counter(HASHED_SECRETS, f"{client_id}:{network(ip)}")
    return Counters((of_address, Counter(HASHED_SECRETS_OF_EVERYBODY, client_id)))


def everybody() -> Counter:
    """Failures of all together."""
    return Counter(EVERYBODY, "all")


def may_be_noted(ip: str | None, now: int) -> bool:
    """Whether one more refusal from this address is worth a row; without a bound strangers could fill the disk."""
    counter = Counter(NOTES, network(ip))
    if not counter.is_open(now):
        return False
    counter.fail(now)
    return True


def may_begin(ip: str | None, now: int) -> bool:
    """Count a sign-in that somebody begins whom we don't know yet, and say whether it may be kept."""
    return Counter(BEGUN, network(ip)).count(now) <= BEGUN.failures


def may_ask_for_device(ip: str | None, now: int) -> bool:
    """Count a request of a device, and say whether it may be kept."""
    return Counter(DEVICES, network(ip)).count(now) <= DEVICES.failures


def may_push(client_id: str, ip: str | None, now: int) -> bool:
    """Count a request that a client pushes, from this address where it is a public one, and say whether it may be kept."""
    key = client_id if ip is None else f"{client_id}:{network(ip)}"
    return Counter(PUSHED, key).count(now) <= PUSHED.failures


def may_change_registration(client_id: str, now: int) -> bool:
    """Count a change that a client makes to its own registration, and say whether it may be kept."""
    return Counter(REGISTRATION_CHANGES, client_id).count(now) <= REGISTRATION_CHANGES.failures


def has_finished(ip: str | None) -> None:
    """Forget a sign-in that was counted: somebody we know came of it."""
    Counter(BEGUN, network(ip)).forgive()


@lru_cache(maxsize=1_024)
def network(ip: str | None) -> str:
    """What counts as one address."""
    try:
        parsed = ipaddress.ip_address(ip or "")
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
