"""The rules of asking and deciding on plain values, against tables written out by hand."""

from datetime import date, timedelta
from itertools import product
from uuid import UUID

import pytest

from compliance.playbooks.document import Operation, Verb
from compliance.playbooks.localising.asking import Petition, against_asking, missing_from
from compliance.playbooks.localising.deciding import (
    UNDECIDED,
    Case,
    against_appealing,
    against_approving,
    against_consenting,
    against_deciding,
    against_hearing,
    against_taking_over,
    against_withdrawing,
)
from compliance.playbooks.localising.overlapping import Period, against_both
from compliance.playbooks.localising.routing import IN_HAND, LIFE, next_review, reviews_of, route_of
from compliance.playbooks.operations import Effect
from compliance.playbooks.standing import VersionStatus
from compliance.playbooks.weighing import Weighed

S = VersionStatus
ANN, BEN, CAM, DEE = (UUID(int=number) for number in (1, 2, 3, 4))
TODAY = date(2026, 6, 1)


def weighed(effect: Effect, owner: str = "", target: str = "ESC-01", refused: str = "") -> Weighed:
    return Weighed(Operation(Verb.CHANGE, target), effect, "basis", owner, refused)


TIGHTER, ADDED = weighed(Effect.TIGHTEN), weighed(Effect.ADD, target="ESC-02")
WORDS, LOOSER = weighed(Effect.REWORD, "global", "ESC-03"), weighed(Effect.LOOSEN, "global", "ESC-04")
REGION_S, LEFT_OUT = weighed(Effect.REWORD, "apac", "ESC-05"), weighed(Effect.WAIVE, "apac", "ESC-06")


@pytest.mark.parametrize(("operations", "expected"), [
    ([], ["regional"]), ([TIGHTER], ["regional"]), ([ADDED], ["regional"]), ([WORDS], ["global"]),
    ([LOOSER], ["global"]), ([REGION_S], ["regional"]), ([LEFT_OUT], ["regional"]),
    ([LOOSER, TIGHTER], ["regional", "global"]), ([WORDS, REGION_S], ["regional", "global"]),
])
def test_the_reviews_follow_from_whose_words_are_touched(operations: list[Weighed], expected: list[str]) -> None:
    assert [str(review).removesuffix("_review") for review in reviews_of(operations)] == expected


def test_legal_is_asked_about_what_asks_for_less_and_nothing_else() -> None:
    asked = {each.effect for each in (TIGHTER, ADDED, WORDS, LOOSER, REGION_S, LEFT_OUT) if route_of(each).legal}
    assert asked == {Effect.LOOSEN, Effect.WAIVE}


def test_what_was_decided_is_not_decided_again() -> None:
    both = [TIGHTER, LOOSER]
    assert next_review(both, ()) is S.REGIONAL_REVIEW
    assert next_review(both, {TIGHTER.key}) is S.GLOBAL_REVIEW
    assert next_review(both, {TIGHTER.key, LOOSER.key}) is None


# From where to where a request may go, as domain.md §2.3 has it; everything else is refused.
MOVES = {
    "draft": "regional_review global_review approved", "returned": "regional_review global_review",
    "withdrawn": "regional_review global_review",
    "regional_review": "global_review approved declined returned withdrawn",
    "global_review": "approved declined returned withdrawn", "declined": "appealed", "appealed": "approved declined",
    "approved": "retired", "retired": "", "in_review": "",
}


def test_the_life_of_a_request_is_the_table_and_nothing_more() -> None:
    for current, target in product(S, S):
        assert LIFE.allowed(current, target) == (target.value in MOVES[current.value].split()), (current, target)


def test_a_calendar_of_two_versions_says_which_cannot_hold_together() -> None:
    """Each pair of numbers and periods, with the days they both claim counted one by one."""
    days = [TODAY + timedelta(days=at) for at in range(4)]
    ends = [*days[1:], None]
    for number, begin, end, other, until in product((1, 3), days, ends, days, ends):
        if (end and end <= begin) or (until and until <= other):
            continue
        mine, theirs = Period("in mine", number, begin, end), Period("in 2", 2, other, until)
        claimed = [day for day in (*days, TODAY + timedelta(days=9))
                   if begin <= day and (end is None or day < end) and other <= day and (until is None or day < until)]
        in_order = (number < 2 and begin < other) or (number > 2 and other < begin)
        assert bool(against_both(mine, [theirs], TODAY)) == (bool(claimed) and not in_order), (mine, theirs)


