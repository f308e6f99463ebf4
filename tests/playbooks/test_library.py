"""The playbooks that come with the product are whole, true to their plan, and resolve as promised."""

import re
from datetime import date
from pathlib import Path

import pytest

from compliance.playbooks.document import Lock, Operation, Verb
from compliance.playbooks.effective import Trust
from compliance.playbooks.parsing import parse_override, parse_playbook, read_override, read_playbook
from compliance.playbooks.refusals import Reason
from compliance.playbooks.substitution import names_in
from compliance.playbooks.writing import write_override, write_playbook
from tests.playbooks.library import (
    CHAINS,
    FREQUENCY,
    GRADE,
    KEYS,
    Expected,
    expected_clauses,
    expected_overrides,
    latest,
    override,
    override_files,
    playbook_files,
    resolved,
    versions,
)

# Audits of the demo reach back eight quarters from here.
NOW, FIRST_AUDIT = date(2026, 11, 1), date(2024, 10, 1)
DAYS = FIRST_AUDIT, date(2025, 6, 1), date(2026, 8, 14), date(2026, 8, 15), NOW
EUROPEAN_UNION = "ie", "pt", "pl", "bg"
AT_THREE_SITES = [(("emea", "ie", "dub1"), "30"), (("apac", "my", "kul1"), "20"), (("apac", "in", "blr1"), "15")]


def short(path: Path) -> str:
    return "/".join(path.parts[-3:])


def as_text(operation: Operation) -> str:
    return f"{operation.verb} {operation.target}" + (f"={operation.value}" if operation.verb is Verb.SET else "")


@pytest.mark.parametrize("path", playbook_files(), ids=short)
def test_every_playbook_is_read_without_a_remark(path: Path) -> None:
    playbook, problems = read_playbook(path.read_text(encoding="utf-8"))
    remarks = [problem.message for problem in problems]
    after_split = [remark for remark in remarks if remark.startswith("ESC-09 was formerly ESC-03")]
    assert playbook is not None
    assert remarks == after_split


@pytest.mark.parametrize("path", override_files(), ids=short)
def test_every_override_is_read_without_a_remark(path: Path) -> None:
    prefix = next(prefix for prefix, key in KEYS.items() if key == path.parts[-3])
    said, problems = read_override(path.read_text(encoding="utf-8"), playbook=latest(prefix))
    assert not problems
    assert said is not None
    assert (said.playbook, said.scope) == (path.parts[-3], path.stem)


@pytest.mark.parametrize("path", playbook_files() + override_files(), ids=short)
def test_a_file_is_as_the_product_would_write_it(path: Path) -> None:
    """An edit in the browser, exported again, then shows in a review as that edit and nothing else."""
    source = path.read_text(encoding="utf-8")
    if path.parent.name == "overrides":
        assert write_override(parse_override(source)) == source
    else:
        assert write_playbook(parse_playbook(source)) == source


@pytest.mark.parametrize("path", playbook_files(), ids=short)
def test_folder_and_file_name_agree_with_the_card(path: Path) -> None:
    playbook, _ = read_playbook(path.read_text(encoding="utf-8"))
    assert playbook is not None
    key = path.parent.name if path.name == "playbook.md" else path.parts[-3]
    assert (playbook.key, KEYS[playbook.prefix]) == (key, key)
    assert path.name in ("playbook.md", f"playbook-{playbook.version}.md")


def test_the_clauses_are_those_of_the_plan() -> None:
    found = {clause.id for prefix in KEYS for clause in latest(prefix).clauses}
    assert found == {row.id for row in expected_clauses()}
    assert {len(latest(prefix).clauses) for prefix in KEYS} == {8, 9}


@pytest.mark.parametrize("row", expected_clauses(), ids=lambda row: row.id)
def test_a_clause_has_grade_frequency_and_value_of_the_plan(row: Expected) -> None:
    playbook = latest(row.prefix)
    clause = next(clause for clause in playbook.clauses if clause.id == row.id)
    assert (clause.severity, clause.weight) == GRADE[row.grade[0]]
    assert clause.lock is (Lock.FLOOR if "L" in row.grade else Lock.OPEN)
    assert clause.must_rebase is ("L" in row.grade)
    assert clause.frequency == FREQUENCY[row.frequency]
    values = {parameter.name: parameter.value for parameter in playbook.parameters}
    if row.parameter:
        assert values[row.parameter] == row.value
        assert row.parameter in names_in(clause.check)
        assert row.parameter in names_in(clause.text)


@pytest.mark.parametrize("prefix", KEYS)
def test_the_parameters_are_those_of_the_plan(prefix: str) -> None:
    planned = {row.parameter for row in expected_clauses() if row.prefix == prefix and row.parameter}
    assert {parameter.name for parameter in latest(prefix).parameters} == planned
    for parameter in latest(prefix).parameters:
        assert parameter.unit
        assert parameter.stricter
        assert parameter.range
        assert parameter.meaning


@pytest.mark.parametrize("path", playbook_files(), ids=short)
def test_every_clause_says_what_an_auditor_and_a_site_lead_need(path: Path) -> None:
    for clause in parse_playbook(path.read_text(encoding="utf-8")).clauses:
        assert clause.evidence, clause.id
        assert clause.guidance, clause.id
        assert clause.check.endswith("?"), clause.id
        sentences = re.findall(r"[.!?](?:\s|$)", clause.text.split("\n\n")[0])
        assert 2 <= len(sentences) <= 5, clause.id


