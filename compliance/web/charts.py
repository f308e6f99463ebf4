"""Charts as small SVG pictures, used by page and PDF alike; each says its result in words to a screen reader."""

from collections.abc import Sequence

from markupsafe import Markup

from compliance.web.drawing import Drawing, Scale, px
from compliance.web.words import number

SMALL_SAMPLE = 5  # a rate of fewer records is shown as its count
VITAL_SHARE = 80.0  # the Pareto line stands under the causes that together make this share, in percent


def _shown(drawing: Drawing, label: str, kind: str = "") -> Markup:
    return Markup(drawing.svg(label, kind))  # noqa: S704 - Drawing has escaped every text it was given


def distance(
    value: float | None, standard: float, scale: tuple[float, float], *, label: str = "", for_print: bool = False
) -> Markup:
    """The line under a key number: the standard with its bob, and how far off the value stands."""
    drawing, at = Drawing(156, 18, for_print), Scale(*scale, 5, 151)
    drawing.path("c-grid", "M5 7.5H151")
    line = at(standard)
    if value is not None:
        drawing.path("c-gap", f"M{px(line)} 7.5H{px(at(value))}")
    drawing.path("c-std", f"M{px(line)} 0V11")
    drawing.bob(line, 11)
    if value is not None:
        drawing.dot(at(value), 7.5)
    return _shown(drawing, label, "c-distance")


def plumb(
    value: float | None,
    standard: float,
    scale: tuple[float, float] = (60, 100),
    *,
    bob: bool = False,
    for_print: bool = False,
) -> Markup:
    """One row of a hanging list: rows share the line, and the bob hangs from the last one."""
    drawing, at = Drawing(144, 28, for_print), Scale(*scale, 6, 138)
    line = at(standard)
    drawing.path("c-grid", "M6 14H138")
    drawing.path("c-std", f"M{px(line)} 0V{20 if bob else 28}")
    if value is not None:
        drawing.path("c-gap", f"M{px(line)} 14H{px(at(value))}")
        drawing.dot(at(value), 14)
    if bob:
        drawing.bob(line, 20, half=4, height=8)
    return _shown(drawing, "", "c-distance")


Point = tuple[str, float | None, int]


def trend(
    points: Sequence[Point],
    *,
    title: str,
    standard: float,
    scale: tuple[float, float] = (60, 100),
    marks: Sequence[tuple[float, str]] = (),
    unit: str = "",
    for_print: bool = False,
) -> Markup:
    """Periods from left to right. `marks` are version changes: (position between points, 0 = the first; label)."""
    drawing, up = Drawing(168, 96, for_print), Scale(*scale, 78, 22)
    across = Scale(0, max(len(points) - 1, 1), 0, 134)
    drawing.text(0, 12, title, kind="hd")
    drawing.path("c-axis", "M0 78H134")
    drawing.path("c-std", f"M0 {px(up(standard))}H134")
    for position, _ in marks:
        drawing.path("c-mark", f"M{px(across(position))} 22V78")
    places = [(across(at), value) for at, (_, value, _) in enumerate(points)]
    for run in _runs(places):
        drawing.line("c-line", [(x, up(value)) for x, value in run])
    known = [(x, value) for x, value in places if value is not None]
    if known:
        x, last = known[-1]
        drawing.dot(x, up(last), 3)
        drawing.text(x + 6, up(last) + 4, number(last, 1), kind="val")
    if points:
        first_label, first, _ = points[0]
        drawing.text(0, 92, f"{first_label}: {number(first, 1)}" if first is not None else first_label)
    if len(points) > 1:
        drawing.text(134, 92, points[-1][0], anchor="end")
    return _shown(drawing, _trend_words(points, title, standard, (unit, marks)))


def _runs(places: Sequence[tuple[float, float | None]]) -> list[list[tuple[float, float]]]:
    """Unbroken stretches: a period without a rating is a gap, never a line drawn across it."""
    runs: list[list[tuple[float, float]]] = [[]]
    for x, value in places:
        if value is None:
            runs.append([])
        else:
            runs[-1].append((x, value))
    return [run for run in runs if len(run) > 1]


