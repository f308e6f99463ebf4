"""The one place that knows typst: a snapshot in, a tagged PDF out, the same bytes each time."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from compliance.web import charts
from compliance.web.words import day, moment

HERE = Path(__file__).parent
TEMPLATE = (HERE / "templates" / "report.typ").read_bytes()
# Ours alone: a face of the machine would make another file of the same report.
FONTS = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[HERE / "fonts"])


def pdf_of(snapshot: Mapping[str, Any], digest: str) -> bytes:
    """What people wrote reaches the template as data: it is set as text and never read as markup or code."""
    data = json.dumps({**snapshot, "digest": digest, "charts": _charts(snapshot), "words": _words(snapshot)},
                      ensure_ascii=False)
    return bytes(typst.compile(
        TEMPLATE, format="pdf", sys_inputs={"data": data}, font_paths=FONTS,
        pdf_standards=["ua-1"], timestamp=int(datetime.fromisoformat(snapshot["cover"]["as_of"]).timestamp())))


def _charts(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """The pictures of the page, with the light colours written into them."""
    marks = [(at, label) for at, label in snapshot["trends"]["marks"]]
    points = [[value for _, value, _ in row["points"] if value is not None] for row in snapshot["trends"]["rows"]]
    low = min([75.0, *(10.0 * int(value // 10) for values in points for value in values)])
    return {
        "ageing": str(charts.ageing([tuple(row) for row in snapshot["ageing"]], for_print=True)),
        "causes": str(charts.pareto([(name.capitalize(), count) for name, count in snapshot["causes"]],
                                    for_print=True)) if snapshot["causes"] else "",
        "figures": [str(charts.distance(each["value"], each["standard"], tuple(each["scale"]), for_print=True))
                    for each in snapshot["figures"]],
        "trends": [str(charts.trend([tuple(point) for point in row["points"]], title=row["title"], standard=90,
                                    scale=(low, 100), marks=marks, for_print=True))
                   for row in snapshot["trends"]["rows"]],
    }


def _words(snapshot: Mapping[str, Any]) -> dict[str, str]:
    """Dates as people read them; the template knows no calendar."""
    cover = snapshot["cover"]
    days = {name: day(datetime.fromisoformat(cover[name]).date())
            for name in ("since", "until", "compared_since", "compared_until")}
    return days | {"as_of": moment(datetime.fromisoformat(cover["as_of"]))}
