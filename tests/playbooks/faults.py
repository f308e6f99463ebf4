"""Twelve faults to plant in the playbook rules, one at a time, each with the tests that have to find it.

As a pytest plugin (`-p tests.playbooks.faults`) it plants the one named by the environment before anything is imported.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType

from hypothesis import Phase, settings

VARIABLE = "PLANTED_FAULT"


@dataclass(frozen=True)
class Fault:
    """A line of a module as it stands and as a tired person might have written it."""

    name: str
    module: str
    right: str
    wrong: str
    found_by: tuple[str, ...]  # tests of this folder that each have to find it


FAULTS = (
    Fault(
        "the order of strictness flipped",
        "parameters",
        "return Comparison.STRICTER if stricter else Comparison.LOOSER",
        "return Comparison.LOOSER if stricter else Comparison.STRICTER",
        (
            "test_parameters.py::test_strictness_agrees_with_plain_integers",
            "test_laws.py::test_law_6_without_approval_nothing_gets_looser",
        ),
    ),
    Fault(
        "until inclusive",
        "timeline",
        "return latest if latest.until is None or on < latest.until else None",
        "return latest if latest.until is None or on <= latest.until else None",
        ("test_timeline.py::test_every_day_agrees_with_the_calendar",),
    ),
    Fault(
        "from exclusive",
        "timeline",
        "if version.effective <= on]",
        "if version.effective < on]",
        ("test_timeline.py::test_every_day_agrees_with_the_calendar",),
    ),
    Fault(
        "weight missing from the digest",
        "digests",
        '    "weight",\n',
        "",
        (
            "test_digests.py::test_every_obligation_field_moves_the_digest",
            "test_comparison.py::test_law_13_no_difference_exactly_when_the_same_is_asked",
        ),
    ),
    Fault(
        "unlocking allowed",
        "operations",
        "return asked is not None and LOCK_RANK[asked] < LOCK_RANK[lock]",
        "return False",
        ("test_laws.py::test_law_5_no_lock_is_lowered_by_asking",),
    ),
    Fault(
        "a locked text replaced",
        "judgement",
        "return None if case.clause.clause.lock is Lock.OPEN else Refusal(Reason.LOCKED)",
        "return None",
        ("test_laws.py::test_law_5_fixed_stays_identical_and_floor_is_never_weaker",),
    ),
    Fault(
        "a stale digest after a parameter moved",
        "draft",
        "if entry.id in self.touched or (self.moved and not self.moved.isdisjoint(names_used(entry.clause))):",
        "if entry.id in self.touched:",
        ("test_digests.py::test_a_parameter_that_moves_leaves_no_stale_digest_behind",),
    ),
    Fault(
        "a memo not reset",
        "draft",
        "            return replace(entry, uses=uses(entry.clause, self.parameters))\n",
        "            settled = replace(entry, uses=uses(entry.clause, self.parameters))\n"
        "            vars(settled).update({k: v for k, v in vars(entry).items() if k == 'digest'})\n"
        "            return settled\n",
        ("test_digests.py::test_a_parameter_that_moves_leaves_no_stale_digest_behind",),
    ),
    Fault(
        "Add to dropping the parent's text",
        "operations",
        'text=f"{clause.text}\\n\\n{operation.text}" if clause.text else operation.text)',
        "text=operation.text)",
        (
            "test_laws.py::test_law_5_fixed_stays_identical_and_floor_is_never_weaker",
            "test_resolution.py::test_21_replace_add_and_change_of_one_clause_all_apply_whatever_their_order",
        ),
    ),
    Fault(
        "a refused operation dropped silently",
        "draft",
        "            self._report(operation, refused.reason, refused.detail)\n",
        "",
        ("test_laws.py::test_law_4_every_operation_is_applied_or_reported",),
    ),
    Fault(
        "a waiver in force past its date",
        "judgement",
        "if due is None or case.rules.on < due:",
        "if due is None or case.rules.on < date.max:",
        ("test_resolution.py::test_25_a_waiver_ends_on_the_day_it_is_to_be_reviewed",),
    ),
    Fault(
        "a version diff that misses a changed weight",
        "comparison",
        '    "weight": Kind.REWEIGHTED,\n',
        "",
        ("test_comparison.py::test_law_13_no_difference_exactly_when_the_same_is_asked",),
    ),
)


class _FaultyLoader(SourceFileLoader):
    """Compiles the module with the fault in it, past any stored bytecode."""

    def __init__(self, fullname: str, path: str, fault: Fault) -> None:
        super().__init__(fullname, path)
        self.fault = fault

    def get_code(self, fullname: str) -> CodeType:
        source = self.get_source(fullname) or ""
        if source.count(self.fault.right) != 1:
            raise LookupError(f"{fullname} no longer has the line for: {self.fault.name}")
        return compile(source.replace(self.fault.right, self.fault.wrong), self.path, "exec")


class _Planter(PathFinder):
    """Finds the module of the fault before anybody else does."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault

    def find_spec(  # type: ignore[override]  # PathFinder's is a class method; this one has a fault to plant
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != f"compliance.playbooks.{self.fault.module}":
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        assert spec is not None
        assert spec.origin is not None
        spec.loader = _FaultyLoader(fullname, spec.origin, self.fault)
        return spec


if VARIABLE in os.environ:
    # That it fails is all that is asked: neither the smallest example nor every way to fail.
    settings.register_profile(
        "planted",
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        report_multiple_bugs=False,
    )
    settings.load_profile("planted")
    sys.meta_path[:0] = [_Planter(fault) for fault in FAULTS if fault.name == os.environ[VARIABLE]]
