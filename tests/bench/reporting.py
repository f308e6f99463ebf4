"""Results on the terminal, and as `docs/performance.md`."""

import os
import platform
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from compliance.web.words import number
from tests.bench.measuring import Measured
from tests.bench.shapes import Run
from tests.bench.workloads import Workload

PAGE = Path(__file__).parent.parent.parent / "docs" / "performance.md"
MARK = "<!-- measured -->"


def table(run: Run) -> str:
    """One run for the terminal."""
    lines = [f"{run.backend}, {run.shape}: loaded in {run.loading:.0f} s, peak {run.peak} MB"]
    lines += [f"  {work.name:6} {work.what:38} {got.middle:9.1f} ms {got.p95:9.1f} p95 {got.cpu:9.1f} cpu "
              f"{got.statements:4} sql  {verdict(work, got)}" for work, got in run.results]
    return "\n".join(lines) + "\n"


def verdict(work: Workload, got: Measured) -> str:
    """What of the target was missed, and by how much."""
    missed = []
    if work.statements is not None and got.statements > work.statements:
        missed.append(f"{got.statements} statements, {work.statements} wanted")
    if work.milliseconds is not None and got.middle > work.milliseconds:
        missed.append(f"{got.middle / work.milliseconds:.1f} × the {work.milliseconds:g} ms wanted")
    return "; ".join(missed)


def write(runs: Sequence[Run]) -> None:
    """Put the measured tables below the mark of the page; what stands above it is written by hand."""
    above = PAGE.read_text().split(MARK)[0] if PAGE.exists() else "# Performance\n\n"
    PAGE.write_text(above + MARK + "\n" + "\n".join(_lines(runs)) + "\n")


def _lines(runs: Sequence[Run]) -> Iterator[str]:
    yield f"\nMeasured on {machine()}.\n"
    for backend in dict.fromkeys(run.backend for run in runs):
        of_backend = [run for run in runs if run.backend == backend]
        yield f"## {'SQLite' if backend == 'sqlite' else 'PostgreSQL'}\n"
        shapes = " | ".join(f"{run.shape}: median / p95, ms" for run in of_backend)
        yield f"| | workload | {shapes} | statements | target | missed |"
        yield "|---|---|" + "---|" * (len(of_backend) + 3)
        for at, (work, _) in enumerate(of_backend[0].results):
            yield _row(work, [run.results[at][1] for run in of_backend])
        rows = "; ".join(f"{run.shape}: {', '.join(f'{number(n)} {name}' for name, n in run.rows.items())}, "
                         f"loaded in {run.loading:.0f} s, peak {run.peak} MB" for run in of_backend)
        yield f"\n{rows}.\n"


def _row(work: Workload, got: Sequence[Measured]) -> str:
    times = " | ".join(f"{one.middle:.1f} / {one.p95:.1f}" for one in got)
    target = ", ".join(filter(None, (
        f"≤ {work.statements} statements" if work.statements else "",
        f"≤ {work.milliseconds:g} ms" if work.milliseconds else "")))
    missed = "; ".join(dict.fromkeys(filter(None, (verdict(work, one) for one in got))))
    counts = "/".join(dict.fromkeys(str(one.statements) for one in got))
    return f"| {work.name} | {work.what} | {times} | {counts} | {target} | {missed} |"


def machine() -> str:
    """What it ran on, without a name or address."""
    model = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30
    return (f"{model}, {os.cpu_count()} cores, {memory} GiB, {platform.system()}, Python {platform.python_version()}, "
            f"SQLite {sqlite3.sqlite_version}")