def case(status: VersionStatus = S.REGIONAL_REVIEW, **said: object) -> Case:
    valid: dict[str, object] = {"asked_by": frozenset({ANN}), "decided_by": frozenset({BEN}), "legal_by": CAM}
    return Case("in 2", status, **valid | said)  # type: ignore[arg-type]  # the fields of a case


@pytest.mark.parametrize("status", list(S))
def test_what_is_not_open_is_decided_by_nobody(status: VersionStatus) -> None:
    assert bool(against_deciding(case(status), DEE)) == (status not in UNDECIDED)
    assert bool(against_hearing(case(status), DEE)) == (status is not S.APPEALED)
    assert bool(against_appealing(case(status), ANN)) == (status is not S.DECLINED)
    assert bool(against_withdrawing(case(status), ANN)) == (status not in UNDECIDED)
    assert bool(against_consenting(case(status), DEE, [LOOSER])) == (status not in {*UNDECIDED, S.APPEALED})
    assert bool(against_asking("in 2", status, [], "")) == (status not in IN_HAND)
    assert bool(against_taking_over(case(status), DEE, TODAY, TODAY)) == (status is not S.DRAFT)


def test_asker_decider_and_legal_are_three_people() -> None:
    told = {who: [reason.code for reason in against_deciding(case(), who)] for who in (ANN, BEN, CAM, DEE)}
    assert told == {ANN: ["own-request"], BEN: [], CAM: ["own-consent"], DEE: []}
    legal = {who: [reason.code for reason in against_consenting(case(), who, [LOOSER])] for who in (ANN, BEN, CAM, DEE)}
    assert legal == {ANN: ["own-request"], BEN: ["own-decision"], CAM: [], DEE: []}
    heard = {who: [reason.code for reason in against_hearing(case(S.APPEALED), who)] for who in (ANN, BEN, CAM, DEE)}
    assert heard == {ANN: ["own-request"], BEN: ["own-decision"], CAM: ["own-consent"], DEE: []}


@pytest.mark.parametrize(("said", "codes"), [
    ({"control": "A guard", "legal": True}, []), ({"control": "A guard"}, ["legal"]),
    ({"control": "A guard", "legal": False}, ["legal"]), ({"legal": True}, ["control"]), ({}, ["control", "legal"]),
    ({"control": "A guard", "legal": True, "rival": "in 1 holds"}, ["overlap"]),
])
def test_the_last_yes_to_less_needs_legal_and_something_instead(said: dict[str, object], codes: list[str]) -> None:
    assert [reason.code for reason in against_approving(case(**said), DEE, [LOOSER], final=True)] == codes
    earlier = [reason.code for reason in against_approving(case(**said), DEE, [LOOSER], final=False)]
    assert earlier == [code for code in codes if code == "overlap"], "an earlier review need not wait for Legal"


def petition(**said: object) -> Petition:
    valid: dict[str, object] = {"rationale": "Law", "legal_basis": True, "legal_reference": "Act 1",
                                "control": "A guard", "review_on": date(2027, 1, 1), "has_control_owner": True}
    return Petition(**valid | said)  # type: ignore[arg-type]  # the fields of a petition


@pytest.mark.parametrize(("said", "operations", "fields"), [
    ({}, [LOOSER], []), ({"rationale": " "}, [], ["rationale"]), ({"legal_basis": None}, [], ["legal_basis"]),
    ({"legal_reference": ""}, [], ["legal_reference"]), ({"legal_reference": "", "legal_basis": False}, [], []),
    ({"review_on": None}, [], ["review_on"]), ({"review_on": TODAY}, [], ["review_on"]),
    ({"review_on": date(2028, 1, 1)}, [TIGHTER], []), ({"review_on": date(2027, 7, 1)}, [LOOSER], []),
    ({"review_on": date(2027, 7, 2)}, [LOOSER], ["review_on"]),
    ({"control": "", "has_control_owner": False}, [TIGHTER], []),
    ({"control": "", "has_control_owner": False}, [LEFT_OUT], ["control", "control_owner"]),
])
def test_each_answer_that_is_missing_is_named(said: dict[str, object], operations: list[Weighed],
                                              fields: list[str]) -> None:
    assert list(missing_from(petition(**said), operations, date(2026, 7, 1), TODAY)) == fields
