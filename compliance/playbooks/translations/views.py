"""The pages of translations: the board, one language, one clause, a translator's file, and the language to read in."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from compliance import clock, exports
from compliance.access import Permission, require_somewhere
from compliance.db import transaction
from compliance.errors import InvalidInput, PlumblineError
from compliance.playbooks.comparison import redline
from compliance.playbooks.models import Playbook
from compliance.playbooks.queries import get_playbook
from compliance.playbooks.translations import checking, commands, exchange, queries
from compliance.playbooks.translations.commands import Taken
from compliance.playbooks.translations.languages import named
from compliance.playbooks.translations.queries import Line, Standing
from compliance.playbooks.translations.schemas import (
    DecisionSchema,
    DeclineSchema,
    ExchangeSchema,
    ReadingSchema,
    TranslationSchema,
)
from compliance.web.forms import Form
from compliance.web.request import actor, uploaded
from compliance.web.words import sentence

bp = Blueprint("translations", __name__, template_folder="templates")
bp.add_app_template_filter(named, "language")
Answer = Redirect | tuple[str, int]

COLUMNS = (
    ("Clause", lambda line: line.wording.clause_id),
    ("State", lambda line: line.standing),
    ("Sites", lambda line: line.wording.places),
    ("Title", lambda line: line.wording.title),
    ("Text", lambda line: line.wording.text),
    ("Translated title", lambda line: line.approved.title if line.approved else None),
    ("Translation", lambda line: line.approved.text if line.approved else None),
    ("Proposed by", lambda line: line.proposed.translator if line.proposed else None),
    ("Translator", lambda line: line.approved.translator if line.approved else None),
    ("Approved by", lambda line: line.approved.decided_by if line.approved else None),
)


@bp.get("/playbooks/<key>/translations")
def board(key: str) -> str:
    playbook = get_playbook(actor(), key)
    return render_template("translations/board.html", playbook=playbook, rows=queries.board(actor(), playbook))


@bp.get("/playbooks/<key>/translations/<language>")
def language(key: str, language: str) -> str | Response:
    playbook, tongue = get_playbook(actor(), key), queries.get_language(language)
    every = queries.lines(actor(), playbook, language)
    state = request.args.get("state", "")
    shown = [line for line in every if state in {"", line.standing} or (state == "proposed" and line.proposed)]
    if kind := request.args.get("format"):
        return exports.file_response(kind, f"{playbook.key}-{language}", COLUMNS, shown)
    states = [(each.value, sentence(each)) for each in Standing]
    return render_template(
        "translations/language.html", playbook=playbook, language=tongue, lines=shown, total=len(every), state=state,
        states=states, may_translate=language in queries.languages_of(actor()))


@bp.route("/playbooks/<key>/translations/<language>/<clause>/<wording>", methods=["GET", "POST"])
def work(key: str, language: str, clause: str, wording: str) -> Answer:
    playbook, line = _sought(key, language, clause, wording)
    form = Form(TranslationSchema(), _initial(line))
    if request.method == "POST":
        require_somewhere(actor(), Permission.TRANSLATE)
    if form.submitted_and_valid():
        try:
            with transaction():
                commands.propose(actor(), playbook, language=language, clause_id=clause, wording=wording,
                                 title=form.data["title"], text=form.data["text"], seen=form.data.get("version"))
        except PlumblineError as error:
            form.reject(error)
        else:
            flash(f"{clause.upper()} is proposed. Somebody else who translates into it approves it.")
            return redirect(url_for("translations.language", key=key, language=language))
    return _work_page(playbook, line, language, form, Form(DeclineSchema())), form.status


@bp.post("/playbooks/<key>/translations/<language>/<clause>/<wording>/checks")
def checks(key: str, language: str, clause: str, wording: str) -> Response:
    """What is wrong with a translation as it is typed: nothing is kept."""
    require_somewhere(actor(), Permission.TRANSLATE)
    _, line = _sought(key, language, clause, wording)
    said = request.form.get("title", ""), request.form.get("text", "").replace("\r\n", "\n")
    found = checking.faults((line.wording.title, line.wording.text), said)
    answer: Response = jsonify(faults=[{"field": each.field, "message": each.message} for each in found])
    return answer


@bp.post("/playbooks/<key>/translations/<language>/<clause>/<wording>/approve")
def approve(key: str, language: str, clause: str, wording: str) -> Answer:
    require_somewhere(actor(), Permission.TRANSLATE)
    form = Form(DecisionSchema())
    if form.submitted_and_valid():
        try:
            with transaction():
                found = queries.get_proposed(actor(), get_playbook(actor(), key), language, clause, wording)
                commands.approve(actor(), found, seen=form.data.get("version"))
        except PlumblineError as error:
            form.reject(error)
        else:
            flash(f"Approved. Whoever reads {queries.get_language(language).name} reads it from now on.")
            return redirect(url_for("translations.language", key=key, language=language))
    return _again(key, language, clause, wording, form)


@bp.post("/playbooks/<key>/translations/<language>/<clause>/<wording>/decline")
def decline(key: str, language: str, clause: str, wording: str) -> Answer:
    require_somewhere(actor(), Permission.TRANSLATE)
    form = Form(DeclineSchema())
    if form.submitted_and_valid():
        try:
            with transaction():
                found = queries.get_proposed(actor(), get_playbook(actor(), key), language, clause, wording)
                commands.decline(actor(), found, reason=form.data["reason"], seen=form.data.get("version"))
        except PlumblineError as error:
            form.reject(error)
        else:
            flash("Declined. The translator reads why.")
            return redirect(url_for("translations.language", key=key, language=language))
    return _again(key, language, clause, wording, form)


def _sought(key: str, language: str, clause: str, wording: str) -> tuple[Playbook, Line]:
    """The wording an address names, or what holds now instead, among what its reader sees."""
    playbook = get_playbook(actor(), key)
    line, _ = queries.get_line(actor(), playbook, language, clause, wording)
    return playbook, line


def _again(key: str, language: str, clause: str, wording: str, deciding: Form) -> Answer:
    playbook, line = _sought(key, language, clause, wording)
    form = Form(TranslationSchema(), _initial(line))
    form.raw = type(form.raw)()  # what was sent is the decision, not a translation
    return _work_page(playbook, line, language, form, deciding), deciding.status


def _initial(line: Line) -> dict[str, Any]:
    start = line.proposed or line.declined or line.approved or line.previous
    return {"title": start.title if start else "", "text": start.text if start else "",
            "version": line.proposed.version if line.proposed else None}


def _work_page(playbook: Playbook, line: Line, language: str, form: Form, deciding: Form) -> str:
    previous = line.previous if line.approved is None else None
    changed = redline(previous.source_text, line.wording.text) if previous else []
    retitled = redline(previous.source_title, line.wording.title) if previous else []
    proposed = line.proposed
    own = proposed is not None and proposed.translator_id == actor().id
    return render_template(
        "translations/work.html", playbook=playbook, line=line, language=queries.get_language(language), form=form,
        deciding=deciding, previous=previous, changed=changed, retitled=retitled, own=own,
        may_translate=language in queries.languages_of(actor()),
        html=queries.rendered(proposed.text, ()) if proposed else "", source=queries.rendered(line.wording.text, ()))


@bp.get("/playbooks/<key>/translations/<language>/export.po")
def export(key: str, language: str) -> Response:
    """The playbook for a translator's tool: what is translated, what is to do, and what can be started from."""
    playbook, tongue = get_playbook(actor(), key), queries.get_language(language)
    units = [_unit(line) for line in queries.lines(actor(), playbook, language)]
    data = exchange.write(units, project=playbook.title, version=playbook.prefix, language=tongue.code, at=clock.now())
    response = Response(data, content_type="text/x-gettext-translation; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"{playbook.key}-{tongue.code}.po")
    return response


def _unit(line: Line) -> exchange.Unit:
    wording, standing, previous = line.wording, line.proposed or line.approved, line.previous
    return exchange.Unit(
        wording.clause_id, wording.short, (wording.title, wording.text),
        (standing.title, standing.text) if standing else None,
        (previous.title, previous.text) if previous else None,
        (previous.source_title, previous.source_text) if previous else None)


@bp.route("/playbooks/<key>/translations/<language>/import", methods=["GET", "POST"])
def take_in(key: str, language: str) -> Answer:
    playbook, tongue = get_playbook(actor(), key), queries.get_language(language)
    require_somewhere(actor(), Permission.TRANSLATE)
    form, report = Form(ExchangeSchema()), list[Taken]()
    if form.submitted_and_valid():
        try:
            files = uploaded()
            if not files:
                raise InvalidInput("Choose a file.", {"file": ["Choose the .po file."]})
            with transaction():
                report = commands.take_in(actor(), playbook, language=language, data=files[0][0])
        except PlumblineError as error:
            form.reject(error)
        else:
            form.status = 422 if any(each.outcome == "refused" for each in report) else 200
    return render_template("translations/import.html", playbook=playbook, language=tongue, form=form,
                           report=report), form.status


@bp.post("/reading-language")
def read_in() -> Redirect:
    form = Form(ReadingSchema())
    if not form.submitted_and_valid():
        raise InvalidInput("Choose one of the languages offered.")
    with transaction():
        commands.read_in(actor(), language=form.data["language"])
    return redirect(_own_page(form.data["back"]))


def _own_page(back: str) -> str:
    """A page of this product, or the list of playbooks: an address from a form leads nowhere else."""
    parts = urlsplit(back)
    safe = back.startswith("/") and not back.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    return back if safe and "\\" not in back else url_for("playbooks.index")
