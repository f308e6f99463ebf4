"""The form pages of those who decide on an action: its plan, its result, its time, its owner."""

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from compliance import clock
from compliance.access import Permission, Place, require_somewhere
from compliance.accounts.queries import get_person, holders
from compliance.actions import commands
from compliance.actions.escalation import authority_for
from compliance.actions.lifecycle import ActionKind
from compliance.actions.models import Action
from compliance.actions.presenting import step_owners, view_of
from compliance.actions.queries import extensions_of
from compliance.actions.schemas import (
    ApprovalSchema,
    ExtensionSchema,
    NoteSchema,
    OwnerSchema,
    RaiseSchema,
    VerificationSchema,
)
from compliance.actions.telling import entries_about
from compliance.actions.views.blueprint import (
    Answer,
    action_for,
    bp,
    done,
    in_transaction,
    people_to_choose,
    step_page,
)
from compliance.files.intake import Upload
from compliance.network.queries import get_site, get_vendor, sites, vendors
from compliance.web.forms import Form
from compliance.web.request import actor


@bp.route("/<reference>/approval", methods=["GET", "POST"])
def approval(reference: str) -> Answer:
    action = action_for(Permission.APPROVE_PLAN, reference)
    form = Form(ApprovalSchema(), {"version": action.version, "verifier": action.verifier_id or ""})
    said = "The plan is approved." if request.form.get("decision") == "approve" else "The plan is sent back."
    return step_page(action, form, "approval", lambda _uploads: _decide(action, form), said=said,
                     verifiers=verifiers_for(action), day=clock.today(action.site.zone or "UTC"))


def _decide(action: Action, form: Form) -> None:
    seen = form.data["version"]
    if form.data["decision"] == "return":
        in_transaction(commands.return_plan, actor(), action, reason=form.data["reason"], seen=seen)
        return
    verifier = get_person(actor(), form.data["verifier"]) if form.data["verifier"] else None
    in_transaction(commands.approve_plan, actor(), action, verifier=verifier, seen=seen)


def verifiers_for(action: Action) -> list[tuple[str, str]]:
    """Those who may verify here, but for the owner and whoever reports to the owner."""
    return [(str(person.id), person.name) for person in holders(action.place, Permission.VERIFY_ACTION)
            if action.owner_id not in (person.id, person.manager_id)]


@bp.route("/<reference>/verification", methods=["GET", "POST"])
def verification(reference: str) -> Answer:
    action = action_for(Permission.VERIFY_ACTION, reference)
    form = Form(VerificationSchema(), {"version": action.version, "note": action.verification})

    def work(_uploads: list[Upload]) -> None:
        in_transaction(commands.verify_and_close, actor(), action, met=form.data["met"] == "yes",
                       note=form.data["note"], seen=form.data["version"])

    met = request.form.get("met") == "yes"
    return step_page(action, form, "verification", work, view=view_of(actor(), action, entries_about([action.id])),
                     said="It is verified and closed." if met else "Not met: it goes back to its root cause.")


@bp.route("/<reference>/extension", methods=["GET", "POST"])
def extension(reference: str) -> Answer:
    action = action_for(Permission.EXTEND_ACTION, reference)
    form = Form(ExtensionSchema(), {"version": action.version, "asked_by": action.owner_id})

    def work(_uploads: list[Upload]) -> None:
        asked_by = get_person(actor(), form.data["asked_by"]) if form.data["asked_by"] else None
        in_transaction(commands.extend, actor(), action, new_due=form.data["due_on"], reason=form.data["note"],
                       asked_by=asked_by, seen=form.data["version"])

    return step_page(action, form, "extension", work, said="It has more time. The first date stays on record.",
                     people=people_to_choose(action), granted=extensions_of(action),
                     authority=authority_for(action.extensions + 1), number=action.extensions + 1)


@bp.route("/<reference>/owner", methods=["GET", "POST"])
def owner(reference: str) -> Answer:
    action = action_for(Permission.RAISE_ACTION, reference)
    form = Form(OwnerSchema(), {"version": action.version})

    def work(_uploads: list[Upload]) -> None:
        in_transaction(commands.reassign, actor(), action, owner=get_person(actor(), form.data["owner"]),
                       reason=form.data["note"], seen=form.data["version"])

    return step_page(action, form, "owner", work, said="It has a new owner.", people=step_owners(action))


@bp.route("/<reference>/cancellation", methods=["GET", "POST"])
def cancellation(reference: str) -> Answer:
    action = action_for(Permission.APPROVE_PLAN, reference)
    form = Form(NoteSchema(), {"version": action.version})

    def work(_uploads: list[Upload]) -> None:
        in_transaction(commands.cancel_action, actor(), action, reason=form.data["note"], seen=form.data["version"])

    return step_page(action, form, "cancellation", work, said="It is cancelled; the accepted risk is on record.")


@bp.route("/<reference>/reopening", methods=["GET", "POST"])
def reopening(reference: str) -> Answer:
    action = action_for(Permission.VERIFY_ACTION, reference)
    form = Form(NoteSchema(), {"version": action.version})

    def work(_uploads: list[Upload]) -> None:
        in_transaction(commands.reopen_action, actor(), action, reason=form.data["note"], seen=form.data["version"])

    return step_page(action, form, "reopening", work, said="It is open again. Its cause is asked for anew.")


@bp.route("/new", methods=["GET", "POST"])
def new() -> Answer:
    """Raise an improvement, or a decision to follow up; other actions come from what found them."""
    require_somewhere(actor(), Permission.RAISE_ACTION)
    form = Form(RaiseSchema(), {"site": request.args.get("site", ""), "owner": actor().id})
    raised: list[Action] = []
    if form.submitted_and_valid() and done(form, lambda: in_transaction(lambda: raised.append(_raise(form)))):
        flash(f"{raised[0].reference} is raised.")
        return _to(raised[0])
    here = sites(actor(), permission=Permission.RAISE_ACTION)
    chosen = next((site for site in here if site.code == form.value("site")), here[0] if len(here) == 1 else None)
    return render_template(
        "actions/new.html", form=form, choices=[(site.code, f"{site.code} {site.name}") for site in here],
        vendors=[(vendor.code, vendor.name) for vendor in vendors(actor())], chosen=chosen,
        people=_workers(Place(chosen.path)) if chosen else []), form.status


def _workers(place: Place) -> list[tuple[str, str]]:
    return [(str(person.id), person.name) for person in holders(place, Permission.WORK_ON_ACTION)]


def _raise(form: Form) -> Action:
    said = form.data
    site = get_site(actor(), said["site"])
    vendor = get_vendor(actor(), said["vendor"]) if said["vendor"] else None
    return commands.raise_action(
        actor(), kind=ActionKind(said["kind"]), site=site, vendor_id=vendor.id if vendor else None,
        source=("", None, ""), title=said["title"], description=said["description"], severity=None,
        owner=get_person(actor(), said["owner"] or actor().id), due_on=said["due_on"])


def _to(action: Action) -> Response:
    return redirect(f"/actions/{action.reference}")
