"""The tables people read and the JSON that programs read, from the same results."""

from dataclasses import asdict, dataclass, field

from tests.bench.aims import Figures, Verdict
from tests.bench.wrk import Measurement


@dataclass
class Result:
    """Everything measured of one provider; of several measurements of a thing the median."""

    name: str
    note: str
    start_seconds: list[float]
    idle_mib: float
    loaded_mib: float = 0.0
    figures: Figures = field(default_factory=dict)
    every_rate: dict[str, list[float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Crowd:
    """The special run: many complete sign-ins of one provider at once."""

    provider: str
    attempted: int
    failures: list[str]
    seconds: float
    slowest: float


def markdown(results: list[Result], crowds: list[Crowd], verdicts: list[Verdict]) -> str:
    ours, peer = results[0], results[-1]
    lines = _load_table(results, ours, peer) + _process_table(results)
    for crowd in crowds:
        lines.append(
            f"{crowd.provider}: {crowd.attempted} sign-ins at once, {len(crowd.failures)} failed, "
            f"{crowd.seconds:.1f} s in all, slowest {crowd.slowest:.1f} s."
        )
        lines += [f"  {failure}" for failure in crowd.failures[:3]]
    if verdicts:
        lines += ["", "| aim | reached | |", "| --- | --- | --- |"]
    for verdict in verdicts:
        met = "met" if verdict.met else "**missed**"
        lines.append(_row([verdict.aim, verdict.reached, met]))
    lines += [""] + [f"{result.name}: {result.note}." for result in results]
    return "\n".join(lines)


def _load_table(results: list[Result], ours: Result, peer: Result) -> list[str]:
    compared = peer is not ours
    head = ["scenario", "at once"]
    for result in results:
        head += [f"{result.name}: requests/s", "CPU ms", "p50 ms", "p99 ms", "errors"]
    if compared:
        head.append(f"{ours.name} / {peer.name}")
    lines = [_row(head), _row(["---"] * len(head))]
    for scenario, by_concurrency in ours.figures.items():
        for concurrency, mine in by_concurrency.items():
            cells = [scenario, str(concurrency)]
            for result in results:
                cells += _cells(result.figures[scenario][concurrency])
            if compared:
                other = peer.figures[scenario][concurrency]
                cells.append(f"{mine.per_second / max(other.per_second, 1e-6):.2f}")
            lines.append(_row(cells))
    note = "~ in a rate: other programs used the machine meanwhile, so it says little."
    return [*lines, "", note, ""]


def _cells(measured: Measurement) -> list[str]:
    return [
        ("~" if measured.disturbed else "") + _number(measured.per_second),
        f"{measured.server_cpu_ms:.2f}",
        _number(measured.p50_ms),
        _number(measured.p99_ms),
        str(measured.errors),
    ]


def _process_table(results: list[Result]) -> list[str]:
    head = ["", *(result.name for result in results)]
    return [
        _row(head),
        _row(["---"] * len(head)),
        _row(["start, s", *(f"{median(r.start_seconds):.2f}" for r in results)]),
        _row(["PSS idle, MiB", *(f"{r.idle_mib:.0f}" for r in results)]),
        _row(["PSS after load, MiB", *(f"{r.loaded_mib:.0f}" for r in results)]),
        "",
    ]


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}"


def median(values: list[float]) -> float:
    """The lower one of two in the middle, so that it is a value that was measured."""
    return sorted(values)[(len(values) - 1) // 2]


def as_json(
    results: list[Result], crowds: list[Crowd], verdicts: list[Verdict], setting: dict[str, object]
) -> dict[str, object]:
    return {
        "setting": setting,
        "providers": [_with_rates(result) for result in results],
        "crowds": [asdict(crowd) for crowd in crowds],
        "aims": [asdict(verdict) for verdict in verdicts],
    }


def _with_rates(result: Result) -> dict[str, object]:
    described = asdict(result)
    described["figures"] = {
        scenario: {
            str(concurrency): {**asdict(m), "per_second": m.per_second, "disturbed": m.disturbed}
            for concurrency, m in by_concurrency.items()
        }
        for scenario, by_concurrency in result.figures.items()
    }
    return described
