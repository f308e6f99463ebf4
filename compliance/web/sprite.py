"""Joins the icons of `icons/` into the one sprite that pages show glyphs from: `python -m compliance.web.sprite`."""

import re
from pathlib import Path

ICONS = Path(__file__).parent / "icons"
SPRITE = Path(__file__).parent / "static" / "icons.svg"
_INSIDE = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


def sprite(folder: Path = ICONS) -> str:
    symbols = [_symbol(path) for path in sorted(folder.glob("*.svg"))]
    return "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', *symbols, "</svg>", ""])


def _symbol(path: Path) -> str:
    found = _INSIDE.search(path.read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"{path} is not an SVG picture")
    inside = " ".join(found.group(1).split())
    return f'<symbol id="i-{path.stem}" viewBox="0 0 16 16">{inside}</symbol>'


if __name__ == "__main__":
    SPRITE.write_text(sprite(), encoding="utf-8")