def _trend_words(
    points: Sequence[Point], title: str, standard: float, extra: tuple[str, Sequence[tuple[float, str]]]
) -> str:
    unit, marks = extra
    known = [(label, value, n) for label, value, n in points if value is not None]
    if not known:
        return f"{title}: not rated in any period; standard {standard:g}{unit}"
    (first_label, first, _), (last_label, last, last_n) = known[0], known[-1]
    course = f"{number(first, 1)}{unit} in {first_label}, " if len(known) > 1 else ""
    changes = "".join(f"; {label}" for _, label in marks)
    return f"{title}: {course}{number(last, 1)}{unit} in {last_label}, n {last_n}; standard {standard:g}{unit}{changes}"


SEVERITIES = ("critical", "major", "minor")


def ageing(rows: Sequence[tuple[str, int, int, int]], *, for_print: bool = False) -> Markup:
    """How long things have been open: (age, critical, major, minor) per row, youngest first."""
    drawing = Drawing(344, 24 * len(rows), for_print)
    widest = max((sum(counts) for _, *counts in rows), default=0)
    unit = 252 / max(widest, 1)
    for at, (label, *counts) in enumerate(rows):
        top, x = 4 + 24 * at, 62.0
        drawing.text(54, top + 11, label, anchor="end")
        for severity, count in zip(SEVERITIES, counts, strict=True):
            if count:
                drawing.rect(f"c-{severity}", x, top, (count * unit - 1, 15))
                x += count * unit
        drawing.text(x + 6, top + 11, sum(counts), kind="val")
    words = "; ".join(
        f"{label}: {critical} critical, {major} major, {minor} minor" for label, critical, major, minor in rows
    )
    return _shown(drawing, f"Open by age in days. {words or 'Nothing is open'}")


def pareto(rows: Sequence[tuple[str, int]], *, noun: str = "root causes", for_print: bool = False) -> Markup:
    """Causes by count, largest first, with the running share; the line stands where it first reaches 80 %."""
    drawing = Drawing(344, 18 + 22 * len(rows), for_print)
    total = sum(count for _, count in rows)
    shares = cumulative([count for _, count in rows])
    vital = next((at + 1 for at, share in enumerate(shares) if share >= VITAL_SHARE), len(rows))
    drawing.text(286, 11, "n", anchor="end")
    drawing.text(344, 11, "cum.", anchor="end")
    largest = max((count for _, count in rows), default=0) or 1
    for at, ((label, count), share) in enumerate(zip(rows, shares, strict=True)):
        top = 20 + 22 * at
        drawing.text(0, top + 11, label)
        drawing.rect("c-bar" if at < vital else "c-bar rest", 152, top, (112 * count / largest, 14))
        drawing.text(286, top + 11, count, kind="val", anchor="end")
        drawing.text(344, top + 11, f"{share:.1f} %", anchor="end")
    if vital < len(rows):
        drawing.path("c-std", f"M0 {px(20 + 22 * vital - 3.5)}H344")
    words = "; ".join(f"{label} {count}" for label, count in rows)
    return _shown(drawing, f"{total} by {noun}: {words}" + _vital_words(vital, shares))


def cumulative(counts: Sequence[int]) -> list[float]:
    """The running share of the whole, in percent."""
    total, running, shares = sum(counts) or 1, 0, []
    for count in counts:
        running += count
        shares.append(100 * running / total)
    return shares


def _vital_words(vital: int, shares: Sequence[float]) -> str:
    return f". The first {vital} make {shares[vital - 1]:.1f} %" if shares else ". Nothing to count"


