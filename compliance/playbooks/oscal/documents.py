"""A playbook as a catalogue, each layer as a profile over the one above, and what holds as a resolved catalogue."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from compliance.playbooks.digests import digest
from compliance.playbooks.document import Clause, Operation, Override, Playbook, Verb
from compliance.playbooks.effective import Approver, Effective, Origin, heading
from compliance.playbooks.oscal import alterations
from compliance.playbooks.oscal.controls import GroupIds, control, group_ids, grouped, parameter
from compliance.playbooks.oscal.vocabulary import OSCAL_VERSION, Json, identifier, present, prop, props

CATALOG, RESOLVED = "catalog.json", "resolved.json"


@dataclass(frozen=True, slots=True)
class Step:
    """One layer of a chain: its text, who approved it, and what holds above and below."""

    override: Override
    approver: Approver | None
    above: Effective
    below: Effective

    @property
    def scope(self) -> str:
        return self.override.scope

    @property
    def refused(self) -> Mapping[str, str]:
        """The operations that did not take effect, with why."""
        own = self.below.issues[len(self.above.issues):]
        return {issue.operation: issue.sentence for issue in own if issue.refused}

    @property
    def applied(self) -> list[Operation]:
        return [each for each in self.override.operations if heading(each) not in self.refused]


def documents(bare: Effective, steps: Sequence[Step]) -> dict[str, Json]:
    """Every file of an export by its name. `bare` is the global text, `steps` the layers from the widest down."""
    last = steps[-1].below if steps else bare
    ids = group_ids(section.title for section in last.sections)
    files = {CATALOG: catalog(bare, ids)}
    source = CATALOG
    for step in steps:
        own = [entry for entry in step.below.clauses if entry.id not in step.above.by_id]
        if own:
            files[f"catalog-{step.scope}.json"] = local_catalog(step, ids)
        files[f"profile-{step.scope}.json"] = profile(step, source, f"catalog-{step.scope}.json" if own else "")
        source = f"profile-{step.scope}.json"
    return files | {RESOLVED: resolved(last, steps, ids, source)}


def catalog(bare: Effective, ids: GroupIds) -> Json:
    """The global playbook. What it retired is named and no control: nobody is bound by it."""
    book = bare.playbook
    said = prose_of(bare)
    retired = [prop("retired-clause", clause.id, f"{clause.title}. Retired in {clause.retired}.")
               for clause in book.clauses if clause.retired]
    origin = bare.clauses[0].origins["id"] if bare.clauses else Origin("global", book.version)
    approved = props([("approved-by", origin.approver), ("approved-on", origin.approved_on)])
    about = metadata(book.title, book.version, origin.approved_on or book.effective,
                     [*_of_playbook(book), *approved, *retired], book.intro)
    return {"catalog": present({
        "uuid": identifier("catalog", book.key, book.version, digest(said)), "metadata": about, **said,
        **grouped(_controls(bare), bare.sections, ids)})}


def local_catalog(step: Step, ids: GroupIds) -> Json:
    """The clauses a layer adds; where each stands is a property, since a second import can only come after."""
    places = {operation.target: operation for operation in step.applied if operation.verb is Verb.NEW}
    made = [(clause, control(clause, number, alterations.place_props(places[clause.id])))
            for number, clause in _numbered(step.below) if clause.id in places]
    about = metadata(f"{step.below.title}: clauses of {step.scope}", str(step.override.version), _day(step),
                     _of_layer(step), step.override.note)
    shown = grouped(made, (), ids)
    uuid = identifier("local catalog", step.below.key, step.scope, step.override.version, digest(shown))
    return {"catalog": present({"uuid": uuid, "metadata": about, **shown})}


def profile(step: Step, source: str, own: str) -> Json:
    """What one layer sets, adds, leaves out and says otherwise, over what `source` resolves to."""
    excluded = [clause_id for clause_id, _ in alterations.left_out(step.above, step.below, step.applied)]
    first: Json = {"href": source, "include-all": {}}
    if excluded:
        first["exclude-controls"] = [{"with-ids": [clause_id.lower() for clause_id in excluded]}]
    imports = [first, *([{"href": own, "include-all": {}}] if own else [])]
    modify = present({
        "set-parameters": alterations.settings(step.above, step.below, step.applied),
        "alters": alterations.alters(step.above, step.below, step.applied, step.scope)})
    reasons = [prop("not-applicable", clause_id, why)
               for clause_id, why in alterations.left_out(step.above, step.below, step.applied)]
    refused = [prop("not-in-force", operation, sentence) for operation, sentence in step.refused.items()]
    about = metadata(f"{step.below.title}: {step.scope}", str(step.override.version), _day(step),
                     [*_of_layer(step), *reasons, *refused], step.override.intro)
    uuid = identifier("profile", step.below.key, step.below.lineage_digest, digest([imports, modify]))
    return {"profile": present({
        "uuid": uuid, "metadata": about, "imports": imports, "merge": {"as-is": True}, "modify": modify})}


def resolved(effective: Effective, steps: Sequence[Step], ids: GroupIds, source: str) -> Json:
    """What holds, as one catalogue. A clause left out for a while is named with its reason and is no control."""
    out = [prop("not-applicable", entry.id, entry.origins["applicable"].why)
           for entry in effective.clauses if not entry.clause.applicable]
    chain = [prop("layer", f"{scope} {version}") for scope, version in effective.chain]
    digests = props([("content-digest", effective.content_digest), ("lineage-digest", effective.lineage_digest)])
    on = max([effective.playbook.effective, *(_day(step) for step in steps)])
    said = [*_of_playbook(effective.playbook), *chain, *digests, *out]
    about = metadata(effective.title, effective.version, on, said, effective.playbook.intro)
    about["links"] = [{"href": source, "rel": "source-profile" if steps else "source-catalog"}]
    return {"catalog": present({
        "uuid": identifier("resolved", effective.content_digest, effective.lineage_digest), "metadata": about,
        **prose_of(effective), **grouped(_controls(effective), effective.sections, ids)})}


def prose_of(effective: Effective) -> Json:
    return {"params": [parameter(entry.parameter) for entry in effective.parameters.values()]}


def metadata(title: str, version: str, on: date, said: Iterable[Json], remarks: str = "") -> Json:
    """`on` stands for when it was last modified: the same text gives the same bytes on every day."""
    modified = datetime.combine(on, time.min, UTC).isoformat()
    return present({"title": title, "last-modified": modified, "version": version, "oscal-version": OSCAL_VERSION,
                    "props": list(said), "remarks": remarks})


def _numbered(effective: Effective) -> Iterable[tuple[int, Clause]]:
    return enumerate((entry.clause for entry in effective.clauses), 1)


def _controls(effective: Effective) -> list[tuple[Clause, Json]]:
    return [(clause, control(clause, number)) for number, clause in _numbered(effective) if clause.applicable]


def _of_playbook(book: Playbook) -> list[Json]:
    return props([("playbook", book.key), ("prefix", book.prefix), ("owner", book.owner), ("language", book.language),
                  ("effective", book.effective), ("until", book.until), ("change", book.change), ("note", book.note)])


def _of_layer(step: Step) -> list[Json]:
    override, approver = step.override, step.approver
    return props([
        ("playbook", override.playbook), ("scope", override.scope), ("kind", step.below.kind),
        ("owner", override.owner), ("effective", override.effective), ("until", override.until),
        ("note", override.note),
        ("approved-by", approver.name if approver else ""), ("approved-on", approver.on if approver else None),
        *(("written-against", f"{scope} {version}") for scope, version in override.written_against)])


def _day(step: Step) -> date:
    on = step.approver.on if step.approver else None
    return on or step.override.effective
