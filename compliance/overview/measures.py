"""The five numbers an overview opens with: value, standard, n, and the change against the period before."""

from collections.abc import Sequence
from dataclasses import dataclass

from compliance.rates import Rate
from compliance.web.words import number

STANDARD_SCORE = 90.0
STANDARD_COVERAGE = 100.0
STANDARD_ON_TIME = 90.0


@dataclass(frozen=True, slots=True)
class Figure:
    """One number. `value` None is "not rated"; `scale` is what its line spans; lower is better where the standard is 0.

    `before` is the value of the period before, None where it was not rated or is not known.
    """

    key: str
    name: str
    value: float | None
    unit: str
    standard: float
    scale: tuple[float, float]
    note: str
    before: float | None = None
    link: str = ""
    link_text: str = ""
    counted_now: bool = False  # how things stand today; no earlier value is kept

    @property
    def shown(self) -> str | None:
        return None if self.value is None else number(self.value, 1 if self.unit else 0)

    @property
    def change(self) -> float | None:
        return None if self.value is None or self.before is None else self.value - self.before

    @property
    def tone(self) -> str:
        """Whether the change, as far as it is shown, is for the better."""
        change = self.change
        if change is None or not round(change, 1):
            return ""
        better = change < 0 if self.standard == 0 else change > 0
        return "ok" if better else "bad"

    @property
    def arrow(self) -> str:
        change = self.change
        if change is None or not round(change, 1):
            return ""
        return "up" if change > 0 else "down"

    @property
    def change_words(self) -> str:
        """ "0.9 pt", "1", "no change", or that there is nothing to compare with."""
        if self.counted_now:
            return "as of today"
        if self.change is None:
            return "no value before"
        if not round(self.change, 1):
            return "no change"
        return f"{number(abs(self.change), 1)} pt" if self.unit else number(abs(self.change))


def adherence_figure(now: Rate, before: Rate, assessed: int, audits: int,
                     unwaived: Rate | None = None) -> Figure:
    """Pooled: all points over all weight of the audits of the period. `unwaived` counts what is waived as not met."""
    note = f"n = {number(assessed)} in {_counted(audits, 'audit')}"
    if unwaived is not None:
        note += f"; with waived clauses counted as not met: {number(unwaived.percent, 1)}\N{NO-BREAK SPACE}%"
    return Figure("adherence", "Pooled adherence", now.percent, "%", STANDARD_SCORE, (60, 100), note, before.percent)


def coverage_figure(now: Rate, before: Rate) -> Figure:
    return Figure("coverage", "Programme coverage", now.percent, "%", STANDARD_COVERAGE, (60, 100),
                  f"{number(now.part)} of {_counted(int(now.whole), 'audit')} due", before.percent)


def on_time_figure(honest: Rate, closed_only: Rate, before: Rate) -> Figure:
    of_closed = "none closed" if closed_only.percent is None else f"of closed, {number(closed_only.percent, 1)} %"
    return Figure("on_time", "Actions closed on time", honest.percent, "%", STANDARD_ON_TIME, (40, 100),
                  f"{number(honest.part)} of {number(honest.whole)}; {of_closed}", before.percent)


def overdue_figure(overdue: int, still_open: int, before: int | None, link: str) -> Figure:
    return Figure("overdue_criticals", "Overdue criticals", overdue, "", 0, (0, max(still_open, 6)),
                  f"of {number(still_open)} open", before, link if overdue else "", "see which")


def readiness_figure(not_ready: int, sites: int, link: str) -> Figure:
    return Figure("not_ready", "Sites not ready for a crisis", not_ready if sites else None, "", 0, (0, max(sites, 6)),
                  f"of {number(sites)}", None, link if not_ready else "", "see why each", counted_now=True)


def top(counts: Sequence[tuple[str, int]], most: int = 7) -> list[tuple[str, int]]:
    """The largest, largest first; what is left over stands last as one row."""
    ordered = sorted(counts, key=lambda row: (-row[1], row[0]))
    rest = sum(count for _, count in ordered[most:])
    return ordered[:most] + ([("Other causes", rest)] if rest else [])


def _counted(count: int, noun: str) -> str:
    return f"{number(count)} {noun}{'' if count == 1 else 's'}"
