"""`python -m tests.bench`: measures the providers in turn, prints tables and writes JSON."""

import argparse
import dataclasses
import json
import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path

from tests.bench import aims, node_peer, product, report, rounds, sign_ins
from tests.bench.provider import Provider
from tests.bench.report import Crowd, Result
from tests.bench.scenarios import SCENARIOS

USERS = [f"alice{number}" for number in range(5)]
CLIENTS = 2
CROWD = 500  # complete sign-ins at once


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=4, help="of one measurement")
    parser.add_argument("--repeat", type=int, default=3, help="measurements; the median counts")
    parser.add_argument("--concurrency", default="1,8,32")
    parser.add_argument("--scenarios", default=",".join(SCENARIOS))
    parser.add_argument("--quiet-wait", type=float, default=15, help="seconds to wait for silence")
    parser.add_argument("--crowd", type=int, default=CROWD, help="sign-ins at once; 0 for none")
    parser.add_argument("--fill", action="store_true", help="also with a full database")
    parser.add_argument("--only", choices=["product", "peer"], help="leave the other one out")
    parser.add_argument("--out", type=Path, default=Path("build/bench.json"))
    return parser.parse_args()


def prepare(folder: Path, options: argparse.Namespace) -> list[Provider]:
    """Ours first, the peer last: the report takes the ratio of these two."""
    providers = []
    if options.only != "peer":
        providers.append(product.prepare(folder / "product", USERS, CLIENTS))
        if options.fill:
            providers.append(product.prepare(folder / "full", USERS, CLIENTS, filled=True))
        if postgresql := os.environ.get("IDP_TEST_DATABASE_URL"):  # set by tests/with_postgresql
            providers.append(product.prepare(folder / "postgresql", USERS, CLIENTS, postgresql=postgresql))
    if options.only != "product":
        providers.append(node_peer.prepare(folder / "peer", USERS, CLIENTS))
    return providers


def crowd(provider: Provider, count: int) -> Crowd:
    outcome = sign_ins.all_at_once(provider, count)
    attempted = len(outcome.seconds) + len(outcome.failures)
    slowest = max(outcome.seconds, default=0.0)
    return Crowd(provider.name, attempted, outcome.failures, outcome.lasted, slowest)


def judge(results: list[Result], crowds: list[Crowd]) -> list[aims.Verdict]:
    ours, peer = results[0], results[-1]
    if not ours.name.startswith("idp"):
        return []
    compared = peer.figures if peer is not ours else {}
    verdicts = [*aims.of_load(ours.figures, compared), *aims.of_budget(ours.figures, compared)]
    verdicts += aims.of_process(report.median(ours.start_seconds), ours.idle_mib)
    for result in results[1:]:
        if result.name == product.POSTGRESQL:
            verdicts += aims.of_postgresql(result.figures, ours.figures)
        elif result.name.startswith("idp"):
            verdicts += aims.of_full(result.figures, ours.figures)
    for each in crowds:
        verdicts += aims.of_crowd(each.attempted, len(each.failures))
    return verdicts


def main() -> int:
    options = arguments()
    for program, package in (("wrk", "wrk"), ("npm", "npm"), ("node", "nodejs")):
        if not shutil.which(program):
            print(f"{program} is missing: apt-get install -y {package}", file=sys.stderr)
            return 1
    setting = rounds.Setting(
        seconds=options.seconds,
        repeat=options.repeat,
        concurrency=[int(number) for number in options.concurrency.split(",")],
        scenarios=options.scenarios.split(","),
        quiet_wait=options.quiet_wait,
    )
    if unknown := set(setting.scenarios) - set(SCENARIOS):
        print(f"no such scenario: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        providers = prepare(Path(folder), options)
        try:
            results = [rounds.start(provider, setting) for provider in providers]
            rounds.measure(providers, results, setting)
            ours = [p for p in providers if p.name.startswith("idp")] or providers
            crowds = [crowd(provider, options.crowd) for provider in ours if options.crowd]
        finally:
            for provider in providers:
                provider.stop()
    verdicts = judge(results, crowds)
    machine = {"cpus": os.cpu_count(), "python": platform.python_version()}
    options.out.parent.mkdir(parents=True, exist_ok=True)
    document = report.as_json(results, crowds, verdicts, {**dataclasses.asdict(setting), **machine})
    options.out.write_text(json.dumps(document, indent=1) + "\n")
    print(report.markdown(results, crowds, verdicts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
