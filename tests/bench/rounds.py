"""Measures several providers in turn, so that slow spells of the machine hit all of them alike."""

import sys
import time
from dataclasses import dataclass

from tests.bench import machine
from tests.bench.provider import Provider
from tests.bench.report import Result, median
from tests.bench.scenarios import SCENARIOS, Subject
from tests.bench.wrk import Measurement

EXTRA_TRIES = 2  # for measurements that others on the machine disturbed


@dataclass(frozen=True)
class Setting:
    """How much is measured."""

    seconds: float
    repeat: int
    concurrency: list[int]
    scenarios: list[str]
    quiet_wait: float


def start(provider: Provider, setting: Setting) -> Result:
    """Start it as often as it is measured, leave it running, and see how much memory it takes."""
    times = []
    for attempt in range(setting.repeat):
        if attempt:
            provider.stop()
        machine.wait_until_quiet(setting.quiet_wait)
        times.append(provider.start())
    time.sleep(1)  # lazy parts of the start come to rest
    return Result(provider.name, provider.note, times, machine.pss_mib(provider.pid))


def measure(providers: list[Provider], results: list[Result], setting: Setting) -> None:
    """Fill the results with the median of the undisturbed measurements."""
    subjects = [Subject(provider) for provider in providers]
    for subject in subjects:  # compilers, caches and pools wake up
        for scenario in ("discovery", "code-exchange"):
            SCENARIOS[scenario](subject, 8, 1)
    for scenario in setting.scenarios:
        for concurrency in setting.concurrency:
            taken = _in_turn(subjects, scenario, concurrency, setting)
            for result, measurements in zip(results, taken, strict=True):
                result.figures.setdefault(scenario, {})[concurrency] = choose(measurements)
                rates = [round(m.per_second, 1) for m in measurements]
                result.every_rate[f"{scenario} {concurrency}"] = rates
    for provider, result in zip(providers, results, strict=True):
        result.loaded_mib = machine.pss_mib(provider.pid)


def _in_turn(subjects: list[Subject], scenario: str, concurrency: int, setting: Setting) -> list[list[Measurement]]:
    taken: list[list[Measurement]] = [[] for _ in subjects]
    for _ in range(setting.repeat + EXTRA_TRIES):
        for subject, measurements in zip(subjects, taken, strict=True):
            if sum(not m.disturbed for m in measurements) >= setting.repeat:
                continue
            machine.wait_until_quiet(setting.quiet_wait)
            try:
                measured = SCENARIOS[scenario](subject, concurrency, setting.seconds)
            except RuntimeError as error:
                log = subject.provider.log_tail()
                raise RuntimeError(f"{subject.provider.name}, {scenario}: {error}\n{log}") from error
            measurements.append(measured)
            _tell(subject, scenario, concurrency, measured)
    return taken


def choose(measurements: list[Measurement]) -> Measurement:
    """The one with the median rate, of those during which nobody else used the machine."""
    worst = max(measurements, key=lambda m: m.errors)
    if worst.errors:  # an error must not hide behind a median
        return worst
    calm = [m for m in measurements if not m.disturbed]
    if not calm:
        return min(measurements, key=lambda m: m.others_cpu)
    middle = median([m.per_second for m in calm])
    return next(m for m in calm if m.per_second == middle)


def _tell(subject: Subject, scenario: str, concurrency: int, measured: Measurement) -> None:
    print(
        f"{subject.provider.name:14} {scenario:14} {concurrency:3}  {measured.per_second:8.1f}/s  "
        f"{measured.server_cpu_ms:7.3f} ms CPU  p99 {measured.p99_ms:7.1f} ms  "
        f"errors {measured.errors}  generator {measured.generator_cpu:.2f}  "
        f"others {measured.others_cpu:.2f}  {measured.complaint}",
        file=sys.stderr,
        flush=True,
    )
