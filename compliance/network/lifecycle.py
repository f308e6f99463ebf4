"""The states of a site and of a vendor, and which may follow which."""

from enum import StrEnum

from compliance.transitions import Transitions


class SiteLifecycle(StrEnum):
    PLANNED = "planned"
    LIVE = "live"
    CLOSING = "closing"
    CLOSED = "closed"


class VendorStatus(StrEnum):
    PROSPECT = "prospect"
    DUE_DILIGENCE = "due diligence"
    CONTRACTED = "contracted"
    READINESS = "readiness"
    LIVE = "live"
    WATCH = "watch"
    IMPROVEMENT_PLAN = "improvement plan"
    EXIT_NOTICE = "exit notice"
    EXITED = "exited"


L, V = SiteLifecycle, VendorStatus

SITE = Transitions("site", {
    L.PLANNED: frozenset({L.LIVE, L.CLOSED}),
    L.LIVE: frozenset({L.CLOSING, L.CLOSED}),
    L.CLOSING: frozenset({L.LIVE, L.CLOSED}),
    L.CLOSED: frozenset({L.PLANNED}),
})
_RUNNING = frozenset({V.LIVE, V.WATCH, V.IMPROVEMENT_PLAN, V.EXIT_NOTICE})
VENDOR = Transitions("vendor", {
    V.PROSPECT: frozenset({V.DUE_DILIGENCE, V.EXITED}),
    V.DUE_DILIGENCE: frozenset({V.PROSPECT, V.CONTRACTED, V.EXITED}),
    V.CONTRACTED: frozenset({V.READINESS, V.EXITED}),
    V.READINESS: frozenset({V.LIVE, V.EXITED}),
    V.LIVE: _RUNNING - {V.LIVE},
    V.WATCH: _RUNNING - {V.WATCH},
    V.IMPROVEMENT_PLAN: _RUNNING - {V.IMPROVEMENT_PLAN},
    V.EXIT_NOTICE: frozenset({V.LIVE, V.EXITED}),
    V.EXITED: frozenset({V.PROSPECT}),
})
