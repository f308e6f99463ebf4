"""Playbooks on the command line: for authors and their pull requests, for installations, for export."""

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import NoReturn

import click
from flask.cli import AppGroup
from sqlalchemy import select

from compliance import clock, db
from compliance.access import SYSTEM
from compliance.errors import PlumblineError
from compliance.playbooks import queries
from compliance.playbooks.document import Problem
from compliance.playbooks.effective import Effective
from compliance.playbooks.importing import export_path, files_of, read_file
from compliance.playbooks.library import NothingInForce, read_library, read_shelf, resolve_files
from compliance.playbooks.models import Override, OverrideVersion, Playbook, PlaybookVersion, VersionStatus
from compliance.playbooks.presenting import as_json, as_markdown
from compliance.playbooks.problems import describe
from compliance.playbooks.succession import number_of, succession_problems
from compliance.wording import counted

EXISTING = click.Path(exists=True, path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])

group = AppGroup("playbooks", help="Check, resolve, import, export and show playbooks.")


@group.command("check")
@click.argument("path", type=EXISTING)
def check(path: Path) -> None:
    """Tell every fault of a file, a playbook's folder or a library, with its line and what to do."""
    problems = _problems(path)
    for problem in problems:
        click.echo(describe(problem), err=not problem.warning)
    errors = sum(not problem.warning for problem in problems)
    click.echo(f"{counted(errors, 'error')}, {counted(len(problems) - errors, 'warning')}.")
    sys.exit(1 if errors else 0)


def _problems(path: Path) -> list[Problem]:
    if path.is_file():
        return list(read_file(str(path), path.read_bytes(), {}).problems)
    shelves = read_library(path)
    if not shelves:
        fail(f"{path}: there is no playbook here. A library has a folder for each, with playbook.md in it.")
    found = [problem for file in files_of(shelves) for problem in file.problems]
    for shelf in shelves:
        books = [text.document for text in shelf.playbooks]
        for text in shelf.playbooks:
            found += succession_problems(books, text.document, str(text.path))
    return found


@group.command("resolve")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--chain", default="", help="Codes from region to site, as in apac,my,kul1; vendor:kbc for a vendor.")
@click.option("--on", type=DAY, help="The day; today unless said.")
@click.option("--format", "shape", type=click.Choice(["md", "json"]), default="md")
def resolve(folder: Path, chain: str, on: datetime | None, shape: str) -> None:
    """Resolve a playbook's folder from its files alone, their claims of approval taken at their word."""
    shelf = read_shelf(folder)
    if shelf.errors:
        fail(*(describe(problem) for problem in shelf.errors))
    try:
        effective = resolve_files(shelf, [code.strip() for code in chain.split(",") if code.strip()], _day(on))
    except (NothingInForce, ValueError) as wrong:
        fail(f"{folder}: {wrong.args[0]}")
    _show(effective, shape)


@group.command("export")
@click.argument("path", type=click.Path(file_okay=False, path_type=Path))
def export(path: Path) -> None:
    """Write the library to a folder: the same bytes that were taken in."""
    for name, source in _library():
        target = path / name
        data = source.encode()
        same = target.is_file() and target.read_bytes() == data
        if not same:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        click.echo(f"{name}: {'unchanged' if same else 'written'}")


def _library() -> list[tuple[Path, str]]:
    """Every text but the declined, by its place in a library: the highest number is the present one."""
    books = db.session.execute(
        select(Playbook.key, PlaybookVersion.number, PlaybookVersion.source).join(Playbook.versions)
        .where(PlaybookVersion.status != VersionStatus.DECLINED)).all()
    local = db.session.execute(
        select(Playbook.key, Override.scope, OverrideVersion.number, OverrideVersion.source)
        .join(OverrideVersion.override).join(Override.playbook)
        .where(OverrideVersion.status != VersionStatus.DECLINED)).all()
    newest = {row.key: row.number for row in sorted(books, key=lambda row: number_of(row.number))}
    newest_local = {(row.key, row.scope): row.number for row in sorted(local, key=lambda row: row.number)}
    files = [(export_path(row.key, number="" if row.number == newest[row.key] else row.number), row.source)
             for row in books]
    files += [(export_path(row.key, row.scope, "" if row.number == newest_local[row.key, row.scope]
                           else str(row.number)), row.source) for row in local]
    return sorted(files)


@group.command("show")
@click.argument("key")
@click.option("--site", required=True, help="The code of the site.")
@click.option("--vendor", default="", help="The code of a vendor there, or in-house; who runs most unless said.")
@click.option("--on", type=DAY, help="The day at the site; today there unless said.")
@click.option("--format", "shape", type=click.Choice(["md", "json"]), default="md")
def show(key: str, site: str, vendor: str, on: datetime | None, shape: str) -> None:
    """Print a playbook as it holds at a site."""
    try:
        playbook = queries.get_playbook(SYSTEM, key)
        stay = queries.get_stay(SYSTEM, site, vendor=vendor, on=on.date() if on else None)
        effective = queries.resolved_at(SYSTEM, playbook.key, stay)
    except PlumblineError as wrong:
        fail(f"{key} at {site}: {wrong}")
    _show(effective, shape)


def _show(effective: Effective, shape: str) -> None:
    if shape == "json":
        click.echo(json.dumps(as_json(effective), ensure_ascii=False, indent=2))
    else:
        click.echo(as_markdown(effective), nl=False)


def _day(on: datetime | None) -> date:
    return on.date() if on else clock.today()


def fail(*lines: str) -> NoReturn:
    for line in lines:
        click.echo(line, err=True)
    sys.exit(1)
