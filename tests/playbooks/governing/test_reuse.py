"""An id that was retired is never sent to review for something else."""

import pytest

from compliance.errors import RuleViolation
from compliance.playbooks.drafting.commands import save_draft
from compliance.playbooks.governing.commands import submit_version
from tests.builders.drafting import a_draft, a_writer
from tests.builders.playbooks import a_playbook, a_text, a_version, bring_in
from tests.builders.saving import saving

pytestmark = pytest.mark.usefixtures("app")


def test_a_retired_id_is_not_used_again():
    playbook, writer = a_playbook(), a_writer()
    retired = bring_in(a_text(version="1.1.0", effective="2024-06-01").replace(
        "- Severity: minor\n", "- Retired: 1.1.0\n- Severity: minor\n"))
    assert retired.digest, retired.lines
    with saving():
        a_version(retired.digest).status = "approved"
    draft = a_draft(writer, playbook, "1.2.0")
    with saving():
        save_draft(writer, draft, source=draft.source.replace("- Retired: 1.1.0\n", "").replace(
            "change: minor\n", "change: minor\nnote: Why.\n"), seen=draft.version)
    with pytest.raises(RuleViolation, match=r"TIN-03 was retired in 1\.1\.0"), saving():
        submit_version(writer, draft)
