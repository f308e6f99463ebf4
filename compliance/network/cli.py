"""The network from the command line: the same import as on the page."""

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from compliance.access import SYSTEM
from compliance.db import transaction
from compliance.errors import PlumblineError
from compliance.network.commands import import_network
from compliance.network.commands.importing import Report, Verdict
from compliance.network.tables import read_rows

group = AppGroup("network", help="Keep regions, markets, sites, vendors and operations.")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--apply", is_flag=True, help="Keep what the rows do; without it they are only tried.")
@click.option("--all-or-nothing", is_flag=True, help="Keep nothing when any row is refused.")
def import_file(file: Path, apply: bool, all_or_nothing: bool) -> None:
    """Try every row of a CSV or XLSX file and say what it does; exit 1 when any is refused."""
    try:
        rows = read_rows(file.read_bytes(), file.name)
        with transaction():
            report = import_network(SYSTEM, rows, apply=apply, all_or_nothing=all_or_nothing)
    except PlumblineError as error:
        raise click.ClickException(str(error)) from error
    _tell(report)
    sys.exit(1 if report.refused else 0)


def _tell(report: Report) -> None:
    for outcome in report.outcomes:
        told = ": ".join([f"{outcome.row.place}", f"{outcome.row.kind} {outcome.code}", outcome.verdict.value])
        click.echo(f"{told} ({'; '.join(outcome.notes)})" if outcome.notes else told)
    counted = ", ".join(f"{report.counts[verdict]} {verdict}" for verdict in Verdict)
    click.echo(f"{counted}. {'Applied.' if report.applied else 'Nothing was kept.'}")
