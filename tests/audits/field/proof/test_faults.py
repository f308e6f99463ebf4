"""The random fault run, short; docs/reliability.md records the long ones. Two planted faults show that it can fail."""

import pytest

from tests.audits.field.proof.faults import Run
from tests.audits.field.proof.stage import Staging

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(600)]
SEEDS, STEPS = (1, 2, 3), 70
SYNC = "POST /field/api/v1/sync"


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_lost_whatever_happens(stage_scene: Staging, seed: int) -> None:
    with stage_scene(clauses=40) as scene:
        run = Run(scene, seed)
        run.walk(STEPS)
        found = run.finish()
    assert found.faults == []
    assert found.saved > STEPS / 7
    assert len(run.faults()) > 5


@pytest.mark.parametrize(("control", "kind"), [("deletes-early", "lost"), ("no-unique", "duplicated"), ("", "")])
def test_a_planted_fault_is_found(stage_scene: Staging, control: str, kind: str) -> None:
    """Requests cut and answers lost, to a client that forgets what it sent and to a server that knows none again."""
    with stage_scene(control=control) as scene:
        run = Run(scene, seed=0)
        for fault in ({"kind": "cut", "after": 20}, {"kind": "drop"}):
            run.tablets[0].proxy.strike(where=SYNC, times=2, **fault)
            for _ in range(4):
                run.step("put", 0)
            for _ in range(3):
                run.step("sync", 0)
        found = run.finish()
    assert getattr(found, kind) if kind else found.faults == []
