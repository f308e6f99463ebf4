"""Lengths of time as people type them: "4 h", "1 h 30 min", "90", "2 days"."""

import re

_UNITS = {"min": 1, "m": 1, "minute": 1, "minutes": 1, "h": 60, "hour": 60, "hours": 60,
          "d": 1440, "day": 1440, "days": 1440}
_PART = re.compile(r"(\d{1,5})(?!\d)\s*([a-z]*)")


def minutes_of(text: str) -> int:
    """The minutes a text says; a bare number is minutes. Raises ValueError with what would be right."""
    said = " ".join(text.lower().split())
    parts = list(_PART.finditer(said))
    if not parts or _PART.sub("", said).strip() or any(part[2] and part[2] not in _UNITS for part in parts):
        raise ValueError("Write a length of time such as 45 min, 4 h or 1 h 30 min.")
    return sum(int(part[1]) * _UNITS[part[2] or "min"] for part in parts)
