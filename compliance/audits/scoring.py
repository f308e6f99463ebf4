"""What an audit scores: points over weight, a rating with caps, an opinion; every figure with its n."""

from enum import StrEnum


class Conformity(StrEnum):
    CONFORMITY = "conformity"
    PARTIAL = "partial"
    NONCONFORMITY = "nonconformity"
    NOT_APPLICABLE = "not_applicable"
    WAIVED = "waived"
    NOT_ASSESSED = "not_assessed"


class Rating(StrEnum):
    A = "A"
    B = "B"
    C = "C"
    D = "D"
    NOT_RATED = "not rated"


class Opinion(StrEnum):
    POSITIVE = "positive"
    WITH_COMMENTS = "positive with comments"
    NEGATIVE = "negative"
    NONE = "none"
