"""A catalogue read as a playbook: what becomes of each of its parts, and that nothing is lost in silence."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings

from compliance.playbooks.document import Severity
from compliance.playbooks.effective import Rules, Trust
from compliance.playbooks.oscal.documents import documents
from compliance.playbooks.oscal.naming import Names, key_of, prefix_of, version_of
from compliance.playbooks.oscal.reading import NotACatalog, Reading, Wanted, read_catalog
from compliance.playbooks.parsing import parse_playbook
from tests.playbooks.escalation import CLAIMED, PLAYBOOK
from tests.playbooks.oscal.chains import library_chains, stepped
from tests.playbooks.oscal.fictional import a_catalog, a_family, as_bytes, enhancement, large_catalog
from tests.playbooks.oscal.published import broken
from tests.playbooks.strategies import ON, Chain, chains

WANTED = Wanted(date(2027, 1, 1), "global-ts-policy")


def read(catalog: dict[str, Any], **wanted: Any) -> Reading:
    return read_catalog(as_bytes(catalog), Wanted(**{"effective": date(2027, 1, 1), "owner": "owner", **wanted}))


def remarks(reading: Reading) -> dict[str, tuple[int, bool]]:
    return {remark.what: (remark.count, remark.lost) for remark in reading.remarks}


@pytest.fixture(scope="module")
def harbour() -> Reading:
    return read(a_catalog())


def test_the_made_up_catalogue_is_one_by_the_published_schema() -> None:
    assert broken(a_catalog()) == []
    assert broken(json.loads(large_catalog(100))) == []


def test_what_comes_of_it_is_a_text_that_reads_back(harbour: Reading) -> None:
    parsed = parse_playbook(harbour.source)
    assert parsed == harbour.playbook
    assert (parsed.key, parsed.prefix, parsed.version, parsed.title) == (
        "harbour-rules", "HR", "5.1.1", "Harbour rules")
    assert [section.title for section in parsed.sections] == ["Family QA", "Family QB"]


def test_each_control_is_a_clause_with_its_old_id(harbour: Reading) -> None:
    assert harbour.playbook is not None
    assert [(each.id, each.formerly) for each in harbour.playbook.clauses] == [
        ("HR-QA-01", ("harbour-rules/qa-1",)), ("HR-QA1-01", ("harbour-rules/qa-1.1",)),
        ("HR-QA-02", ("harbour-rules/qa-2",)), ("HR-QA2-01", ("harbour-rules/qa-2.1",)),
        ("HR-QB-01", ("harbour-rules/qb-1",))]


def test_a_control_says_as_a_clause_what_it_said(harbour: Reading) -> None:
    assert harbour.playbook is not None
    first = harbour.playbook.clauses[0]
    assert first.text == (
        "The harbour office looks after keys:\n\n"
        "- (a) counts them [Selection (one or more): every [Assignment: frequency of counting keys]; after each alarm]"
        ";\n"
        "    - (1) by hand; and\n"
        "- (b) writes the count down.")
    assert first.guidance == "Counting keys takes two people."
    assert first.check == "Determine if:; keys are counted."
    assert first.evidence == ("Examine: count book; key cabinet",)
    assert (first.severity, first.weight) == (Severity.MAJOR, 1)


def test_the_report_counts_each_kind_and_says_what_became_of_it(harbour: Reading) -> None:
    assert remarks(harbour) == {
        "links to related": (3, True), "parts called example": (3, True), "parties of the catalogue": (1, True),
        "parameters without a value": (6, False), "controls within controls": (2, False),
        "controls that name no evidence": (2, False),
        "controls without severity and weight, which OSCAL has not": (5, False),
    }
    example = next(remark for remark in harbour.remarks if remark.what == "parts called example")
    assert example.examples == ("qa-1", "qa-2", "qb-1")


def test_a_part_of_a_catalogue_can_be_chosen() -> None:
    reading = read(a_catalog(), groups=("QB",))
    assert reading.playbook is not None
    assert [each.id for each in reading.playbook.clauses] == ["HR-QB-01"]
    assert [(family.id, family.controls) for family in reading.families] == [("qa", 4), ("qb", 1)]
    with pytest.raises(NotACatalog, match="It has qa \\(4\\), qb \\(1\\)"):
        read(a_catalog(), groups=("qz",))


def test_beyond_a_thousand_clauses_the_families_are_shown_to_choose_from() -> None:
    whole = read_catalog(large_catalog(1_100), WANTED)
    assert (whole.playbook, whole.source, whole.controls) == (None, "", 1_100)
    assert len(whole.families) == 22
    part = read_catalog(large_catalog(1_100), Wanted(WANTED.effective, "o", groups=("qa", "qb")))
    assert part.playbook is not None
    assert len(part.playbook.clauses) == 100


@pytest.mark.slow
def test_a_thousand_controls_are_read() -> None:
    reading = read_catalog(large_catalog(1_000), WANTED)
    assert reading.playbook is not None
    assert len(parse_playbook(reading.source).clauses) == 1_000
    assert len({each.id for each in reading.playbook.clauses}) == 1_000


def test_withdrawn_controls_are_left_out_and_counted() -> None:
    family = a_family("qa", 2)
    family["controls"][1]["props"].append({"name": "status", "value": "withdrawn"})
    reading = read(a_catalog(family))
    assert reading.playbook is not None
    assert [each.id for each in reading.playbook.clauses] == ["HR-QA-01"]
    assert remarks(reading)["withdrawn controls"] == (1, True)


def test_a_parameter_with_a_value_is_a_parameter() -> None:
    family = a_family("qa", 1)
    family["controls"][0]["params"][0]["values"] = ["30"]
    family["controls"][0]["params"][1]["values"] = ["15 min"]
    reading = read(a_catalog(family))
    assert reading.playbook is not None
    assert reading.playbook.parameters == ()
    assert "counts them 15 min;" in reading.playbook.clauses[0].text
    del family["controls"][0]["params"][1]["values"]
    [made] = (read(a_catalog(family)).playbook or PLAYBOOK).parameters
    assert (made.name, made.value, made.meaning) == ("qa_1_odp_01", "30", "frequency of counting keys")


@pytest.mark.parametrize("prose", [
    "# A heading\n\nText.", "- Severity: critical", "{{ unknown }} and {{x}}", "a\u202eb", "<script>alert(1)</script>",
    "![x](y)", "[a]: https://a.example/\n\nSee [a].", "### QA-99 No clause", "```\nopen fence",
], ids=range(9))
def test_any_prose_comes_to_a_text_that_reads_back(prose: str) -> None:
    family = a_family("qa", 1)
    family["controls"][0]["parts"][0] = {"name": "statement", "prose": prose}
    reading = read(a_catalog(family))
    assert len(parse_playbook(reading.source).clauses) == 1
    assert reading.faults == ()


def test_what_passes_a_limit_is_told_before_anything_is_taken_in() -> None:
    family = a_family("qa", 1)
    family["controls"][0]["parts"][0] = {"name": "statement", "prose": "word " * 4_000}
    [fault] = read(a_catalog(family)).faults
    assert "the limit is 16 KB" in fault.message


@pytest.mark.parametrize(("data", "said"), [
    (b"not json", "This is not JSON"), (b"[]", "This is no OSCAL catalogue"),
    (b'{"profile": {}}', "but a profile"), (b'{"catalog": []}', "This is no OSCAL catalogue"),
    (b"[" * 200_000, "This is not JSON"), (b'{"catalog": {}}', "None of these groups"),
    (b'{"catalog": {"controls": 3, "groups": "x", "metadata": []}}', "None of these groups"),
    (as_bytes(a_catalog({"id": "e", "title": "Empty"})), "no control that is in force"),
])
def test_what_is_no_catalogue_is_refused_with_what_to_do(data: bytes, said: str) -> None:
    with pytest.raises(NotACatalog, match=said) as refused:
        read_catalog(data, WANTED)
    assert refused.value.remedy


def test_controls_nested_without_end_are_refused() -> None:
    control = enhancement("qa-1", 1)
    for _ in range(40):
        control = {**enhancement("qa-1", 1), "controls": [control]}
    with pytest.raises(NotACatalog, match="nested more than"):
        read(a_catalog({"id": "qa", "title": "QA", "controls": [control]}))


@pytest.mark.parametrize(("control_id", "label", "expected"), [
    ("ac-2", "AC-2", "NIS-AC-02"), ("ac-2.1", "AC-2(1)", "NIS-AC2-01"), ("AC-10", "", "NIS-AC-10"),
    ("a.5.1.2", "A.5.1.2", "NIS-GRP-01"), ("gdpr-art5", "", "NIS-GRP-01"), ("nis-07", "NIS-07", "NIS-07"),
    ("", "", "NIS-GRP-01"),
])
def test_ids_are_told_by_family_and_number(control_id: str, label: str, expected: str) -> None:
    assert Names("NIS").name(control_id, label, "grp") == expected


def test_no_two_controls_get_one_id() -> None:
    names = Names("NIS")
    given = [names.name(each, "", "g") for each in ("ac-2", "ac-02", "AC-2", "x.y", "x.y")]
    assert given == ["NIS-AC-02", "NIS-G-01", "NIS-G-02", "NIS-G-03", "NIS-G-04"]


@pytest.mark.parametrize(("title", "key", "prefix"), [
    ("Harbour rules", "harbour-rules", "HR"), ("Rules", "rules", "RUL"), ("受付", "catalogue", "CAT"),
    ("9", "catalogue", "CAT"),
])
def test_a_catalogue_is_named_by_its_title(title: str, key: str, prefix: str) -> None:
    assert (key_of(title), prefix_of(title)) == (key, prefix)


@pytest.mark.parametrize(("said", "number"), [
    ("5.1.1+u4", "5.1.1"), ("Rev. 5", "5"), ("", "1.0.0"), ("draft", "1.0.0")])
def test_versions_are_their_numbers(said: str, number: str) -> None:
    assert version_of(said) == number


def back_and_forth(playbook: Any) -> Any:
    bare, _ = stepped(playbook, [], CLAIMED)
    exported = documents(bare, [])["catalog.json"]
    reading = read_catalog(json.dumps(exported).encode(), Wanted(playbook.effective, playbook.owner))
    assert reading.playbook is not None
    return parse_playbook(reading.source)


def test_our_own_export_comes_back_as_it_was() -> None:
    again = back_and_forth(PLAYBOOK)
    assert (again.key, again.prefix, again.version) == (PLAYBOOK.key, PLAYBOOK.prefix, PLAYBOOK.version)
    assert [each.id for each in again.clauses] == [each.id for each in PLAYBOOK.clauses]
    for one, other in zip(again.clauses, PLAYBOOK.clauses, strict=True):
        assert one == other
    assert [(each.name, each.value, each.range) for each in again.parameters] == [
        (each.name, each.value, each.range) for each in PLAYBOOK.parameters]


def test_every_playbook_of_the_library_comes_back_clause_by_clause() -> None:
    books = {key: bare.playbook for key, _, bare, _ in library_chains()}
    assert len(books) >= 8
    for book in books.values():
        again = {each.id: each for each in back_and_forth(book).clauses}
        assert again == {each.id: each for each in book.clauses if not each.retired}


@settings(max_examples=60)
@given(chains())
def test_made_up_playbooks_come_back_clause_by_clause(chain: Chain) -> None:
    effective = stepped(chain.playbook, chain.layers, Rules(ON, Trust.CLAIMED))[0]
    again = {each.id: each for each in back_and_forth(effective.playbook).clauses}
    assert set(again) == {each.id for each in chain.playbook.clauses}
    assert all(again[each.id].text == each.text for each in chain.playbook.clauses)
