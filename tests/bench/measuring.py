"""One workload measured: time, processor time, statements and memory."""

import resource
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.support.queries import QueryRecorder

SECONDS_EACH = 4.0  # a workload that is slow is repeated less, never skipped


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds; `cpu` is the mean of what all processes spent, `statements` of one run out of `rounds`."""

    name: str
    middle: float
    p95: float
    cpu: float
    statements: int
    rounds: int
    note: str = ""


def measure(name: str, work: Callable[[], object], *, rounds: int = 30, note: str = "", warm: int = 1) -> Measured:
    """Run it `warm` times unmeasured, then up to `rounds` times within `SECONDS_EACH`; counting is the first round."""
    for _ in range(warm):
        work()
    times, until, before = list[float](), time.perf_counter() + SECONDS_EACH, spent()

    def timed() -> None:
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)

    statements = len(QueryRecorder().during(timed))
    while len(times) < rounds and time.perf_counter() < until:
        timed()
    cpu = (spent() - before) * 1000 / len(times)
    return Measured(name, median(times), percentile(times, 95), cpu, statements, len(times), note)


_servers: list[int] = []


def watch(server: int) -> None:
    """Count what the children of this process spend, too: a PostgreSQL server has one for each connection."""
    _servers[:] = [server]


def spent() -> float:
    """Seconds of processor time of this process, of those it waited for, and of the database server."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime + sum(map(_on_processor, _backends()))


def _backends() -> Iterator[Path]:
    for server in _servers:
        listed = Path(f"/proc/{server}/task/{server}/children")
        yield from (Path("/proc") / pid for pid in (listed.read_text().split() if listed.exists() else ()))


def _on_processor(process: Path) -> float:
    try:
        return int((process / "schedstat").read_text().split()[0]) / 1e9
    except OSError:  # it ended meanwhile
        return 0.0


def percentile(values: Sequence[float], share: int) -> float:
    """The value at or below which `share` per cent of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-share * len(ordered) // 100) - 1)]


def peak_megabytes() -> int:
    """The most memory this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