def on_time(rows: Sequence[tuple[str, int, int]], *, target: float = 90.0, for_print: bool = False) -> Markup:
    """(label, on time, due) per row as a share of 100 %; fewer than five records show the count alone."""
    drawing, at = Drawing(344, 18 + 24 * len(rows), for_print), Scale(0, 100, 112, 252)
    bottom = 18 + 24 * len(rows)
    drawing.text(at(target), 11, f"{target:g} %", anchor="middle")
    for row, (label, done, due) in enumerate(rows):
        top = 22 + 24 * row
        drawing.text(0, top + 11, label)
        drawing.path("c-grid", f"M112 {top + 7.5}H252")
        if due >= SMALL_SAMPLE:
            drawing.rect("c-bar rest", 112, top, (at(100 * done / due) - 112, 15))
        drawing.text(344, top + 11, _rate(done, due), kind="val", anchor="end")
    drawing.path("c-std", f"M{px(at(target))} 16V{bottom}")
    words = "; ".join(f"{label}: {_rate(done, due)}" for label, done, due in rows)
    return _shown(drawing, f"On time, target {target:g} %. {words or 'Nothing was due'}")


def _rate(done: int, due: int) -> str:
    if due == 0:
        return "nothing due"
    return f"{done} of {due}" if due < SMALL_SAMPLE else f"{100 * done / due:.1f} %, n = {due}"


_CELL_WORDS = {"done": "done", "planned": "planned", "late": "late"}


def coverage(
    rows: Sequence[tuple[str, Sequence[str]]],
    columns: Sequence[str],
    *,
    now: float | None = None,
    noun: str = "Audits",
    for_print: bool = False,
) -> Markup:
    """A calendar strip: done filled, planned open, late crossed. `now` is a position in columns (2.5 = mid third)."""
    step, left = 36, 96
    drawing = Drawing(left + step * len(columns), 20 + 22 * len(rows), for_print)
    for at, column in enumerate(columns):
        drawing.text(left + step * (at + 0.5), 11, column, anchor="middle")
    for row, (label, states) in enumerate(rows):
        top = 20 + 22 * row
        drawing.text(0, top + 13, label)
        for at, state in enumerate(states):
            _coverage_cell(drawing, left + step * (at + 0.5), top + 9, state)
    if now is not None:
        drawing.path("c-now", f"M{px(left + step * now)} 16V{20 + 22 * len(rows)}")
    return _shown(drawing, _coverage_words(rows, columns, noun))


def _coverage_cell(drawing: Drawing, x: float, y: float, state: str) -> None:
    if state == "done":
        drawing.rect("c-bar", x - 6, y - 6, (12, 12))
    elif state == "planned":
        drawing.rect("c-open", x - 5.5, y - 5.5, (11, 11))
    elif state == "late":
        drawing.path("c-missed", f"M{px(x - 5)} {px(y - 5)}l10 10m0 -10l-10 10")
    else:
        drawing.path("c-grid", f"M{px(x - 4)} {px(y)}h8")


def _coverage_words(rows: Sequence[tuple[str, Sequence[str]]], columns: Sequence[str], noun: str) -> str:
    parts = []
    for label, states in rows:
        said = [f"{column} {_CELL_WORDS[s]}" for column, s in zip(columns, states, strict=True) if s in _CELL_WORDS]
        parts.append(f"{label}: {', '.join(said) or 'none'}")
    return f"{noun} by period. {'; '.join(parts)}"


def progress(done: int, total: int, label: str, *, for_print: bool = False) -> Markup:
    """A bar as wide as its place; `label` says what is counted: "answers"."""
    drawing, share = Drawing(344, 8, for_print), done / total if total else 0
    drawing.rect("c-bar rest", 0, 0, (344, 8))
    drawing.rect("c-bar", 0, 0, (344 * min(max(share, 0), 1), 8))
    drawing.stretches = True
    return _shown(drawing, f"{done} of {total} {label}", "pl-bar")


