"""Charts are measured: where things stand, what is said, and that no text is small or unescaped."""

import re
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from markupsafe import Markup

from compliance.web import charts, drawing
from compliance.web.look import STATIC

SVG = "{http://www.w3.org/2000/svg}"
EVERY = {
    "dots": lambda **how: charts.dots([("Plans current", [(40, True), (100, False)])], standard=60, **how),
    "distance": lambda **how: charts.distance(87.4, 90, (70, 100), label="87.4", **how),
    "plumb": lambda **how: charts.plumb(71.4, 90, bob=True, **how),
    "trend": lambda **how: charts.trend(
        [("Q1", 80, 5), ("Q2", 82, 5)], title="All", standard=90, marks=[(0.5, "3.0")], **how
    ),
    "ageing": lambda **how: charts.ageing([("0–30", 1, 2, 3)], **how),
    "pareto": lambda **how: charts.pareto([("Training", 9), ("Tooling", 1)], **how),
    "on_time": lambda **how: charts.on_time([("Major", 18, 24)], **how),
    "coverage": lambda **how: charts.coverage([("KUL1", ["done", "planned", "late", "none"])], "1234", now=1.5, **how),
    "progress": lambda **how: charts.progress(37, 84, "answers", **how),
    "recovery": lambda **how: charts.recovery([("P0 queue", 210, 120), ("Appeals", None, 480)], **how),
}


def parts(picture: Markup, tag: str, kind: str = "") -> list[Any]:
    root = fromstring(picture)
    return [part for part in root.iter() if part.tag.removeprefix(SVG) == tag and part.get("class", "") == kind]


def numbers(route: str | None) -> list[float]:
    return [float(found) for found in re.findall(r"-?\d+(?:\.\d+)?", route or "")]


def said(picture: Markup) -> str:
    return str(fromstring(picture).get("aria-label"))


def told(picture: Markup) -> list[str]:
    return [str(part.text) for part in fromstring(picture).iter() if part.tag.removeprefix(SVG) == "text"]


# From 6 px to 138 px for 60 to 100: 3.3 px a point. The figures are those drawn in the look by hand.
@pytest.mark.parametrize(
    ("value", "x"), [(71.4, 43.6), (84.0, 85.2), (90.6, 107.0), (96.8, 127.4), (100, 138), (40, 6), (120, 138)]
)
def test_the_dot_of_a_plumb_row_stands_at_its_value(value: float, x: float) -> None:
    picture = charts.plumb(value, 90)
    assert float(parts(picture, "circle", "c-dot")[0].get("cx", "")) == x
    assert numbers(parts(picture, "path", "c-std")[0].get("d"))[0] == 105


def test_rows_share_the_line_and_the_bob_hangs_from_the_last() -> None:
    upper, last = charts.plumb(71.4, 90), charts.plumb(96.8, 90, bob=True)
    assert not parts(upper, "path", "c-bob")
    assert numbers(parts(last, "path", "c-bob")[0].get("d"))[:2] == [101, 20]


def test_the_distance_under_a_number_runs_from_the_line_to_the_dot() -> None:
    picture = charts.distance(87.4, 90, (70, 100))
    line, _, dot = numbers(parts(picture, "path", "c-gap")[0].get("d"))
    assert (line, dot) == (102.3, 89.7)


def test_nothing_measured_shows_the_standard_and_no_dot() -> None:
    for picture in (charts.distance(None, 90, (0, 100)), charts.plumb(None, 90)):
        assert not parts(picture, "circle", "c-dot")
        assert parts(picture, "path", "c-std")


def test_a_trend_breaks_where_a_period_has_no_rating() -> None:
    points = [("Q1", 80.0, 5), ("Q2", 84.0, 5), ("Q3", None, 0), ("Q4", 88.0, 6), ("Q5", 92.0, 7)]
    picture = charts.trend(points, title="APAC", standard=90, scale=(60, 100), marks=[(2, "ESC 3.0")])
    lines = [numbers(line.get("points")) for line in parts(picture, "polyline", "c-line")]
    # 134 px for four steps of 33.5; 40 points over 56 px, so 80 is half way up from 78 to 22.
    assert lines == [[0, 50, 33.5, 44.4], [100.5, 38.8, 134, 33.2]]
    assert numbers(parts(picture, "path", "c-mark")[0].get("d")) == [67, 22, 78]
    assert said(picture) == "APAC: 80.0 in Q1, 92.0 in Q5, n 7; standard 90; ESC 3.0"


@pytest.mark.parametrize("points", [[], [("Q1", None, 0)]])
def test_a_trend_without_a_rating_says_so(points: list[charts.Point]) -> None:
    assert said(charts.trend(points, title="AMER", standard=90)) == "AMER: not rated in any period; standard 90"


def test_ageing_bars_are_as_long_as_their_counts() -> None:
    picture = charts.ageing([("0–30", 2, 6, 7), ("over 180", 0, 1, 0)])
    critical, major, minor = (parts(picture, "rect", f"c-{severity}") for severity in charts.SEVERITIES)
    widths = [float(bar.get("width", "")) for bar in (critical[0], major[0], minor[0], major[1])]
    # The widest row, 15, takes 252 px: 16.8 px each, less the pixel between bars.
    assert widths == [32.6, 99.8, 116.6, 15.8]
    assert len(critical) == 1
    assert said(picture).endswith("over 180: 0 critical, 1 major, 0 minor")


def test_pareto_draws_its_line_under_the_causes_that_make_eighty_percent() -> None:
    rows = [("Version", 14), ("Training", 9), ("Staffing", 6), ("Access", 4), ("Vendor", 3), ("Tooling", 4)]
    picture = charts.pareto(rows)
    assert len(parts(picture, "rect", "c-bar")) == 4
    assert numbers(parts(picture, "path", "c-std")[0].get("d"))[:2] == [0, 104.5]
    assert "The first 4 make 82.5 %" in said(picture)
    assert "35.0 %" in told(picture)


