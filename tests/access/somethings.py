"""Something of every kind a command or query takes, from one corner of the world."""

from collections.abc import Callable, Sequence
from types import FunctionType, NoneType
from typing import Any, get_args, get_origin
from uuid import UUID

from sqlalchemy import select, true

from compliance import clock, db
from compliance.access import SYSTEM, Permission, Place
from compliance.accounts.queries import get_grant
from compliance.actions.queries.listing import ActionFilters
from compliance.audits.field.queries.devices import get_tablet
from compliance.audits.queries.records import get_assessment, get_audit
from compliance.continuity.models import ContinuityPlan
from compliance.db import Model
from compliance.findings.lifecycle import FindingKind
from compliance.findings.models import Finding
from compliance.findings.queries import FindingFilters
from compliance.network.queries import get_market, get_operation, get_region
from compliance.overview.periods import last_quarters, this_quarter
from compliance.overview.queries import figures
from compliance.overview.queries.playbooks import library, stale_overrides
from compliance.overview.queries.scope import Scope
from compliance.playbooks.adoption import queries as adoption
from compliance.playbooks.document import Severity
from compliance.playbooks.drafting.queries import get_comment
from compliance.playbooks.drifting.queries import get_item
from compliance.playbooks.governing.cases import Matter
from compliance.playbooks.governing.queries import get_sign_off
from compliance.playbooks.models import OverrideVersion, PlaybookVersion
from compliance.playbooks.queries import get_override_version, get_stay, get_version
from compliance.playbooks.queries.comparing import Side
from compliance.playbooks.waivers.subjects import Subject
from tests.access.world import Corner, World
from tests.builders.files import an_upload