def steps(counts: Sequence[tuple[str, int]], *, for_print: bool = False) -> Markup:
    """How many are how far, in one bar: (word, n), the furthest first and dark, the last step left empty."""
    drawing, total = Drawing(344, 10, for_print), sum(count for _, count in counts)
    drawing.rect("c-open", 0.5, 0.5, (343, 9))
    at = 0.0
    for place, (_, count) in enumerate(counts[:-1]):
        wide = 344 * count / total if total else 0.0
        drawing.rect("c-bar" if place == 0 else "c-bar rest", at, 0, (max(0.0, wide - 1), 10))
        at += wide
    drawing.stretches = True
    return _shown(drawing, f"Of {total}: " + ", ".join(f"{count} {word}" for word, count in counts), "pl-bar")


def recovery(rows: Sequence[tuple[str, float | None, float]], *, unit: str = "min", for_print: bool = False) -> Markup:
    """Measured recovery from zero against each row's own target, on one scale; what went over it is dark."""
    drawing = Drawing(460, 4 + 28 * len(rows), for_print)
    longest = max((max(actual or 0, target) for _, actual, target in rows), default=0)
    at = Scale(0, longest or 1, 120, 292)
    for row, (label, actual, target) in enumerate(rows):
        top = 6 + 28 * row
        drawing.text(0, top + 12, label)
        drawing.path("c-grid", f"M120 {top + 8}H292")
        if actual is not None:
            drawing.rect("c-bar rest", 120, top, (at(min(actual, target)) - 120, 16))
        if actual is not None and actual > target:
            drawing.rect("c-bar", at(target), top, (at(actual) - at(target), 16))
        drawing.path("c-std", f"M{px(at(target))} {top - 4}V{top + 16}")
        drawing.bob(at(target), top + 16, half=3, height=5)
        drawing.text(300, top + 12, _recovered(actual, target, unit), kind="val")
    words = "; ".join(f"{label}: {_recovered(actual, target, unit)}" for label, actual, target in rows)
    return _shown(drawing, f"Recovery against target. {words or 'No exercise yet'}")


def _recovered(actual: float | None, target: float, unit: str) -> str:
    if actual is None:
        return f"not tested, {number(target)} {unit}"
    return f"{number(actual)} of {number(target)} {unit}, {'met' if actual <= target else 'missed'}"


Spread = tuple[str, Sequence[tuple[float, bool]]]  # a label, and (value of 0 to 100, whether it stands out) each


def dots(rows: Sequence[Spread], *, standard: float, for_print: bool = False) -> Markup:
    """Per row every value as a dot, equal ones piled up; those that stand out are filled, the rest open."""
    heights = [max(26, 10 + 8 * _pile([value for value, _ in values])) for _, values in rows]
    drawing, at = Drawing(460, 14 + sum(heights), for_print), Scale(0, 100, 130, 446)
    top = 0
    for (label, values), height in zip(rows, heights, strict=True):
        foot = top + height - 6
        drawing.text(0, foot - 2, label)
        drawing.path("c-grid", f"M130 {foot}H446")
        piled: dict[float, int] = {}
        for value, stands_out in sorted(values):
            step = round(value)
            piled[step] = piled.get(step, 0) + 1
            drawing.dot(at(step), foot - 8 * piled[step] + 3, 3, "c-dot" if stands_out else "c-open")
        top += height
    drawing.path("c-std", f"M{px(at(standard))} 0V{top}")
    drawing.bob(at(standard), top, half=3, height=5)
    for end in (0, 100):
        drawing.text(at(end), top + 11, end, anchor="middle")
    return _shown(drawing, f"Shares by row. {'; '.join(_spread(*row) for row in rows)}")


def _pile(values: Sequence[float]) -> int:
    steps = [round(value) for value in values]
    return max((steps.count(step) for step in set(steps)), default=0)


def _spread(label: str, values: Sequence[tuple[float, bool]]) -> str:
    if not values:
        return f"{label}: none"
    numbers = [value for value, _ in values]
    full = sum(number >= 100 for number in numbers)
    return f"{label}: {min(numbers):.0f} to {max(numbers):.0f} %, {full} of {len(values)} full"
