"""A small SVG pen for charts: classes for pages, light colours for print; every text is escaped here."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from markupsafe import escape

# The light values of static/tokens.css: PDF knows neither our classes nor light-dark(). tests/web compares the two.
INK, INK_2, INK_3, LINE, LINE_STRONG, PAPER = "#1d1b18", "#55504a", "#69635b", "#e4e0d8", "#c9c3b7", "#fdfcfa"
ACCENT, BAD, BAD_SOFT = "#25509e", "#ad2a1d", "#fbe8e4"
CRITICAL, MAJOR, MINOR, SERIES, GHOST = "#8f2216", "#c07a26", "#d6cfc0", "#55504a", "#cbc5b9"

_TEXT = 'font-family="Noto Sans" font-size="12"'
PRINT: Mapping[str, str] = MappingProxyType({
    "c-axis": f'stroke="{LINE_STRONG}"',
    "c-grid": f'stroke="{LINE}"',
    "c-line": f'fill="none" stroke="{SERIES}" stroke-width="1.75" stroke-linejoin="round"',
    "c-dot": f'fill="{INK}"',
    "c-dot off": f'fill="{BAD}"',
    "c-gap": f'stroke="{SERIES}" stroke-width="2"',
    "c-std": f'stroke="{ACCENT}" stroke-width="1.25"',
    "c-bob": f'fill="{ACCENT}"',
    "c-mark": f'stroke="{INK_3}" stroke-dasharray="2 2"',
    "c-now": f'stroke="{INK_2}"',
    "c-critical": f'fill="{CRITICAL}"',
    "c-major": f'fill="{MAJOR}"',
    "c-minor": f'fill="{MINOR}" stroke="{INK_3}" stroke-width=".5"',
    "c-bar": f'fill="{SERIES}"',
    "c-bar rest": f'fill="{GHOST}"',
    "c-open": f'fill="none" stroke="{SERIES}" stroke-width="1.25"',
    "c-missed": f'fill="none" stroke="{BAD}" stroke-width="1.5"',
    "": f'fill="{INK_2}" {_TEXT}',
    "hd": f'fill="{INK}" {_TEXT} font-weight="700"',
    "val": f'fill="{INK}" {_TEXT} font-weight="700"',
})


class Scale:
    """Maps a value of [low, high] onto [start, end] in px; a value outside stands at the nearer edge."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        if low == high:
            raise ValueError("a scale needs two different ends")
        self.low, self.high, self.start, self.end = low, high, start, end

    def __call__(self, value: float) -> float:
        inside = min(max(value, min(self.low, self.high)), max(self.low, self.high))
        return self.start + (inside - self.low) / (self.high - self.low) * (self.end - self.start)


class Drawing:
    """Collects shapes; `width` and `height` are px, so that 12-px text stays 12 px."""

    def __init__(self, width: float, height: float, for_print: bool = False) -> None:
        self.width, self.height, self.for_print = width, height, for_print
        self.stretches = False  # fills the width of its place; only for pictures without text
        self._parts: list[str] = []

    def path(self, kind: str, route: str) -> None:
        self._parts.append(f'<path {self._look(kind)} d="{route}"/>')

    def line(self, kind: str, points: Sequence[tuple[float, float]]) -> None:
        places = " ".join(f"{px(x)},{px(y)}" for x, y in points)
        self._parts.append(f'<polyline {self._look(kind)} points="{places}"/>')

    def rect(self, kind: str, x: float, y: float, size: tuple[float, float]) -> None:
        width, height = size
        self._parts.append(
            f'<rect {self._look(kind)} x="{px(x)}" y="{px(y)}" width="{px(width)}" height="{px(height)}"/>'
        )

    def dot(self, x: float, y: float, radius: float = 4, kind: str = "c-dot") -> None:
        self._parts.append(f'<circle {self._look(kind)} cx="{px(x)}" cy="{px(y)}" r="{px(radius)}"/>')

    def bob(self, x: float, y: float, half: float = 3.5, height: float = 6) -> None:
        """The weight of the plumb line, hanging from (x, y)."""
        self.path("c-bob", f"M{px(x - half)} {px(y)}h{px(2 * half)}l{px(-half)} {px(height)}z")

    def text(self, x: float, y: float, content: object, *, kind: str = "", anchor: str = "") -> None:
        end = f' text-anchor="{anchor}"' if anchor else ""
        look = self._look(kind) if kind or self.for_print else ""
        self._parts.append(f'<text {look} x="{px(x)}" y="{px(y)}"{end}>{escape(content)}</text>')

    def svg(self, label: str = "", kind: str = "") -> str:
        """The picture, escaped. Without a label it is hidden from screen readers: the text beside it says the same."""
        name = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
        space = ' xmlns="http://www.w3.org/2000/svg"' if self.for_print else f' class="{kind}"' if kind else ""
        box = f'width="{px(self.width)}" height="{px(self.height)}" viewBox="0 0 {px(self.width)} {px(self.height)}"'
        if self.stretches:
            box += ' preserveAspectRatio="none"'
        return f"<svg{space} {box} {name}>{''.join(self._parts)}</svg>"

    def _look(self, kind: str) -> str:
        return PRINT[kind] if self.for_print else f'class="{kind}"'


def px(value: float) -> str:
    """A coordinate to a tenth of a pixel, without a tail of zeros."""
    return f"{round(value, 1):g}"
