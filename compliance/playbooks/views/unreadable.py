"""The page of a draft that is half written: what stands in the way of reading it, line by line."""

from collections.abc import Sequence

from flask import render_template

from compliance.playbooks.document import Problem
from compliance.playbooks.models import OverrideVersion, Playbook, PlaybookVersion
from compliance.playbooks.parsing import read_override, read_playbook


def faults_of(version: PlaybookVersion | OverrideVersion, playbook: Playbook) -> Sequence[Problem]:
    """Why a text cannot be read; an approved one always can."""
    if version.approved_at is not None:
        return ()
    if isinstance(version, PlaybookVersion):
        problems = read_playbook(version.source)[1]
    else:
        problems = read_override(version.source, playbook=playbook.prefix)[1]
    return [problem for problem in problems if not problem.warning]


def unreadable(version: PlaybookVersion | OverrideVersion, playbook: Playbook) -> str:
    """The page that tells the faults of a text; "" for a text without any."""
    faults = faults_of(version, playbook)
    if not faults:
        return ""
    return render_template("playbooks/unreadable.html", version=version, playbook=playbook, faults=faults,
                           override=getattr(version, "override", None))
