"""What the project wants to reach, and whether a run did."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.bench.wrk import Measurement

# requests a second as a multiple of the peer's, at concurrency 8
RATIOS = {
    "discovery": 1.5,
    "jwks": 1.5,
    "userinfo": 1.2,
    "authorization": 1.0,
    "code-exchange": 1.0,
    "sign-in": 1.0,
}
RATIO_AT = 8
# what has no ratio of its own: it has to reach what another request has to
BUDGETS = {"refresh": "code-exchange", "introspection": "userinfo"}
POSTGRESQL_CPU = 2.0  # of the CPU that the same request takes on SQLite
SLOWEST_MS = 25.0  # p99 at concurrency 8; a password hash alone takes about that
ERRORS_AT = 32
START_SECONDS = 1.2
IDLE_MIB = 110.0
FULL_SHARE = 0.8  # of the rate with a nearly empty database


@dataclass(frozen=True)
class Verdict:
    aim: str
    reached: str
    met: bool


# scenario → concurrency → measurement
Figures = dict[str, dict[int, Measurement]]


def of_load(ours: Figures, peer: Figures) -> Iterator[Verdict]:
    for scenario, by_concurrency in ours.items():
        mine, other = by_concurrency.get(RATIO_AT), peer.get(scenario, {}).get(RATIO_AT)
        if mine and other and scenario in RATIOS:
            ratio, wanted = mine.per_second / max(other.per_second, 1e-6), RATIOS[scenario]
            aim = f"{scenario}: at least {wanted} times the peer's rate at concurrency {RATIO_AT}"
            yield Verdict(aim, f"{ratio:.2f}" + _doubt(mine, other), ratio >= wanted)
        if mine and scenario != "sign-in":
            aim = f"{scenario}: p99 under {SLOWEST_MS:.0f} ms at concurrency {RATIO_AT}"
            shown = f"{mine.p99_ms:.1f} ms" + _doubt(mine)
            yield Verdict(aim, shown, mine.p99_ms < SLOWEST_MS)
        if crowded := by_concurrency.get(ERRORS_AT):
            aim = f"{scenario}: no error at concurrency {ERRORS_AT}"
            yield Verdict(aim, f"{crowded.errors} of {crowded.requests}", crowded.errors == 0)


def of_budget(ours: Figures, peer: Figures) -> Iterator[Verdict]:
    for scenario, known in BUDGETS.items():
        mine, other = ours.get(scenario, {}).get(RATIO_AT), peer.get(known, {}).get(RATIO_AT)
        if mine and other:
            ratio, wanted = mine.per_second / max(other.per_second, 1e-6), RATIOS[known]
            aim = f"{scenario}: at least {wanted} times the rate of the peer's {known}"
            yield Verdict(aim, f"{ratio:.2f}" + _doubt(mine, other), ratio >= wanted)


def of_postgresql(theirs: Figures, ours: Figures) -> Iterator[Verdict]:
    for scenario, by_concurrency in theirs.items():
        mine, other = by_concurrency.get(RATIO_AT), ours.get(scenario, {}).get(RATIO_AT)
        if mine and other:
            share = mine.server_cpu_ms / max(other.server_cpu_ms, 1e-6)
            aim = f"{scenario}: on PostgreSQL at most {POSTGRESQL_CPU} times the CPU (without the database server's)"
            yield Verdict(aim, f"{share:.2f}" + _doubt(mine, other), share <= POSTGRESQL_CPU)


def of_process(start_seconds: float, idle_mib: float) -> Iterator[Verdict]:
    aim = f"start to the first discovery answer under {START_SECONDS} s"
    yield Verdict(aim, f"{start_seconds:.2f} s", start_seconds < START_SECONDS)
    aim = f"at most {IDLE_MIB:.0f} MiB idle (PSS of all processes)"
    yield Verdict(aim, f"{idle_mib:.0f} MiB", idle_mib <= IDLE_MIB)


def of_crowd(attempted: int, failures: int) -> Iterator[Verdict]:
    aim = f"no failure in {attempted} sign-ins at once, the same user and client twice each"
    yield Verdict(aim, f"{failures} failed", failures == 0)


def of_full(full: Figures, empty: Figures) -> Iterator[Verdict]:
    for scenario, by_concurrency in full.items():
        mine, other = by_concurrency.get(RATIO_AT), empty.get(scenario, {}).get(RATIO_AT)
        if mine and other:
            share = mine.per_second / max(other.per_second, 1e-6)
            aim = f"{scenario}: at least {FULL_SHARE} of its rate when the database is full"
            yield Verdict(aim, f"{share:.2f}" + _doubt(mine, other), share >= FULL_SHARE)


def _doubt(*measurements: Measurement) -> str:
    return " (disturbed)" if any(m.disturbed for m in measurements) else ""
