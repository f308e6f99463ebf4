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
FLOOR = "<!-- floor -->"
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
Result = tuple[Workload, Measured]


def table(run: Run) -> str:
    """One run for the terminal."""
    lines = [f"\n{run.backend}, {run.shape}: loaded in {run.loading:.0f} s, peak {run.peak} MB"]
    lines += [f"  {work.name:6} {work.what:38} {got.middle:9.1f} ms {got.p95:9.1f} p95 {got.cpu:9.1f} cpu "
              f"{got.statements:4} sql  {verdict(work, got)}" for work, got in run.results]
    lines += [f"  memory {when}: {held} MB, {target} wanted" for when, held, target in run.memory]
    return "\n".join(lines) + "\n"


def verdict(work: Workload, got: Measured) -> str:
    """What of the target was missed, and by how much: by processor time, which other work on the machine moves less."""
    missed = []
    if work.statements is not None and got.statements > work.statements:
        missed.append(f"{got.statements} statements, {work.statements} wanted")
    wanted = work.cpu or work.milliseconds
    if wanted is not None and got.cpu > wanted:
        missed.append(f"{number(got.cpu / wanted, 1)} × the {number(wanted)} ms wanted")
    return "; ".join(missed)


def write(runs: Sequence[Run], beside: Sequence[Result]) -> None:
    """Put the measured tables below the mark of the page; what stands above it is written by hand."""
    above = PAGE.read_text(encoding="utf-8").split(MARK)[0] if PAGE.exists() else "# Performance\n\n"
    PAGE.write_text(above + MARK + "\n" + "\n".join(_lines(runs, beside)) + "\n", encoding="utf-8")


def write_floor(rows: Sequence[str]) -> None:
    """Put what was measured of the tablet between its marks; the other tables stay as they were."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(FLOOR)
    table = "\n".join(["| what | measured | wanted | missed |", "|---|---|---|---|", *rows])
    told = f"{FLOOR}\n\nMeasured on {machine()}.\n\n{table}\n\n{FLOOR}"
    PAGE.write_text(before + told + rest.partition(FLOOR)[2], encoding="utf-8")


def _lines(runs: Sequence[Run], beside: Sequence[Result]) -> Iterator[str]:
    yield f"\nMeasured on {machine()}.\n"
    for backend in dict.fromkeys(run.backend for run in runs):
        yield from _of_backend(backend, [run for run in runs if run.backend == backend])
    if beside:
        yield "\n## Beside the shapes (SQLite)\n"
        yield "| | work | median, ms | CPU, ms | target | missed |\n|---|---|---|---|---|---|"
        for work, got in beside:
            yield (f"| {work.name} | {work.what} | {_ms(got.middle)} | {_ms(got.cpu)} | {_target(work)} | "
                   f"{verdict(work, got)} |")


def _of_backend(backend: str, runs: Sequence[Run]) -> Iterator[str]:
    yield f"\n## {NAMES[backend]}\n"
    shapes = " | ".join(f"{run.shape}: median / p95 / CPU" for run in runs)
    yield f"| | workload | {shapes} | statements | target | missed |"
    yield "|---|---|" + "---|" * (len(runs) + 3)
    for at, (work, _) in enumerate(runs[0].results):
        yield _row(work, [run.results[at] for run in runs])
    yield "\n| shape | rows | loaded in | server after its start, MB | after every page and export, MB |"
    yield "|---|---|---|---|---|"
    for run in runs:
        rows = ", ".join(f"{number(n)} {name}" for name, n in run.rows.items())
        yield f"| {run.shape} | {rows} | {run.loading:.0f} s | {' | '.join(_held(*each) for each in run.memory)} |"


def _held(_when: str, held: int, target: int) -> str:
    return f"{held} (≤ {target})" + ("" if held <= target else f", {held - target} too many")


def _row(work: Workload, results: Sequence[Result]) -> str:
    times = " | ".join(f"{_ms(got.middle)} / {_ms(got.p95)} / {_ms(got.cpu)}" for _, got in results)
    missed = "; ".join(f"{said}" for each, got in results if (said := verdict(each, got)))
    counts = " / ".join(dict.fromkeys(str(got.statements) for _, got in results))
    return f"| {work.name} | {work.what} | {times} | {counts} | {_target(work)} | {missed} |"


def _ms(value: float) -> str:
    return number(value, 1 if value < 100 else 0)


def _target(work: Workload) -> str:
    return ", ".join(filter(None, (
        f"≤ {work.statements} statements" if work.statements else "",
        f"≤ {number(work.milliseconds)} ms" if work.milliseconds else "",
        "≤ 8 s / 2 s CPU for 100 000 rows" if work.cpu and work.name in ("W10x", "W10c") else
        f"≤ {number(work.cpu)} ms CPU" if work.cpu else "")))


def machine() -> str:
    """What it ran on, without a name or address."""
    model = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30
    return (f"{model}, {os.cpu_count()} cores, {memory} GiB, {platform.system()}, Python {platform.python_version()}, "
            f"SQLite {sqlite3.sqlite_version}")
