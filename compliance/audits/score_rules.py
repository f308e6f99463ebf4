"""The marks under which an audit's score was computed: the rules by their version."""

from compliance.audits.scoring import ScoreRules

CURRENT = ScoreRules()
# Every version ever in force: an audit is scored by the rules it started with.
BY_VERSION = {str(CURRENT.version): CURRENT}


def rules_of(version: str) -> ScoreRules:
    """The rules an audit started with; the current ones while it has not started."""
    return BY_VERSION.get(version, CURRENT)
