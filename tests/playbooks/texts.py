"""Small texts to try the parser on, each part replaceable."""

from pathlib import Path

from compliance.playbooks.parsing import read_override, read_playbook

EXAMPLES = Path(__file__).parent / "examples"

PLAYBOOK_CARD = """\
---
playbook: escalation-handling
version: 3.2.0
title: Escalation handling
prefix: ESC
owner: global-ts-policy
effective: 2026-01-15
---
"""
OVERRIDE_CARD = """\
---
overrides: escalation-handling
scope: my
version: 2
owner: my-site-lead
effective: 2026-03-01
---
"""
FACTS = "- Severity: major\n- Weight: 3\n- Evidence: Queue export\n"


def example(name: str) -> str:
    return (EXAMPLES / f"{name}.md").read_text(encoding="utf-8")


def clause(heading: str = "ESC-01 Acknowledge", text: str = "Do it.", facts: str = FACTS) -> str:
    return f"### {heading}\n\n{facts}\n{text}\n"


def playbook(*parts: str, card: str = PLAYBOOK_CARD) -> str:
    return "\n".join([card, *(parts or (clause(),))])


def override(*parts: str, card: str = OVERRIDE_CARD) -> str:
    return "\n".join([card, *parts])


def parameters(*rows: str, columns: str = "Parameter | Value | Unit | Stricter | Range") -> str:
    width = columns.count("|") + 1
    return "\n".join(["## Parameters", "", f"| {columns} |", "|" + "---|" * width, *rows, ""])


def faults(source: str) -> list[tuple[int, str, str]]:
    """(line, message, remedy) of every error; warnings are left out."""
    reader = read_override if "overrides:" in source else read_playbook
    found = reader(source)[1]
    return [(problem.line, problem.message, problem.remedy) for problem in found if not problem.warning]


def warnings(source: str) -> list[tuple[int, str, str]]:
    reader = read_override if "overrides:" in source else read_playbook
    return [(problem.line, problem.message, problem.remedy) for problem in reader(source)[1] if problem.warning]
