"""What can go wrong, in the words of the domain; the web translates these once (`web/errors.py`)."""

from collections.abc import Mapping, Sequence


class PlumblineError(Exception):
    """Something a person asked for cannot be done; the message says why and what would be right."""


class RuleViolation(PlumblineError):
    """A rule of the domain refuses the change (409). `reasons` lists each sentence when there are several."""

    def __init__(self, message: str, reasons: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.reasons = tuple(reasons) or (message,)


class Conflict(RuleViolation):
    """Somebody else changed the same thing meanwhile (409); `theirs` shows what now stands, by field label."""

    def __init__(self, message: str, theirs: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.theirs = dict(theirs or {})


class InvalidInput(PlumblineError):
    """What was sent cannot be understood (422). `fields` maps a field name to its messages."""

    def __init__(self, message: str, fields: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__(message)
        self.fields = {name: list(messages) for name, messages in (fields or {}).items()}


class NotFound(PlumblineError):
    """There is no such thing, or it is out of the actor's sight: the two cannot be told apart (404)."""

    def __init__(self, message: str = "There is nothing here, or it is outside what you can see.") -> None:
        super().__init__(message)


class Forbidden(PlumblineError):
    """The actor sees the thing but may not do this with it (403)."""


class TooManyAttempts(PlumblineError):
    """A limit on attempts was reached (429); `retry_after` is in seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after
