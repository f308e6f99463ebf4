"""Small things a tablet is told in the same words everywhere: initials, and whether a record has moved."""

from hashlib import sha256

from compliance.audits.models import Audit

MOST_INITIALS = 2


def initials(name: str) -> str:
    """ "Maria del Carmen Ortiz" is MO: the first and the last name, as one signs in a margin."""
    words = name.split()
    ends = [words[0], words[-1]][: min(MOST_INITIALS, len(words))] if words else []
    return "".join(word[0] for word in ends).upper()


def stamp(audit: Audit) -> str:
    """The same as long as nothing about the audit moved that a list shows; cheap, for a list of many."""
    told = (audit.reference, audit.status, audit.version, audit.answered, audit.clauses, audit.lead_id)
    return sha256("|".join(map(str, told)).encode()).hexdigest()[:16]
