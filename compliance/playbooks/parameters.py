"""Compare the values of a parameter: which is stricter, which is out of range, which is no value at all."""

import re
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from compliance.playbooks.document import LOCK_RANK, Lock, Parameter

NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,9})?", re.ASCII)


class Comparison(StrEnum):
    """How one value stands to another; `DIFFERENT` when the parameter says no direction."""

    EQUAL = "equal"
    STRICTER = "stricter"
    LOOSER = "looser"
    DIFFERENT = "different"


def canonical_number(raw: str) -> str | None:
    """`15`, `15.0` and `015` as "15"; None for anything with a unit, a comma or digits of another script."""
    raw = raw.strip()
    if not NUMBER.fullmatch(raw):
        return None
    number = Decimal(raw).normalize()
    return format(number, "f") if number else "0"


@lru_cache(maxsize=1024)
def strictness_order(stricter: str) -> tuple[str, ...]:
    """The values of "country > region > any", strictest first; empty when the direction is no such list."""
    return tuple(part.strip() for part in stricter.split(">")) if ">" in stricter else ()


def canonical_value(parameter: Parameter, raw: str) -> str | None:
    """What `raw` means as a value of this parameter, or None when it cannot be one."""
    raw = raw.strip()
    if order := strictness_order(parameter.stricter):
        return raw if raw in order else None
    number = canonical_number(raw)
    if parameter.stricter or parameter.range:
        return number
    return number or raw or None


def within_range(parameter: Parameter, value: str) -> bool:
    """Whether a canonical value lies in "5..60", both ends included; either end may be left open ("5..")."""
    if not parameter.range:
        return True
    low, _, high = (part.strip() for part in parameter.range.partition(".."))
    number = Decimal(value)
    return (not low or Decimal(low) <= number) and (not high or number <= Decimal(high))


def compare(parameter: Parameter, value: str, other: str) -> Comparison:
    """How `value` stands to `other`, both canonical."""
    if value == other:
        return Comparison.EQUAL
    if order := strictness_order(parameter.stricter):
        stricter = order.index(value) < order.index(other)
    elif parameter.stricter == "lower":
        stricter = Decimal(value) < Decimal(other)
    elif parameter.stricter == "higher":
        stricter = Decimal(value) > Decimal(other)
    else:
        return Comparison.DIFFERENT
    return Comparison.STRICTER if stricter else Comparison.LOOSER


def default_lock(stricter: str) -> Lock:
    """A parameter with a direction may only get stricter unless somebody approves; one without is open."""
    return Lock.FLOOR if stricter else Lock.OPEN


def lock_of(parameter: Parameter) -> Lock:
    """The lock that holds: what the table says, never less than the direction asks for."""
    return max(parameter.lock, default_lock(parameter.stricter), key=LOCK_RANK.__getitem__)
