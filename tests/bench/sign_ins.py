"""Complete password sign-ins by many browsers: their rate, and all of them at one instant."""

import math
import multiprocessing
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

from tests.bench.browser import TIMEOUT, Browser
from tests.bench.provider import Provider
from tests.bench.relying_party import exchange, obtain_code
from tests.bench.wrk import Measurement, Meter

PROCESSES = 2  # more would take the CPU from the server, one would be a bottleneck of its own


@dataclass(frozen=True)
class Outcome:
    seconds: list[float]  # each sign-in that ended well
    failures: list[str]
    lasted: float


def measure(provider: Provider, concurrency: int, seconds: float) -> Measurement:
    """Sign-ins one after the other in `concurrency` browsers at a time, each browser new."""
    processes = min(PROCESSES, concurrency)
    tasks = [(concurrency // processes, seconds)] * processes
    with Meter(provider) as meter:
        outcome = _spread(_keep_signing_in, provider, tasks)
    done = len(outcome.seconds)
    return Measurement(
        requests=done + len(outcome.failures),
        seconds=outcome.lasted,
        errors=len(outcome.failures),
        p50_ms=percentile(outcome.seconds, 50) * 1000,
        p99_ms=percentile(outcome.seconds, 99) * 1000,
        server_cpu_ms=meter.server * 1000 / max(done, 1),
        generator_cpu=meter.generator_cpu,
        others_cpu=meter.others_cpu,
        complaint=outcome.failures[0] if outcome.failures else "",
    )


def all_at_once(provider: Provider, count: int) -> Outcome:
    """`count` sign-ins in flight together, in pairs of the same user and client.

    The two of a pair wait for each other before they exchange their codes.
    """
    pairs = math.ceil(count / 2 / PROCESSES)
    return _spread(_pairs_at_once, provider, [(pairs, n) for n in range(PROCESSES)])


def percentile(values: list[float], percent: int) -> float:
    """The smallest value that `percent` per cent of them don't exceed (nearest rank)."""
    if not values:
        return math.nan
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


def _keep_signing_in(provider: Provider, threads: int, seconds: float) -> Outcome:
    end = time.monotonic() + seconds
    outcome = Outcome([], [], 0.0)

    def one_after_the_other(number: int) -> None:
        turn = number
        while time.monotonic() < end and len(outcome.failures) < 20:
            user = provider.users[turn % len(provider.users)]
            _sign_in(provider, user, provider.clients[0].client_id, outcome, lambda: None)
            turn += 1

    return _in_threads(one_after_the_other, threads, outcome)


def _pairs_at_once(provider: Provider, pairs: int, process: int) -> Outcome:
    outcome = Outcome([], [], 0.0)
    together = [threading.Barrier(2, timeout=TIMEOUT) for _ in range(pairs)]

    def one_of_a_pair(number: int) -> None:
        pair = number // 2
        turn = process * pairs + pair
        user = provider.users[turn % len(provider.users)]
        client_id = provider.clients[turn % len(provider.clients)].client_id
        _sign_in(provider, user, client_id, outcome, together[pair].wait)

    return _in_threads(one_of_a_pair, 2 * pairs, outcome)


def _sign_in(
    provider: Provider,
    user: str,
    client_id: str,
    outcome: Outcome,
    before_exchange: Callable[[], object],
) -> None:
    client = next(c for c in provider.clients if c.client_id == client_id)
    browser, began = Browser(provider), time.monotonic()
    try:
        code = obtain_code(browser, provider, client, user, "n-0123456789")
        before_exchange()
        tokens = exchange(browser, provider, client, code)
        if not tokens.get("id_token") or not tokens.get("access_token"):
            raise RuntimeError(f"tokens are missing: {sorted(tokens)}")
        outcome.seconds.append(time.monotonic() - began)
    except Exception as error:  # whatever it was, the others go on
        outcome.failures.append(repr(error)[:300])
    finally:
        browser.close()


def _in_threads(work: Callable[[int], None], count: int, outcome: Outcome) -> Outcome:
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Outcome(outcome.seconds, outcome.failures, time.monotonic() - began)


def _spread(work: Callable[..., Outcome], provider: Provider, tasks: list[tuple[int, float]]) -> Outcome:
    # spawned, as forking a program that has threads is unsafe; and a Popen can't be sent there
    described = replace(provider, process=None)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(len(tasks), mp_context=context) as pool:
        waiting = [pool.submit(work, described, *task) for task in tasks]
        outcomes = [future.result() for future in waiting]
    return Outcome(
        [second for outcome in outcomes for second in outcome.seconds],
        [failure for outcome in outcomes for failure in outcome.failures],
        max(outcome.lasted for outcome in outcomes),
    )