@pytest.mark.parametrize(
    ("done", "due", "shown"),
    [(18, 24, "75.0 %, n = 24"), (3, 4, "3 of 4"), (0, 0, "nothing due"), (5, 5, "100.0 %, n = 5")],
)
def test_a_rate_of_fewer_than_five_is_a_count(done: int, due: int, shown: str) -> None:
    picture = charts.on_time([("Major", done, due)])
    assert shown in told(picture)
    bars = parts(picture, "rect", "c-bar rest")
    assert bool(bars) == (due >= 5)
    if bars:
        assert float(bars[0].get("width", "")) == pytest.approx(140 * done / due, abs=0.05)


def test_coverage_says_what_each_period_holds() -> None:
    picture = charts.coverage(
        [("KUL1", ["done", "none", "planned"]), ("CEB1", ["late", "none", "none"])], ["Q1", "Q2", "Q3"]
    )
    assert said(picture) == "Audits by period. KUL1: Q1 done, Q3 planned; CEB1: Q1 late"
    done = parts(picture, "rect", "c-bar")[0]
    # The first column of 36 px begins at 96: its middle is 114, the square 12 px wide around it.
    assert (done.get("x"), done.get("y"), done.get("width")) == ("108", "23", "12")


@pytest.mark.parametrize(("done", "total", "width"), [(37, 84, 151.5), (0, 84, 0), (84, 84, 344), (0, 0, 0)])
def test_progress_fills_its_share(done: int, total: int, width: float) -> None:
    bar = parts(charts.progress(done, total, "answers"), "rect", "c-bar")[0]
    assert float(bar.get("width", "")) == width


def test_recovery_is_dark_from_the_target_on() -> None:
    picture = charts.recovery([("P0", 200, 100), ("Tier 2", 50, 100), ("Appeals", None, 100)])
    within = [float(bar.get("width", "")) for bar in parts(picture, "rect", "c-bar rest")]
    over = parts(picture, "rect", "c-bar")
    assert within == [86, 43]  # 172 px for the longest, 200
    assert [(bar.get("x"), bar.get("width")) for bar in over] == [("206", "86")]
    assert said(picture).endswith(
        "P0: 200 of 100 min, missed; Tier 2: 50 of 100 min, met; Appeals: not tested, 100 min"
    )


@pytest.mark.parametrize("name", EVERY)
def test_every_chart_is_named_or_hidden_and_sized_in_pixels(name: str) -> None:
    root = fromstring(EVERY[name]())
    named = root.get("role") == "img" and bool(root.get("aria-label"))
    assert named or root.get("aria-hidden") == "true"
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"
    assert "style" not in str(EVERY[name]())


@pytest.mark.parametrize("name", EVERY)
def test_in_print_every_shape_carries_its_colour_and_text_is_twelve_pixels(name: str) -> None:
    root = fromstring(EVERY[name](for_print=True))
    shapes = [part for part in root.iter() if part is not root]
    assert shapes
    for part in shapes:
        assert part.get("class") is None
        assert part.get("fill") or part.get("stroke")
        if part.tag == f"{SVG}text":
            assert float(part.get("font-size", "0")) >= 12


@pytest.mark.parametrize("name", EVERY)
def test_every_class_of_a_chart_is_drawn_by_the_stylesheet(name: str) -> None:
    styles = (STATIC / "plumbline.css").read_text(encoding="utf-8")
    for kinds in re.findall(r'class="([^"]+)"', EVERY[name]()):
        for kind in kinds.split():
            assert re.search(rf"\.{re.escape(kind)}\b", styles), kind


def test_print_colours_are_the_light_ones_of_the_tokens() -> None:
    tokens = (STATIC / "tokens.css").read_text(encoding="utf-8").partition("}")[0]
    light = dict(re.findall(r"--([\w-]+):\s*light-dark\((#[0-9a-f]{6})", tokens))
    pairs = {
        "ink": drawing.INK, "ink-2": drawing.INK_2, "ink-3": drawing.INK_3, "line": drawing.LINE,
        "line-strong": drawing.LINE_STRONG, "accent": drawing.ACCENT, "bad": drawing.BAD,
        "c-critical": drawing.CRITICAL, "c-major": drawing.MAJOR, "c-minor": drawing.MINOR,
        "c-series": drawing.SERIES, "c-ghost": drawing.GHOST,
    }  # fmt: skip
    assert {name: light[name] for name in pairs} == pairs


def test_labels_are_escaped() -> None:
    hostile = '<script>"&'
    for picture in (
        charts.pareto([(hostile, 1)]),
        charts.trend([(hostile, 80, 1)], title=hostile, standard=90),
        charts.ageing([(hostile, 1, 0, 0)]),
        charts.progress(1, 2, hostile),
    ):
        assert "<script>" not in picture
        fromstring(picture)


def test_dots_pile_up_and_say_their_spread() -> None:
    shown = charts.dots([("Plans", [(100, False), (100, True), (40, True)]), ("None", [])], standard=60)
    assert "Plans: 40 to 100 %, 2 of 3 full; None: none" in shown
    assert (shown.count('class="c-dot"'), shown.count('class="c-open"')) == (2, 1)
    assert len(set(re.findall(r'cy="([0-9.]+)"', shown))) == 2  # the two at 100 are not drawn over each other


def test_a_calendar_says_what_it_counts() -> None:
    assert "Exercises by period" in charts.coverage([("CEB1", ["done"])], ["Q1"], noun="Exercises")
