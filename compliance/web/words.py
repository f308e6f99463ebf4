"""Numbers, dates and sizes as people read them; pure, so that pages, mail and PDF say the same."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from compliance.wording import counted

THIN = "\u202f"  # narrow no-break space between thousands
SPACE = "\u00a0"  # no-break space before a unit


def number(value: float | None, places: int = 0) -> str:
    """4210 as "4 210"; None is a dash, because nothing is not zero."""
    if value is None:
        return "–"
    return f"{value:,.{places}f}".replace(",", THIN).replace("-", "−")


def percent(value: float | None, places: int = 1) -> str:
    """87.4 (already a percentage) as "87.4 %"; None is "not rated"."""
    return "not rated" if value is None else f"{number(value, places)}{SPACE}%"


def day(value: date | None, today: date | None = None) -> str:
    """ "Tue 31 Mar" within half a year of `today`, else "31 Mar 2026"."""
    if value is None:
        return "–"
    if today is not None and abs((value - today).days) <= 183:
        return f"{value:%a} {value.day} {value:%b}"
    return f"{value.day} {value:%b} {value.year}"


def moment(value: datetime | None, zone: str = "UTC", city: str = "") -> str:
    """ "17 Mar 2026, 09:40 Kuala Lumpur": an instant in the zone of the place, which is always named."""
    if value is None:
        return "–"
    local = value.astimezone(ZoneInfo(zone))
    return f"{day(local.date())}, {local:%H:%M} {city or place(zone)}"


def place(zone: str) -> str:
    """ "Asia/Kuala_Lumpur" as "Kuala Lumpur"."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def in_days(due: date | None, today: date, unit: str = "day") -> str:
    """ "in 3 days", "today", "late by 4 days"."""
    if due is None:
        return "no date"
    left = (due - today).days
    if left == 0:
        return "today"
    return f"in {counted(left, unit)}" if left > 0 else f"late by {counted(-left, unit)}"


def filesize(size: int) -> str:
    """Bytes as "18 KB" or "2.4 MB", in powers of ten as files are sold and shown."""
    if size < 1000:
        return f"{size}{SPACE}bytes"
    if size < 1_000_000:
        return f"{round(size / 1000)}{SPACE}KB"
    return f"{size / 1_000_000:.1f}{SPACE}MB"


def sentence(value: object) -> str:
    """ "in_remediation" as "In remediation"; a StrEnum works too."""
    text = str(value).replace("_", " ")
    return text[:1].upper() + text[1:]


def digest(value: str, groups: int = 3) -> str:
    """The first characters of a digest in groups of four, as people compare them: "7f3a c91e 04bd"."""
    head = value.removeprefix("sha256:")[: groups * 4]
    return " ".join(head[at : at + 4] for at in range(0, len(head), 4))
