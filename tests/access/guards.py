"""Every command and query, called by those to whom it may do or show nothing: nobody, and people of other places."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from types import FunctionType, ModuleType, TracebackType
from typing import Any, get_type_hints

from sqlalchemy import inspect as inspect_mapped

import compliance
from compliance import access, db
from compliance.access import Actor, Grant, Role
from compliance.db import Model, new_id
from compliance.errors import Forbidden, NotFound, PlumblineError
from compliance.paging import Page
from compliance.playbooks.drafting import rights
from tests.access.governed import IN_REVIEW, UNPUBLISHED
from tests.access.somethings import something
from tests.access.world import BOOK, FAR_SITE, Corner, World
from tests.builders.accounts import actor_of

NOBODY = Actor(new_id(), "Nobody in particular", ())
# Commands without a guard of their own, each with where the question is asked.
ASKED_ELSEWHERE = {
    "compliance.actions.commands.answering.support": "each file is attached by a command that asks",
    "compliance.actions.commands.following.tell_source": "runs inside a command that asked",
    "compliance.actions.commands.raising.may_approve": "answers a question about the actor, and does nothing",
    "compliance.actions.commands.raising.roles_at": "answers a question about the actor, and does nothing",
    "compliance.actions.commands.verifying.verify_and_close": "its first step asks",
    "compliance.audits.commands.conducting.why_not_open": "answers a question about the actor, and does nothing",
    "compliance.audits.field.commands.deciding.adopt": "finds the work in sight, then asks who leads it",
    "compliance.audits.field.commands.deciding.dismiss": "finds the work in sight, then asks who leads it",
    "compliance.audits.field.commands.deciding.settle": "finds the work in sight, then asks who is of its team",
    "compliance.audits.field.commands.devices.note_wiped": "finds the tablet among the actor's own",
    "compliance.audits.field.commands.keeping.find_media": "finds what the actor announced, or what is of their work",
    "compliance.audits.field.commands.keeping.make_evidence": "the photograph is attached by a command that asks",
    "compliance.audits.field.commands.keeping.missing_media": "asks of what is in sight, or what the actor announced",
    "compliance.audits.field.commands.syncing.sync": "asks for oneself; each operation is judged by who sends it",
    "compliance.findings.commands.closing.follow": "runs inside a command that asked",
    "compliance.playbooks.drafting.commands.saving.keep_save": "runs inside a command that asked",
    "compliance.playbooks.drafting.commands.starting.start_override": "looks the place up in sight, then asks there",
    "compliance.playbooks.localising.commands.deciding.approvals_of": "runs inside a command that asked",
    "compliance.playbooks.localising.commands.deciding.leave": "runs inside a command that asked",
    "compliance.playbooks.localising.commands.deciding.settle": "runs inside a command that asked",
    "compliance.playbooks.localising.commands.keeping.keep": "runs inside a command that asked",
    "compliance.playbooks.localising.commands.keeping.tell": "runs inside a command that asked",
}
# Reads that are for everybody, or whose caller has already asked; each with its reason.
OPEN = {
    "compliance.playbooks.adoption.queries.board.rows_of": "gives the versions back it was asked about",
    "compliance.playbooks.drafting.queries.around_at": "the text for everybody; a scope is looked up in sight",
    "compliance.playbooks.queries.places.effective_view_beside": "reads for a stay, which was found in scope",
    "compliance.playbooks.reading.queries.reading_at": "reads for a stay, which was found in scope",
    "compliance.playbooks.queries.comparing.compared": "the page counts clauses of texts that are published to all",
    "compliance.playbooks.queries.overrides.told": "tells of an override that was read in scope",
    "compliance.playbooks.queries.places.chosen_for": "reads for a stay, which was found in scope",
    "compliance.playbooks.queries.places.effective_view": "reads for a stay, which was found in scope",
    "compliance.playbooks.queries.places.resolved_at": "reads for a stay, which was found in scope",
    "compliance.playbooks.translations.queries.wordings": "names by digest alone what its callers keep back",
    "compliance.overview.queries.network.trends": "pools results that were counted in scope",
    "compliance.overview.queries.network.figures_of": "shows the targets of figures, and counts nothing",
    "compliance.overview.queries.network.five_figures": "shows the targets of figures, and counts nothing",
    "compliance.overview.queries.network.network_overview": "shows the targets of figures, and counts nothing",
    "compliance.reports.queries.gathering.gather": "shows the targets of figures, and counts nothing",
}
# Lists as long for nobody as for everybody: a line for each thing they were asked about.
SHAPES = {
    "compliance.continuity.queries.floor.exercises_by_reference": "says of each whether the actor sees it",
    "compliance.overview.queries.figures.closing": "a rate of nothing for each period",
    "compliance.overview.queries.sites.ratings_of": "an empty rating for each playbook it was given",
}
# Records of elsewhere that a command takes, or does not refuse as such; each with its reason.
_JUDGED = "a person who cannot do it there is refused as such; who may be named is asked by the form"
FROM_ELSEWHERE = {
    "compliance.actions.commands.answering.name_verifier verifier": _JUDGED,
    "compliance.actions.commands.following.tell_source action": "runs inside a command that asked",
    "compliance.actions.commands.raising.may_approve action": "answers a question about the actor, and does nothing",
    "compliance.actions.commands.raising.raise_action owner": _JUDGED,
    "compliance.actions.commands.raising.reassign owner": _JUDGED,
    "compliance.actions.commands.raising.roles_at action": "answers a question about the actor, and does nothing",
    "compliance.audits.commands.conducting.why_not_open audit": "answers a question about the actor, and does nothing",
    "compliance.audits.commands.planning.reassign_audit lead": _JUDGED,
    "compliance.audits.field.commands.keeping.make_evidence media": "attached by a command that asks",
    "compliance.audits.commands.planning.assign_programme programme": "a programme is of the whole network",
    "compliance.continuity.commands.exercises.plan_exercise lead": _JUDGED,
    "compliance.continuity.commands.exercises.schedule_exercise lead": _JUDGED,
    "compliance.findings.commands.closing.verify_finding action": "it is not the action of this finding",
    "compliance.playbooks.localising.commands.keeping.keep version": "runs inside a command that asked",
    "compliance.playbooks.localising.commands.keeping.tell version": "runs inside a command that asked",
    "compliance.playbooks.waivers.commands.renew_waiver control_owner": _JUDGED,
    "compliance.playbooks.waivers.commands.request_waiver control_owner": _JUDGED,
}
Command = Callable[..., Any]


def commands() -> dict[str, FunctionType]:
    """Every public command by module and name: the actor is its first argument."""
    return _functions("commands")


def queries() -> dict[str, FunctionType]:
    """The same of what is read: what looks ahead reads as well."""
    return _functions("queries") | _functions("previewing")


def _functions(kind: str) -> dict[str, FunctionType]:
    found = {}
    for module in _modules(kind):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            mine = function.__module__ == module.__name__ and not name.startswith("_")
            if mine and next(iter(inspect.signature(function).parameters), "") == "actor":
                found[f"{module.__name__}.{name}"] = function
    return found


def _modules(kind: str) -> Iterator[ModuleType]:
    """Every module, or package of modules, called like that, wherever it lies."""
    for entry in pkgutil.walk_packages(compliance.__path__, f"{compliance.__name__}."):
        if kind in entry.name.split(".")[-2:]:
            yield importlib.import_module(entry.name)


def arguments(function: FunctionType, world: World, corner: Corner) -> dict[str, Any]:
    """Something of the right kind for each argument without a default, taken from one corner of the world."""
    hints = get_type_hints(function)
    wanted = [parameter for parameter in inspect.signature(function).parameters.values()
              if parameter.name != "actor" and parameter.default is parameter.empty
              and parameter.kind is not parameter.VAR_KEYWORD]
    return {parameter.name: something(parameter.name, hints.get(parameter.name), function, world, corner)
            for parameter in wanted}


def refusal_of(function: Command, given: Mapping[str, Any]) -> str:
    """Where the refusal came from: "require" when the command's own guard spoke, "deeper" when a later one did.

    Raises AssertionError when the command went on: it did something, or stumbled over what it was given.
    """
    try:
        with db.transaction():
            called(function, given)
            raise AssertionError("it did it")
    except (NotFound, Forbidden) as refused:
        return "require" if _own(refused.__traceback__, function) else "deeper"
    except AssertionError:
        raise
    except Exception as stumbled:
        raise AssertionError(f"it went on and stumbled: {stumbled!r}") from stumbled


def mixed(function: FunctionType, world: World) -> Iterator[tuple[str, str]]:
    """What a command says to somebody who may do everything at one place when one record it is given lies at another.

    By argument: "refused", or what it did instead.
    """
    own, beside = world.corners["own"], world.corners["neighbour"]
    actor = _everything(own)
    mine, theirs = arguments(function, world, own), arguments(function, world, beside)
    for name, foreign in theirs.items():
        if _is_record(foreign) and foreign != mine[name]:
            yield name, _outcome(function, mine | {name: foreign}, actor)


def _everything(corner: Corner) -> Actor:
    """Whoever holds every role at one site, for one vendor alone."""
    grants = tuple(Grant(role, corner.site.path, corner.vendor.id) for role in Role)
    return Actor(corner.person.id, "Everything here", grants)


def _is_record(value: Any) -> bool:
    several = isinstance(value, list | tuple) and value and isinstance(value[0], Model)
    return several or isinstance(value, Model) or hasattr(value, "place")


def _outcome(function: Command, given: Mapping[str, Any], actor: Actor) -> str:
    try:
        with db.transaction():
            called(function, given, actor)
            raise AssertionError
    except (NotFound, Forbidden):
        return "refused"
    except AssertionError:
        return "did it"
    except Exception as said:  # noqa: BLE001 - whatever it is, it was no refusal
        return f"{type(said).__name__}: {said}"


@dataclass(frozen=True, slots=True)
class Watcher:
    """Somebody who asks about a corner of the world, and the word no record of it may show them."""

    name: str
    actor: Actor
    corner: Corner
    word: str


def watchers(world: World) -> list[Watcher]:
    """Nobody; somebody whose roles ended and who still owns work; the other vendor on the floor; another region;
    who may write at the site what they have not begun themself, and may not read it; and who may do everything at the
    site, for one vendor alone."""
    own, neighbour, elsewhere = (world.corners[name] for name in ("own", "neighbour", "elsewhere"))
    return [
        Watcher("nobody", NOBODY, own, own.canary),
        Watcher("ended", actor_of(world.people["ended"]), own, own.canary),
        Watcher("vendor_lead", actor_of(world.people["vendor_lead"]), neighbour, neighbour.canary),
        Watcher("regional_lead", actor_of(world.people["regional_lead"]), elsewhere, elsewhere.canary),
        Watcher("site_lead", actor_of(world.people["site_lead"]), own, UNPUBLISHED),
        Watcher("everything", _everything(own), neighbour, neighbour.canary),
    ]


def seen(function: Command, watcher: Watcher, world: World) -> list[str]:
    """What a query shows a watcher of the corner they ask about; somebody without any role may be shown nothing at all.

    A refusal shows nothing.
    """
    given = arguments(function, world, watcher.corner)  # type: ignore[arg-type]  # a plain function
    try:
        result = called(function, given, watcher.actor)
        found = shown(result, _vendors(world))
    except PlumblineError:
        return []
    finally:
        db.session.rollback()
    if watcher.actor.grants:
        far = watcher.word if any(each is watcher.corner.site for each in given.values()) else FAR_SITE
        return [word for word in found if watcher.word in word or far in word]
    some = isinstance(result, list | set) and result and f"{function.__module__}.{function.__name__}" not in SHAPES
    return found or ([f"{len(result)} of something"] if some else [])


def _vendors(world: World) -> dict[Any, str]:
    return {corner.vendor.id: corner.canary for corner in world.corners.values()}


def called(function: Command, given: Mapping[str, Any], actor: Actor = NOBODY) -> Any:
    """As `subjects` stands in `*subjects`, it is spread."""
    many = [name for name, parameter in inspect.signature(function).parameters.items()
            if parameter.kind is parameter.VAR_POSITIONAL]
    spread = [each for name in many for each in given[name]]
    return function(actor, *spread, **{name: value for name, value in given.items() if name not in many})


def _own(trace: TracebackType | None, function: Command) -> bool:
    """Whether the frame below the command's own is a guard: of the access module, or of those who speak of a draft."""
    frames = []
    while trace is not None:
        frames.append(trace.tb_frame.f_code)
        trace = trace.tb_next
    code = function.__code__  # type: ignore[attr-defined]  # plain functions only
    at = next((at for at, frame in enumerate(frames) if frame is code), len(frames))
    return at + 1 < len(frames) and frames[at + 1].co_filename in {access.__file__, rights.__file__}


