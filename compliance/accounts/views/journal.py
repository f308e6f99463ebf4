"""The journal: who did what and when, and whether the chain still holds."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from compliance import exports
from compliance import journal as chain
from compliance.access import EVERYWHERE, Permission, require
from compliance.accounts import queries
from compliance.accounts.views.blueprint import bp
from compliance.errors import InvalidInput
from compliance.journal import Event, JournalEntry
from compliance.network.places import day
from compliance.web import words
from compliance.web.request import LARGEST, actor
from compliance.wording import counted

READ = Permission.VIEW_JOURNAL


@bp.get("/journal")
def journal() -> str:
    require(actor(), READ, EVERYWHERE)
    entries = queries.journal_entries(actor(), **_filters(), before=_before())
    return render_template("accounts/journal.html", entries=entries.rows, older=entries.next, told=in_words,
                           events=[(event.value, event_in_words(event)) for event in sorted(Event)])


@bp.get("/journal.<any(csv, xlsx):kind>")
def export_journal(kind: str) -> Response:
    require(actor(), READ, EVERYWHERE)
    columns: list[exports.Column] = [
        ("Number", lambda entry: entry.seq), ("When", lambda entry: entry.at),
        ("Who", lambda entry: entry.told["actor"]),
        ("What", lambda entry: event_in_words(entry.event)), ("About", lambda entry: entry.told["subject"]),
        ("Told", in_words), ("Hash", lambda entry: entry.hash)]
    return exports.file_response(kind, "journal", columns, queries.all_journal_entries(actor(), **_filters()))


@bp.post("/journal/verification")
def verify_journal() -> Response:
    require(actor(), READ, EVERYWHERE)
    held, fault = chain.verify()
    if fault is None:
        flash(f"The chain holds: {counted(held, 'entry', 'entries')}, the last one {chain.head_digest()[:12]}.")
    else:
        flash(f"The chain is broken at entry {fault.seq}: {fault.what}. {counted(held, 'entry', 'entries')} before it "
              "hold. Compare with a backup, and tell whoever answers for the installation.", "error")
    return redirect(url_for(".journal"))


def event_in_words(event: str) -> str:
    return words.sentence(str(event).replace(".", " "))


def in_words(entry: JournalEntry) -> str:
    """What an entry tells besides who, when and about what."""
    return "; ".join(f"{name.replace('_', ' ')}: {_value(value)}" for name, value in entry.told["fields"].items())


def _value(value: Any) -> str:
    if isinstance(value, list) and len(value) == 2:
        return f"{_value(value[0])} → {_value(value[1])}"
    return "nothing" if value in (None, "", []) else str(value)


def _filters() -> dict[str, Any]:
    event = request.args.get("event", "")
    return {"event": Event(event) if event in set(Event) else None, "who": request.args.get("who", "").strip(),
            "since": _day("since"), "until": _day("until")}


def _before() -> int | None:
    """The number of an entry; no number, or one no entry will ever have, means from the newest on."""
    number = request.args.get("before", type=int)
    return number if number is not None and abs(number) <= LARGEST else None


def _day(name: str) -> date | None:
    try:
        return day(request.args[name]) if request.args.get(name) else None
    except ValueError as error:
        raise InvalidInput(str(error), {name: [str(error)]}) from error
