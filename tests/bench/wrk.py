"""Runs wrk with `load.lua` against one provider and turns its answer into a Measurement."""

import re
import resource
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.bench import machine
from tests.bench.provider import Provider

SCRIPT = Path(__file__).with_name("load.lua")
RESULT = re.compile(r"^RESULT (\d+) (\d+) ([\d.]+) (\d+) (\d+) (\d+) (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Measurement:
    """One scenario at one concurrency, once."""

    requests: int
    seconds: float
    errors: int
    p50_ms: float
    p99_ms: float
    server_cpu_ms: float  # a request, all processes of the server together
    generator_cpu: float  # cores
    others_cpu: float  # cores; noise
    complaint: str = ""

    @property
    def per_second(self) -> float:
        return (self.requests - self.errors) / max(self.seconds, 1e-6)

    @property
    def disturbed(self) -> bool:
        """Whether other programs took so much of the machine that the figures say little."""
        return self.others_cpu > machine.QUIET


class Meter:
    """CPU of the server, of the generator and of everybody else while the `with` block runs."""

    def __init__(self, provider: Provider) -> None:
        self._pid = provider.pid

    def __enter__(self) -> Self:
        self._generator = _children_cpu()
        self._server, self._start = machine.cpu_seconds(self._pid), machine.now()
        return self

    def __exit__(self, *_: object) -> None:
        end = machine.now()
        self.server = machine.cpu_seconds(self._pid) - self._server
        generator = _children_cpu() - self._generator
        self.generator_cpu = generator / max(end.at - self._start.at, 1e-6)
        self.others_cpu = machine.others(self._start, end, self.server + generator)


def run(provider: Provider, folder: Path, concurrency: int, seconds: float, plan: dict[str, object]) -> Measurement:
    """Load for `seconds`, or until the plan's `limit` of answers is reached."""
    headers = {"Host": provider.host, **dict(plan.get("headers") or {})}  # type: ignore[call-overload]
    plan_file = folder / "plan.lua"
    plan_file.write_text("return " + _lua({**plan, "headers": headers}) + "\n")
    command = ["wrk", "-t1", f"-c{concurrency}", f"-d{max(1, round(seconds))}s", "--timeout", "30s"]
    command += ["-s", str(SCRIPT), f"http://127.0.0.1:{provider.port}/", "--", str(plan_file)]
    with Meter(provider) as meter:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60, check=False)
    found = RESULT.search(done.stdout)
    if not found:
        raise RuntimeError(f"wrk failed: {(done.stdout + done.stderr)[-500:]}")
    answered, wrong, took, lost, p50, p99, complaint = found.groups()
    return Measurement(
        requests=int(answered),
        seconds=float(took),
        errors=int(wrong) + int(lost),
        p50_ms=int(p50) / 1000,
        p99_ms=int(p99) / 1000,
        server_cpu_ms=meter.server * 1000 / max(int(answered), 1),
        generator_cpu=meter.generator_cpu,
        others_cpu=meter.others_cpu,
        complaint=complaint.strip(),
    )


def _children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _lua(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"[{_lua(k)}] = {_lua(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "{" + ", ".join(_lua(item) for item in value) + "}"
    if isinstance(value, int):
        return str(value)
    text = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{text}"'