def shown(result: Any, vendors: Mapping[Any, str], depth: int = 4) -> list[str]:
    """The records in what a query gave back, however they are wrapped, each with the canary it belongs to."""
    if isinstance(result, Model):
        return [_told(result, vendors)]
    if isinstance(result, str) and (("canary" in result and BOOK not in result) or result == IN_REVIEW):
        return [result]
    if type(result) is int and result:
        return [f"the number {result}"]
    if isinstance(result, frozenset) and result and all(isinstance(each, str) for each in result):
        return [f"the words {', '.join(sorted(result))}"]
    return [name for part in _parts(result) for name in shown(part, vendors, depth - 1)] if depth else []


def _told(record: Model, vendors: Mapping[Any, str]) -> str:
    """The kind of a record, its vendor's canary, and whatever it says itself; nothing is loaded for it.

    A version of an override is its vendor's.
    """
    columns = inspect_mapped(record).dict
    of = inspect_mapped(columns["override"]).dict if columns.get("override") else columns
    words = [value for value in columns.values() if isinstance(value, str) and "canary" in value]
    return " ".join([type(record).__name__, vendors.get(of.get("vendor_id"), ""), *words])


def _parts(result: Any) -> list[Any]:
    if isinstance(result, str | bytes) or (isinstance(result, tuple) and result[1:] == (False,)):
        return []  # a word, or a record and that it is not in sight
    if isinstance(result, Page):
        return list(result.rows)
    if isinstance(result, Mapping):
        return [part for pair in result.items() for part in pair]
    if isinstance(result, Sequence | set | frozenset | Iterator):
        return list(result)
    if is_dataclass(result) and not isinstance(result, type):
        return [getattr(result, field.name) for field in fields(result)]
    return []
