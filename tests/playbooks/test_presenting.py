"""The effective playbook as programs and people see it."""

import json
from dataclasses import replace

from compliance.playbooks.document import Section
from compliance.playbooks.presenting import as_json, as_markdown
from compliance.playbooks.resolution import resolve
from tests.playbooks.escalation import APAC, CLAIMED, MY, PLAYBOOK, a_layer, playbook_with, put, reword

MALAYSIA = resolve(PLAYBOOK, [APAC, MY], CLAIMED)


def test_the_json_has_the_promised_shape_and_nothing_else():
    shown = json.loads(json.dumps(as_json(MALAYSIA)))
    assert list(shown) == [
        "playbook",
        "version",
        "chain",
        "content_digest",
        "lineage_digest",
        "parameters",
        "clauses",
        "issues",
    ]
    assert shown["chain"] == [["global", "3.2.0"], ["apac", "3"], ["my", "2"]]
    assert shown["parameters"]["ack_minutes"] == {
        "value": "15",
        "unit": "minutes",
        "stricter": "lower",
        "lock": "floor",
        "from": "my",
    }
    assert list(shown["clauses"][0]) == [
        "id",
        "title",
        "section",
        "text",
        "severity",
        "weight",
        "evidence",
        "check",
        "guidance",
        "law",
        "lock",
        "applicable",
        "from",
    ]


def test_the_json_has_the_values_in_the_texts_and_says_who_said_what():
    first = as_json(MALAYSIA)["clauses"][0]
    assert "within 15 minutes of" in first["text"]
    assert first["check"] == "Were all sampled escalations acknowledged within 15 minutes?"
    assert (first["severity"], first["from"]["severity"], first["from"]["text"]) == ("critical", "my", "global")


def test_a_value_is_text_and_never_markup():
    """10, 11: no value becomes a heading, a link or another placeholder."""
    parameters = (
        replace(PLAYBOOK.parameters[0], value="*9* <b>{{p0_minutes}}", stricter="", range=""),
        *PLAYBOOK.parameters[1:],
    )
    shown = as_json(resolve(replace(PLAYBOOK, parameters=parameters), [], CLAIMED))["clauses"][0]["text"]
    assert "<b>" not in shown
    assert "15" not in shown
    assert r"\*9\*" in shown


def test_the_json_lists_what_was_refused():
    layers = [APAC, a_layer("market", "my", put("ack_minutes", "25"), reword("ESC-04", "Ours."))]
    assert as_json(resolve(PLAYBOOK, layers, CLAIMED))["issues"] == [
        {"operation": "Set ack_minutes", "clause": "", "reason": "looser-without-approval", "layer": "my"},
        {"operation": "Replace ESC-04", "clause": "ESC-04", "reason": "locked", "layer": "my"},
    ]


def test_the_page_names_layers_approvers_and_reasons():
    page = as_markdown(MALAYSIA)
    assert page.startswith("# Escalation handling\n")
    assert "| ack_minutes | 15 | minutes | lower | my 2, approved by a.rahman on 2026-02-20 as the file claims" in page
    assert "- Severity: critical (my 2)" in page
    assert "> **Replace ESC-03**: apac 3, approved by j.tan on 2026-01-22 as the file claims: APAC has its own" in page
    assert "> “The shift lead informs the APAC duty desk by phone.”" in page
    assert "“The call is noted in the case.”" not in page
    assert "- **Not applicable** (my 2)" in page
    assert "to be reviewed by 2026-09-01" in page
    assert "{{" not in page
    assert "## To look at" not in page


def test_the_page_keeps_the_order_of_the_clauses_and_says_what_was_refused():
    playbook = replace(
        playbook_with("ESC-05", section=""),
        sections=(Section("Intake", "Speed is decided here."), *PLAYBOOK.sections[1:]),
    )
    page = as_markdown(resolve(playbook, [a_layer("region", "apac", reword("ESC-04", "Ours."))], CLAIMED))
    headings = [line.split()[1] for line in page.splitlines() if line.startswith("### ")]
    assert headings == [f"ESC-0{number}" for number in range(1, 8)]
    assert "## Intake\n\nSpeed is decided here.\n\n### ESC-01" in page
    assert "- Replace ESC-04 (apac): A layer above has locked this." in page
