"""What the world knows of a place: its time zone, its country's calendar, its week; and how codes are written."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from enum import StrEnum
from functools import cache
from zoneinfo import available_timezones

import holidays
from babel import Locale

from compliance.errors import InvalidInput

TIERS = ("critical", "high", "medium", "low")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NODE_CODE = re.compile(r"[a-z][a-z0-9-]{1,11}")
SITE_CODE = re.compile(r"[A-Z][A-Z0-9]{1,9}")
# Words that addresses and overrides already use for something else.
RESERVED = frozenset({"new", "import", "export", "global", "network", "in-house", "company"})
FIRST_YEAR, LAST_YEAR = 1990, 2100


@cache
def zones() -> tuple[str, ...]:
    """The zones named for a place ("Asia/Manila"), and UTC."""
    return ("UTC", *sorted(zone for zone in available_timezones()
                           if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/", "SystemV/", "US/"))))


@cache
def countries() -> dict[str, str]:
    """The countries whose public holidays are known, by ISO code, with their English names."""
    names = Locale("en").territories
    known = (code for code in holidays.list_supported_countries() if len(code) == 2)
    return dict(sorted(((code, str(names.get(code, code))) for code in known), key=lambda pair: pair[1]))


@cache
def subdivisions(country: str) -> tuple[str, ...]:
    """The parts of a country with holidays of their own; none for a country that is not known."""
    return tuple(sorted(holidays.list_supported_countries().get(country, ())))


def problem_with_zone(zone: str) -> str | None:
    if zone in zones():
        return None
    near = [known for known in zones() if known.rpartition("/")[2].casefold() == zone.rpartition("/")[2].casefold()]
    meant = f" Did you mean {near[0]}?" if near else " Write it as in Asia/Manila."
    return f"{zone} is no IANA time zone.{meant}"


def problem_with_country(country: str) -> str | None:
    if country in countries():
        return None
    return f"No public holidays are known for {country}. Write the two-letter ISO code, as in MY."


def problem_with_subdivision(country: str, subdivision: str) -> str | None:
    known = subdivisions(country)
    if not subdivision or subdivision in known:
        return None
    if not known:
        return f"{country} has no subdivisions with holidays of their own. Leave it empty."
    return f"{country} has no subdivision {subdivision}. Use one of {', '.join(known)}, or leave it empty."


def weekday_number(name: str) -> int:
    """Monday is 0. Takes "Friday", "fri" and "4". Raises ValueError with what to write."""
    if name.strip().isdecimal() and int(name) < 7:
        return int(name)
    found = [at for at, day in enumerate(WEEKDAYS) if len(name.strip()) > 2 and
             day.casefold().startswith(name.strip().casefold())]
    if len(found) != 1:
        raise ValueError(f"{name} is no day of the week. Write it as in Friday, Saturday.")
    return found[0]


def weekend(names: Sequence[str]) -> list[int]:
    days = sorted({weekday_number(name) for name in names})
    if len(days) == len(WEEKDAYS):
        raise ValueError("A week needs at least one working day.")
    return days


def day(text: str) -> date:
    """A date in a plausible year. Raises ValueError with what to write."""
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"{text} is no date. Write it as in 2026-03-31.") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(f"{text} lies outside {FIRST_YEAR} to {LAST_YEAR}.")
    return found


def parts(text: str) -> list[str]:
    """ "en, ms; th" or one per line: the pieces without blanks."""
    return [piece.strip() for piece in re.split(r"[,;\n]", text) if piece.strip()]


def words(text: str) -> list[str]:
    return list(dict.fromkeys(parts(text)))


def days(text: str) -> list[str]:
    """Dates in one text, as ISO texts in order."""
    return sorted({day(piece).isoformat() for piece in parts(text)})


def one_of(kind: type[StrEnum]) -> Callable[[str], StrEnum]:
    """A reader of a status by its value, however it is spelt."""
    def read(text: str) -> StrEnum:
        plain = text.strip().lower().replace("_", " ")
        if plain not in set(kind):
            raise ValueError(f"{text} is none of {', '.join(kind)}.")
        return kind(plain)
    return read


def refuse_taken(code: str, owner: str | None) -> None:
    """Raise InvalidInput when something in the network has the code already."""
    if owner:
        said = (f"{code} is already the code of {owner}. Regions, markets, sites and vendors share one set of codes, "
                "because overrides are filed under them.")
        raise InvalidInput(said, {"code": [said]})