Maker = Callable[[World, Corner], Any]
# By the name of the class an argument is of; records that a corner holds need no line.
BY_KIND: dict[str, Maker] = {
    "ActionStep": lambda _, corner: corner.action.plan[0],
    "Assessment": lambda _, corner: get_assessment(SYSTEM, corner.audit.reference, "ESC-01"),
    "Audit": lambda _, corner: get_audit(SYSTEM, corner.audit.reference),
    "DraftComment": lambda world, corner: get_comment(
        SYSTEM, _local(world, corner, corner.local.draft.number), corner.local.comment.id),
    "FieldDevice": lambda _, corner: get_tablet(SYSTEM, corner.person, corner.floor.device),
    "FindingFilters": lambda _, __: FindingFilters(),
    "FindingKind": lambda _, __: FindingKind.NONCONFORMITY,
    "Library": lambda _, __: library(SYSTEM, clock.today()),
    "Node": lambda _, corner: corner.site,
    "OpenFindings": lambda _, corner: figures.open_findings(SYSTEM, Scope(), ["UTC", corner.site.zone or "UTC"]),
    "Market": lambda _, corner: get_market(SYSTEM, corner.site.path.split("/")[2]),
    "Matter": lambda world, _: Matter(_waiting(world)),
    "Operation": lambda _, corner: get_operation(SYSTEM, corner.operation.id),
    "OperationDrift": lambda world, corner: get_item(
        SYSTEM, get_override_version(SYSTEM, world.playbook.key, corner.local.drift_scope, 1),
        corner.local.drift.operation),
    "OverrideVersion": lambda world, corner: get_override_version(SYSTEM, world.playbook.key, corner.scope, 1),
    "Period": lambda _, __: this_quarter(clock.today()),
    "Permission": lambda _, __: Permission.VIEW_FINDING,
    "Place": lambda _, corner: Place(corner.site.path, corner.vendor.id),
    "Playbook": lambda world, _: world.playbook,
    "PlaybookVersion": lambda world, _: get_version(SYSTEM, world.playbook.key, "1.0.0"),
    "Region": lambda _, corner: get_region(SYSTEM, corner.site.path.split("/")[1]),
    "RoleGrant": lambda _, corner: get_grant(SYSTEM, corner.person_grant_id),
    "Run": lambda _, corner: next(
        run for run in adoption.runs(SYSTEM, site_id=corner.site.id) if run.vendor_id == corner.vendor.id),
    "Scope": lambda _, __: Scope(),
    "Severity": lambda _, __: Severity.MINOR,
    "Side": lambda _, __: Side("global"),
    "SignOff": lambda world, _: get_sign_off(SYSTEM, _waiting(world), world.texts.sign_off.id),
    "Stay": lambda _, corner: get_stay(SYSTEM, corner.site.code, vendor=corner.vendor.code),
    "Subject": lambda world, corner: Subject(corner.site, corner.vendor, world.playbook, "ESC-02"),
    "Supported": lambda _, corner: corner.finding,
    "Told": lambda world, corner: _adopted(world, corner).told,
    "Upload": lambda _, __: an_upload(),
    "date": lambda _, __: clock.today(),
    "datetime": lambda _, __: clock.now(),
}
# By the name of the argument, where its kind says too little.
BY_NAME: dict[str, Maker] = {
    "columns": lambda _, __: library(SYSTEM, clock.today()).columns,
    "clause_id": lambda _, __: "ESC-01",
    "device": lambda _, corner: corner.floor.device,
    "email": lambda _, corner: corner.person.email,
    "evidence_id": lambda _, corner: corner.evidence.id,
    "finding_id": lambda _, corner: corner.finding.id,
    "grant_id": lambda _, corner: corner.person_grant_id,
    "key": lambda world, _: world.playbook.key,
    "known_zones": lambda _, corner: ["UTC", corner.site.zone],
    "model": lambda _, __: Finding,
    "comment_id": lambda _, corner: corner.local.comment.id,
    "language": lambda _, __: "ms",
    "number": lambda _, __: 1,
    "operation": lambda _, corner: corner.local.drift.operation,
    "short": lambda world, _: world.wording,
    "sign_off_id": lambda world, _: world.texts.sign_off.id,
    "operation_id": lambda _, corner: corner.operation.id,
    "person_id": lambda _, corner: corner.person.id,
    "scope": lambda _, corner: corner.scope,
    "filters": lambda _, __: ActionFilters(),
    "references": lambda _, corner: [corner.exercise.reference],
    "results": lambda _, __: figures.results(SYSTEM, Scope(), last_quarters(clock.today())),
    "quarters": lambda _, __: last_quarters(clock.today()),
    "periods": lambda _, __: last_quarters(clock.today()),
    "stale": lambda _, __: stale_overrides(SYSTEM, clock.today()),
    "session_id": lambda _, corner: corner.person_session_id,
    "source": lambda _, corner: ("findings", corner.finding.id, corner.finding.reference),
    "subjects": lambda _, corner: [corner.action],
    "statement": lambda _, __: select(Finding),
    "value": lambda _, corner: str(corner.person.id),
    "vendor_id": lambda _, corner: corner.vendor.id,
    "vendors": lambda _, corner: [corner.vendor.id],
}
# Where neither says enough: the function and its argument.
BY_FUNCTION: dict[tuple[str, str], Maker] = {
    **{(query, "number"): lambda _, __: "1.0.0" for query in ("get_version", "find", "row", "line")},
    ("get_draft", "number"): lambda _, corner: str(corner.local.draft.number),
    ("requests", "condition"): lambda _, __: true(),
    ("differences_at", "books"): lambda _, __: library(SYSTEM, clock.today()).columns,
    ("get_market", "code"): lambda _, corner: corner.site.path.split("/")[2],
    ("get_region", "code"): lambda _, corner: corner.site.path.split("/")[1],
    ("line", "site"): lambda _, corner: corner.site.code,
    ("get_line", "clause_id"): lambda _, __: "ESC-02",
    ("get_proposed", "clause_id"): lambda _, __: "ESC-02",
    ("get_draft", "scope"): lambda _, corner: corner.local.scope,
    ("draft_in_hand", "scope"): lambda _, corner: corner.local.scope,
    ("get_comment", "draft"): lambda world, corner: _local(world, corner, corner.local.draft.number),
    ("get_sign_off", "version"): lambda world, _: _waiting(world),
    ("impact", "version"): lambda world, _: _waiting(world),
    ("result_of", "prefix"): lambda world, _: world.playbook.prefix,
    ("search", "text"): lambda _, corner: corner.site.code,
    ("get_item", "version"): lambda _, corner: corner.local.drifted,
    ("get_clearable", "names"): lambda world, corner: [
        f"{world.playbook.key}/{corner.local.drift_scope}/1"],
    # Versions of the playbook to who asks about the corner "own", overrides to the others.
    ("drafts_of", "overrides"): lambda world, corner: corner is not world.corners["own"],
    ("path_codes", "site"): lambda _, corner: corner.site.code,
    ("sites_below", "override"): lambda world, corner: get_override_version(
        SYSTEM, world.playbook.key, corner.local.drift_scope, 1).override,
    ("unsaved", "source"): lambda world, corner: get_override_version(
        SYSTEM, world.playbook.key, corner.local.drift_scope, 1).source,
    # With nothing chosen, whoever may clear nowhere is refused before they are asked to choose.
    ("clear_together", "versions"): lambda world, corner: [] if corner is world.corners["own"] else [
        get_override_version(SYSTEM, world.playbook.key, corner.scope, 1)],
    ("pending_at", "version"): lambda world, corner: _local(world, corner, corner.local.draft.number),
    ("belongs", "place"): lambda _, corner: (corner.site, corner.vendor.id),
    ("runs_of", "home"): lambda _, corner: (corner.site.id, corner.vendor.id),
    ("runs_of", "led"): lambda _, corner: [(corner.site.path, corner.vendor.id)],
    ("effective_view_beside", "beside"): lambda _, __: None,
    ("findings_of", "audit"): lambda _, corner: get_audit(SYSTEM, corner.assessment.reference),
    ("exercises_of", "plan"): lambda _, corner: db.session.get_one(ContinuityPlan, corner.exercise.plan_id),
}
# What a reference or a code names, by the last word of the function that takes it.
NAMED = ("audit", "finding", "action", "plan", "exercise", "report", "vendor", "site", "assessment", "programme",
         "waiver")


