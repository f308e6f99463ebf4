"""One workload measured: time, processor time, statements and memory."""

import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from tests.support.queries import QueryRecorder

SECONDS_EACH = 4.0  # a workload that is slow is repeated less, never skipped


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds; `statements` of one run, `rounds` how often it ran."""

    name: str
    middle: float
    p95: float
    cpu: float
    statements: int
    rounds: int
    note: str = ""


def measure(name: str, work: Callable[[], object], *, rounds: int = 30, note: str = "", warm: int = 1) -> Measured:
    """Run it `warm` times unmeasured, then up to `rounds` times within `SECONDS_EACH`."""
    for _ in range(warm):
        work()
    statements = len(QueryRecorder().during(work))
    times, cpu, until = [], [], time.perf_counter() + SECONDS_EACH
    while len(times) < rounds and (not times or time.perf_counter() < until):
        began, spent = time.perf_counter(), time.process_time()
        work()
        times.append((time.perf_counter() - began) * 1000)
        cpu.append((time.process_time() - spent) * 1000)
    return Measured(name, median(times), percentile(times, 95), median(cpu), statements, len(times), note)


def percentile(values: Sequence[float], share: int) -> float:
    """The value at or below which `share` per cent of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-share * len(ordered) // 100) - 1)]


def peak_megabytes() -> int:
    """The most memory this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
