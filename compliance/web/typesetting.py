"""The one place that knows typst: a template and values in, a tagged PDF out, the same bytes each time."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

# Ours alone: a face of the machine would make another file of the same text.
FONTS = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False,
                    font_paths=[Path(__file__).parent / "fonts"])


def typeset(template: bytes, values: Mapping[str, Any], as_of: datetime) -> bytes:
    """What people wrote reaches the template as data: it is set as text and never read as markup or code."""
    return bytes(typst.compile(
        template, format="pdf", sys_inputs={"data": json.dumps(values, ensure_ascii=False)}, font_paths=FONTS,
        pdf_standards=["ua-1"], timestamp=int(as_of.timestamp())))