@pytest.mark.parametrize("prefix", KEYS)
def test_a_playbook_is_introduced_and_sorted_into_sections(prefix: str) -> None:
    playbook = latest(prefix)
    assert playbook.intro
    assert playbook.note
    assert playbook.change
    assert 2 <= len(playbook.sections) <= 4
    assert {clause.section for clause in playbook.clauses} == {section.title for section in playbook.sections}


@pytest.mark.parametrize("prefix", KEYS)
def test_a_text_is_in_force_for_the_oldest_audit_and_versions_take_over_in_order(prefix: str) -> None:
    books = list(versions(prefix).values())
    assert books[0].effective <= FIRST_AUDIT
    assert books[-1] == latest(prefix)
    numbers = [tuple(int(part) for part in book.version.split(".")) for book in books]
    assert numbers == sorted(set(numbers))
    assert len({book.effective for book in books}) == len(books)


def test_the_overrides_are_those_of_the_plan() -> None:
    files = {(path.parts[-3], path.stem) for path in override_files()}
    assert files == {(KEYS[prefix], scope) for prefix, scope in expected_overrides()}


@pytest.mark.parametrize(("place", "operations"), expected_overrides().items(), ids=str)
def test_an_override_does_what_was_planned_and_says_why(place: tuple[str, str], operations: list[str]) -> None:
    said = override(*place)
    assert said is not None
    assert [as_text(operation) for operation in said.operations] == operations
    assert all(operation.why for operation in said.operations)


@pytest.mark.parametrize("place", expected_overrides(), ids="-".join)
def test_an_override_names_texts_that_were_published_before_it(place: tuple[str, str]) -> None:
    said = override(*place)
    assert said is not None
    assert said.written_against
    for scope, version in said.written_against:
        above = versions(place[0])[version] if scope == "global" else override(place[0], scope)
        assert above is not None
        assert str(above.version) == version
        assert above.effective <= said.effective


@pytest.mark.parametrize("prefix", ["LED", "WEL", "DAC"])
def test_the_european_markets_say_the_same_for_their_own_reasons(prefix: str) -> None:
    files = [said for market in EUROPEAN_UNION if (said := override(prefix, market))]
    rules = {tuple((as_text(op), op.facts) for op in said.operations) for said in files}
    reasons = {tuple(operation.why for operation in said.operations) for said in files}
    assert (len(files), len(rules), len(reasons)) == (4, 1, 4)


@pytest.mark.parametrize("on", DAYS, ids=str)
@pytest.mark.parametrize(("chain", "minutes"), AT_THREE_SITES)
def test_acknowledgement_takes_30_minutes_in_dublin_20_in_kuala_lumpur_15_in_bengaluru(
    chain: tuple[str, ...], minutes: str, on: date
) -> None:
    effective = resolved("ESC", chain, on)
    assert effective.version == ("2.3.0" if on < date(2026, 8, 15) else "3.0.0")
    assert effective.values["ack_min"] == minutes
    assert dict(effective.by_id["ESC-02"].uses) == {"ack_min": minutes}
    assert ("ESC-09" in effective.by_id) is (on >= date(2026, 8, 15))


@pytest.mark.parametrize(("on", "waits"), [(date(2026, 8, 14), False), (date(2026, 8, 15), True)], ids=str)
def test_the_addition_of_india_waits_once_its_clause_was_rewritten(on: date, waits: bool) -> None:
    effective = resolved("ESC", ("apac", "in"), on)
    assert [(issue.operation, issue.reason) for issue in effective.issues] == (
        [("Add to ESC-02", Reason.WAITING_FOR_REVIEW)] if waits else []
    )
    assert ("government order desk" in effective.by_id["ESC-02"].clause.text) is not waits
    assert effective.by_id["ESC-02"].clause.law, "the fact it changed was not rewritten, so it holds"


@pytest.mark.parametrize("prefix", KEYS)
def test_no_other_operation_is_refused_anywhere(prefix: str) -> None:
    for chain in CHAINS:
        for on in DAYS:
            found = [issue.sentence for issue in resolved(prefix, chain, on).issues]
            waits = (prefix, *chain) == ("ESC", "apac", "in") and on >= date(2026, 8, 15)
            assert len(found) == waits, (chain, on, found)


@pytest.mark.parametrize(
    ("prefix", "chain", "name", "before", "start", "after"),
    [
        ("AGE", ("apac", "au"), "min_age", "13", date(2025, 12, 10), "16"),
        ("AGE", ("apac", "id"), "route_h", "24", date(2026, 3, 1), "12"),
        ("BCP", ("apac", "ph"), "account_min", "30", date(2026, 6, 1), "45"),
        ("DAC", ("emea",), "leaver_h", "48", date(2025, 10, 1), "24"),
        ("WEL", ("emea",), "max_h", "6", date(2025, 4, 1), "5"),
    ],
)
def test_a_value_moves_on_its_day(
    prefix: str, chain: tuple[str, ...], name: str, before: str, start: date, after: str
) -> None:
    eve = date.fromordinal(start.toordinal() - 1)
    assert [resolved(prefix, chain, day).values[name] for day in (eve, start)] == [before, after]


def test_the_storm_time_of_the_philippines_needs_an_approval_that_counts() -> None:
    effective = resolved("BCP", ("apac", "ph"), NOW, Trust.RECORDED)
    assert effective.values["account_min"] == "30"
    assert [issue.reason for issue in effective.issues] == [Reason.LOOSER_WITHOUT_APPROVAL]
    assert resolved("BCP", ("apac", "ph"), date(2027, 6, 1)).values["account_min"] == "30"
