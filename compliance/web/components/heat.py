"""The cells of a heatmap row; the table around them is `templates/components/heat.html`."""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

NOT_APPLICABLE = (
    '<td data-r="x"><span aria-hidden="true">·</span><span class="visually-hidden">does not apply</span></td>'
)
HIDDEN = ('<span class="visually-hidden"> days old, ', '<span class="visually-hidden"> not assessed, ')
CAPPED, STALE = ", capped by failed clauses", ", an override is stale"


def heat_cells(cells: Iterable[object]) -> Markup:
    """`cells` are mappings or objects with state, letter, age, capped, stale, url and label."""
    return Markup("".join(_cell(_reader(cell)) for cell in cells))  # noqa: S704 - _cell escapes what it is given


def _reader(cell: object) -> Callable[[str], Any]:
    if isinstance(cell, Mapping):
        return cell.get
    return lambda name: getattr(cell, name, None)


def _cell(of: Callable[[str], Any]) -> str:
    state = of("state")
    if state == "not_applicable":
        return NOT_APPLICABLE
    letter = "-" if state == "not_assessed" else str(of("letter"))
    before, shown, after = _mould(letter, bool(of("capped")), bool(of("stale")))
    age = "" if letter == "-" else str(escape(of("age")))
    return f"{before}{escape(str(of('url')))}{shown}{age}{HIDDEN[letter == '-']}{escape(str(of('label')))}{after}"


@lru_cache(maxsize=64)
def _mould(letter: str, capped: bool, stale: bool) -> tuple[str, str, str]:
    """What is the same in every cell of a kind: a network has thousands of cells of a dozen kinds."""
    marks = " ".join(word for word, on in (("capped", capped), ("stale", stale)) if on)
    kind = f' class="{marks}"' if marks else ""
    shown = "–" if letter == "-" else f"<b>{escape(letter)}</b> "
    said = f"{CAPPED if capped else ''}{STALE if stale else ''}"
    return f'<td data-r="{escape(letter)}"{kind}><a href="', f'">{shown}', f"{said}</span></a></td>"