def _adopted(world: World, corner: Corner) -> adoption.Line:
    return adoption.line(SYSTEM, world.playbook.key, "1.0.0", site=corner.site.code, vendor=corner.vendor.code)


def _waiting(world: World) -> PlaybookVersion:
    return get_version(SYSTEM, world.playbook.key, world.texts.in_review.number)


def _local(world: World, corner: Corner, number: int) -> OverrideVersion:
    return get_override_version(SYSTEM, world.playbook.key, corner.local.scope, number)


def something(name: str, hint: Any, function: FunctionType, world: World, corner: Corner) -> Any:
    """A value for one argument: what its name says where that is known, else one of its kind."""
    if (function.__name__, name) in BY_FUNCTION:
        return BY_FUNCTION[function.__name__, name](world, corner)
    if isinstance(hint, type) and hint.__name__ in BY_KIND:
        return BY_KIND[hint.__name__](world, corner)
    if name == "line" and hint is adoption.Line:
        return _adopted(world, corner)
    if name in BY_NAME:
        return BY_NAME[name](world, corner)
    if name in {"reference", "code"}:
        return _address(function, corner)
    return _of(hint, world, corner)


def _address(function: FunctionType, corner: Corner) -> str:
    """The reference or the code of what a function such as `get_plan` reads."""
    words = function.__name__.split("_")
    record = getattr(corner, next((word for word in NAMED if word in words), "site"), corner.audit)
    return str(getattr(record, "reference", "") if not hasattr(record, "code") else record.code)


def _of(hint: Any, world: World, corner: Corner) -> Any:
    inside = [each for each in get_args(hint) if each not in (NoneType, Ellipsis)]
    if get_origin(hint) is not None and inside:
        value = _of(inside[0], world, corner)
        return [value] if issubclass(_plain(get_origin(hint)), Sequence) or "Iterable" in str(hint) else value
    held = {type(value).__name__: value for value in vars(corner).values() if isinstance(value, Model)}
    name = getattr(hint, "__name__", "")
    if name in BY_KIND:
        return BY_KIND[name](world, corner)
    if name in held:
        return held[name]
    simple: dict[Any, Any] = {str: "Words", int: 1, bool: True, UUID: corner.finding.id}
    return simple[hint] if hint in simple else _made(hint)


def _plain(origin: Any) -> type:
    return origin if isinstance(origin, type) else object


def _made(hint: Any) -> Any:
    """A filter of defaults; whatever cannot be made so is an object nothing can be done with."""
    try:
        return hint()
    except TypeError:
        return object()
