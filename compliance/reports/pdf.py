"""A snapshot as a tagged PDF, the same bytes each time."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from compliance.web import charts
from compliance.web.typesetting import typeset
from compliance.web.words import day, moment

HERE = Path(__file__).parent
TEMPLATE = (HERE / "templates" / "report.typ").read_bytes()


def pdf_of(snapshot: Mapping[str, Any], digest: str) -> bytes:
    values = {**snapshot, "digest": digest, "charts": _charts(snapshot), "words": _words(snapshot)}
    return typeset(TEMPLATE, values, datetime.fromisoformat(snapshot["cover"]["as_of"]))


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
