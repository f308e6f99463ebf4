"""How each status of the domain looks: one word, icon and tone per status, the same on every page."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import NamedTuple


class Look(NamedTuple):
    """`tone` is ok, warn, bad, busy or "" (neutral); `icon` names a glyph of the sprite."""

    word: str
    icon: str
    tone: str = ""


_DONE, _BUSY, _WAITS, _HALF = "check-circle-fill", "arrow-repeat", "circle", "circle-half"
_LATE, _SOON, _FAILED, _CARE = "clock-fill", "clock", "x-octagon-fill", "exclamation-triangle-fill"

# (value, icon, tone); the word is the value in sentence case. A status used by two lifecycles looks the same in both.
_TABLE = (
    # conformity
    ("conformity", _DONE, "ok"),
    ("partial", _HALF, "warn"),
    ("nonconformity", _FAILED, "bad"),
    ("not_applicable", "slash-circle", ""),
    ("waived", "pause-circle", ""),
    ("not_assessed", _WAITS, ""),
    # playbook and override versions, waivers
    ("draft", "pencil", ""),
    ("requested", _SOON, "busy"),
    ("in_review", _BUSY, "busy"),
    ("regional_review", _BUSY, "busy"),
    ("global_review", _BUSY, "busy"),
    ("approved", "check2-square", "ok"),
    ("declined", _FAILED, "bad"),
    ("returned", "arrow-counterclockwise", "warn"),
    ("appealed", "chat-left-text", "warn"),
    ("effective", _DONE, "ok"),
    ("active", _DONE, "ok"),
    ("stale", _CARE, "warn"),
    ("rebased", _BUSY, "ok"),
    ("superseded", "archive", ""),
    ("retired", "archive", ""),
    ("expired", _LATE, ""),
    ("revoked", "slash-circle", ""),
    ("lapsed", _LATE, "warn"),
    # translations
    ("proposed", _SOON, "busy"),
    ("missing", _WAITS, ""),
    ("replaced", "archive", ""),
    # drift
    ("conflict", _FAILED, "bad"),
    ("inverted", "arrow-down-circle-fill", "bad"),
    ("review", _CARE, "warn"),
    ("out_of_range", _CARE, "warn"),
    ("anchor_lost", "signpost-split", ""),
    ("redundant", "files", ""),
    ("collision", _CARE, "warn"),
    ("blocked", "lock-fill", "warn"),
    ("orphan", _FAILED, "bad"),
    ("renamed", "signpost-split", ""),
    ("clean", _DONE, ""),
    # adoption
    ("notified", "bell", ""),
    ("acknowledged", _HALF, "busy"),
    ("trained", _HALF, "busy"),
    ("live", _DONE, "ok"),
    # audits
    ("planned", "calendar3", ""),
    ("scheduled", "calendar3", "busy"),
    ("in_progress", _BUSY, "busy"),
    ("submitted", "send", "busy"),
    ("reviewed", "eye-fill", "busy"),
    ("postponed", "pause-circle", "warn"),
    # findings
    ("issued", _WAITS, ""),
    ("accepted", _HALF, "busy"),
    ("disputed", "chat-left-text", "warn"),
    ("upheld", _HALF, "busy"),
    ("regraded", _HALF, "busy"),
    ("in_remediation", _BUSY, "busy"),
    ("verified", _DONE, "ok"),
    # actions
    ("open", _WAITS, ""),
    ("contained", _HALF, "busy"),
    ("root_cause", _HALF, "busy"),
    ("plan_submitted", "send", "busy"),
    ("plan_approved", "check2-square", "busy"),
    ("implemented", _BUSY, "busy"),
    ("effectiveness_check", "hourglass-split", "busy"),
    ("reopened", "arrow-counterclockwise", "warn"),
    ("extended", _SOON, "warn"),
    # continuity
    ("current", _DONE, "ok"),
    ("due_for_review", _SOON, "warn"),
    ("conducted", _HALF, "busy"),
    ("aar_draft", "pencil", "busy"),
    ("aar_approved", "check2-square", "ok"),
    ("declared", "broadcast-pin", "bad"),
    ("stand_down", "pause-circle", ""),
    # vendors
    ("prospect", _WAITS, ""),
    ("due_diligence", "search", "busy"),
    ("contracted", "check2-square", "busy"),
    ("readiness", _HALF, "busy"),
    ("watch", "eye", "warn"),
    ("improvement_plan", _CARE, "warn"),
    ("exit_notice", "box-arrow-right", "warn"),
    ("exited", "archive", ""),
    # people, sites and everything else
    ("opening", _HALF, "busy"),
    ("closing", "box-arrow-right", "warn"),
    ("closed", _DONE, "ok"),
    ("cancelled", "slash-circle", ""),
    ("withdrawn", "slash-circle", ""),
    ("inactive", "slash-circle", ""),
    ("met", _DONE, "ok"),
    ("missed", _FAILED, "bad"),
    # derived from the clock
    ("overdue", _LATE, "bad"),
    ("late", _LATE, "bad"),
    ("due_soon", _SOON, "warn"),
    ("on_time", _DONE, "ok"),
    ("not_rated", _WAITS, ""),
)


def _sentence(value: str) -> str:
    return value.replace("_", " ").capitalize()


_WORDS = {"aar_draft": "Review in draft", "aar_approved": "Review approved"}
LOOKS: Mapping[str, Look] = MappingProxyType({
    value: Look(_WORDS.get(value, _sentence(value)), icon, tone) for value, icon, tone in _TABLE
})


def look_of(status: object) -> Look:
    """The look of a status, given as enum or value; an unknown one is shown neutral, never hidden."""
    value = str(status.value if isinstance(status, Enum) else status)
    return LOOKS.get(value) or Look(_sentence(value), _WAITS)
