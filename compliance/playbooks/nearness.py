"""Did you mean: the known word a mistyped one stands nearest to."""

from collections.abc import Iterable

MAX_DISTANCE = 2
_SHORT = 5  # below this many letters nearly every word is two steps from another


def distance(one: str, other: str) -> int:
    """Levenshtein distance, or `MAX_DISTANCE` + 1 for anything further apart."""
    if abs(len(one) - len(other)) > MAX_DISTANCE:
        return MAX_DISTANCE + 1
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        above, row = row, [i]
        for j, right in enumerate(other, 1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (left != right)))
        if min(row) > MAX_DISTANCE:
            return MAX_DISTANCE + 1
    return min(row[-1], MAX_DISTANCE + 1)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word within two steps (one step for short words), or ""."""
    best, best_distance = "", MAX_DISTANCE + 1
    for candidate in known:
        steps = distance(word.casefold(), candidate.casefold())
        if steps < best_distance and steps <= (MAX_DISTANCE if len(candidate) >= _SHORT else 1):
            best, best_distance = candidate, steps
    return best


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """A remedy: the nearest known word as a question, or `otherwise`."""
    match = nearest(word, known)
    return f"Did you mean “{match}”?" if match else otherwise
