"""What the machine does: CPU time and memory of a process tree, and how busy everything else is."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
QUIET = 0.15  # cores; more than this in other hands makes a measurement worthless


@dataclass(frozen=True)
class Moment:
    """Seconds of CPU the whole machine has spent, and when that was."""

    busy: float
    at: float


def now() -> Moment:
    fields = [int(x) for x in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    user, nice, system, _idle, _iowait, irq, softirq = fields[:7]
    return Moment((user + nice + system + irq + softirq) / TICK, time.monotonic())


def others(before: Moment, after: Moment, ours: float) -> float:
    """Cores used by processes that are neither the server nor the generator."""
    return max(0.0, (after.busy - before.busy - ours) / max(after.at - before.at, 1e-6))


def wait_until_quiet(limit: float) -> bool:
    """Wait at most `limit` seconds for half a second in which the machine is idle."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        before = now()
        time.sleep(0.5)
        if others(before, now(), 0.0) < QUIET:
            return True
    return False


def _stat(pid: int) -> list[str] | None:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # it ended meanwhile
        return None


def tree(root: int) -> list[int]:
    """The process and all its descendants."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (stat := _stat(int(entry.name))):
            children.setdefault(int(stat[1]), []).append(int(entry.name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def cpu_seconds(root: int) -> float:
    """User and system time of the tree; of the root also that of children it has waited for."""
    ticks = 0
    for pid in tree(root):
        if stat := _stat(pid):
            ticks += sum(int(x) for x in stat[11 : 15 if pid == root else 13])
    return ticks / TICK


def pss_mib(root: int) -> float:
    """Proportional set size of the tree: pages shared by workers count once, unlike in RSS."""
    total = 0
    for pid in tree(root):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024
