"""`python -m tests.audits.field.proof SEED OPS [--control NAME]`: one random fault run, and what came of it."""

import argparse
import json
import sys
import time

from playwright.sync_api import sync_playwright

from tests.audits.field.proof.faults import Run
from tests.audits.field.proof.ledger import Found
from tests.audits.field.proof.stage import a_scene
from tests.support.database import SqliteSource

CONTROLS = ("deletes-early", "no-unique")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="run faults")
    parser.add_argument("seed", type=int)
    parser.add_argument("steps", type=int, nargs="?", default=300)
    parser.add_argument("--control", choices=CONTROLS, default="", help="plant a fault the comparison must find")
    parser.add_argument("--verbose", action="store_true", help="name each step as it begins")
    parser.add_argument("--json", action="store_true", help="one line of JSON, for a table")
    given = parser.parse_args(arguments)
    source, begun = SqliteSource(), time.monotonic()
    try:
        with sync_playwright() as playwright, a_scene(playwright, source, clauses=40, control=given.control) as scene:
            run = Run(scene, given.seed, told=print if given.verbose else None)
            run.walk(given.steps)
            found = run.finish()
            told = figures(run, found) | {"steps": given.steps, "seconds": round(time.monotonic() - begun)}
    finally:
        source.close()
    print(json.dumps(told) if given.json else "\n".join(f"{name}: {value}" for name, value in told.items()))
    for fault in found.faults:
        print(fault)
    return int(bool(found.faults))


def figures(run: Run, found: Found) -> dict[str, object]:
    """What a run is judged by."""
    return {
        "seed": run.seed, "saved": found.saved, "photographs": found.photos, "lost": len(found.lost),
        "duplicated": len(found.duplicated), "wrong": len(found.wrong), "false": len(found.false),
        "conflicts": found.conflicts, "settled": found.resolved, "conflicts that differ": len(found.conflicts_differ),
        "held": found.held, "seconds until all on server": round(run.reconnected, 1), "faults": run.faults(),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
