"""Where added clauses stand: beside what they name, in an order that does not depend on chance."""

from dataclasses import replace

import pytest

from compliance.playbooks.refusals import Reason
from compliance.playbooks.resolution import resolve
from tests.playbooks.escalation import (
    CLAIMED,
    CLAUSES,
    PLAYBOOK,
    a_clause,
    a_layer,
    add,
    clause,
    ids,
    playbook_with,
    reasons,
)


def test_31_additions_at_one_place_stand_in_the_order_of_the_file():
    layer = a_layer(
        "market",
        "my",
        add(a_clause("ESC-MY-01"), after="ESC-03"),
        add(a_clause("ESC-MY-02"), after="ESC-03"),
        add(a_clause("ESC-MY-03"), before="ESC-05"),
        add(a_clause("ESC-MY-04"), before="ESC-05"),
    )
    assert ids(resolve(PLAYBOOK, [layer], CLAIMED))[3:8] == [
        "ESC-MY-01",
        "ESC-MY-02",
        "ESC-04",
        "ESC-MY-03",
        "ESC-MY-04",
    ]


def test_31_a_lower_layer_adds_after_what_the_upper_one_added():
    region = a_layer("region", "apac", add(a_clause("ESC-APAC-01"), after="ESC-03"))
    market = a_layer("market", "my", add(a_clause("ESC-MY-01"), after="ESC-APAC-01"))
    site = a_layer("site", "kul1", add(a_clause("ESC-KUL1-01"), after="ESC-03"))
    effective = resolve(PLAYBOOK, [region, market, site], CLAIMED)
    assert ids(effective)[2:7] == ["ESC-03", "ESC-APAC-01", "ESC-MY-01", "ESC-KUL1-01", "ESC-04"]
    assert {clause(effective, added).section for added in ids(effective)[3:6]} == {"Intake"}


def test_31_an_addition_may_name_one_that_stands_later_in_the_file():
    layer = a_layer(
        "market", "my", add(a_clause("ESC-MY-02"), after="ESC-MY-01"), add(a_clause("ESC-MY-01"), after="ESC-01")
    )
    assert ids(resolve(PLAYBOOK, [layer], CLAIMED))[:3] == ["ESC-01", "ESC-MY-01", "ESC-MY-02"]


@pytest.mark.parametrize(
    ("playbook", "wanted", "section", "before"),
    [
        (playbook_with("ESC-03", retired="3.3.0"), "", "Intake", "ESC-04"),
        (playbook_with("ESC-03", retired="3.3.0"), "Handling", "Handling", "ESC-06"),
        (replace(PLAYBOOK, clauses=CLAUSES[:2] + CLAUSES[3:]), "Intake", "Intake", "ESC-04"),
        (replace(PLAYBOOK, clauses=CLAUSES[:2] + CLAUSES[3:]), "", "Closing", None),
        (replace(PLAYBOOK, clauses=CLAUSES[:2] + CLAUSES[3:]), "Brand new", "Brand new", None),
    ],
)
def test_32_without_its_anchor_an_addition_ends_its_section(playbook, wanted, section, before):
    layer = a_layer("market", "my", add(a_clause("ESC-MY-01", section=wanted), after="ESC-03"))
    effective = resolve(playbook, [layer], CLAIMED)
    place = ids(effective).index("ESC-MY-01")
    assert clause(effective, "ESC-MY-01").section == section
    assert (ids(effective)[place + 1 :] or [None])[0] == before
    assert reasons(effective) == [Reason.ANCHOR_LOST]
    assert section in [known.title for known in effective.sections]


def test_32_an_addition_that_names_a_section_and_no_anchor_ends_it_and_nothing_is_lost():
    layer = a_layer("market", "my", add(a_clause("ESC-MY-01", section="Intake")))
    effective = resolve(PLAYBOOK, [layer], CLAIMED)
    assert ids(effective)[2:5] == ["ESC-03", "ESC-MY-01", "ESC-04"]
    assert effective.issues == ()


def test_two_that_name_each_other_both_end_the_playbook():
    layer = a_layer(
        "market",
        "my",
        add(a_clause("ESC-MY-01"), after="ESC-MY-02"),
        add(a_clause("ESC-MY-02"), before="ESC-MY-01"),
    )
    effective = resolve(PLAYBOOK, [layer], CLAIMED)
    assert ids(effective)[-2:] == ["ESC-MY-02", "ESC-MY-01"]
    assert reasons(effective) == [Reason.ANCHOR_LOST]


def test_a_renamed_anchor_is_followed_and_flagged():
    renamed = playbook_with("ESC-03", id="ESC-13", formerly=("ESC-03",))
    effective = resolve(renamed, [a_layer("market", "my", add(a_clause("ESC-MY-01"), after="ESC-03"))], CLAIMED)
    assert ids(effective)[2:4] == ["ESC-13", "ESC-MY-01"]
    assert reasons(effective) == [Reason.RENAMED]
