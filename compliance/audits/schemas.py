"""What the forms and the JSON of audits take."""

from typing import Any

from marshmallow import Schema, fields, validate

from compliance.audits.lifecycle import AuditMethod
from compliance.audits.scoring import Conformity
from compliance.playbooks.document import Severity
from compliance.playbooks.translations.languages import LANGUAGES

PURPOSES = (("surveillance", "Surveillance"), ("initial", "Initial"), ("pre-go-live", "Before go-live"),
            ("follow-up", "Follow-up"))
# "Waived" is offered besides where a waiver is pinned to the clause.
ANSWERS = (Conformity.CONFORMITY, Conformity.NONCONFORMITY, Conformity.PARTIAL, Conformity.NOT_APPLICABLE,
           Conformity.NOT_ASSESSED)
LONGEST = 20_000


def prose(label: str = "", **options: Any) -> fields.String:
    return fields.String(load_default="", validate=validate.Length(max=LONGEST), metadata={"label": label}, **options)


def day(label: str, message: str = "") -> fields.Date:
    said: dict[str, Any] = {"invalid": "This is no day. Write it as 2026-03-17."}
    if message:
        return fields.Date(required=True, metadata={"label": label}, error_messages={"required": message, **said})
    return fields.Date(load_default=None, metadata={"label": label}, error_messages=said)


def choice(label: str, kind: Any, **options: Any) -> fields.Enum[Any]:
    return fields.Enum(kind, by_value=True, metadata={"label": label}, **options)


class PlanSchema(Schema):
    """The plan of an audit; people by id, playbooks by prefix, the programme by reference."""

    playbooks = fields.List(fields.String(), required=True, metadata={"label": "Playbooks"},
                            validate=validate.Length(min=1, error="Choose at least one playbook."))
    lobs = fields.List(fields.String(), load_default=list, metadata={"label": "Lines of business"})
    lead = fields.UUID(required=True, metadata={"label": "Lead auditor"},
                       error_messages={"required": "Choose who leads the audit."})
    team = fields.List(fields.UUID(), load_default=list, metadata={"label": "Further auditors"})
    planned_from = day("First day", "Choose the first day.")
    planned_until = day("Last day")
    due_on = day("Due")
    method = choice("Method", AuditMethod, load_default=AuditMethod.ON_SITE)
    purpose = fields.String(load_default="surveillance", validate=validate.OneOf([key for key, _ in PURPOSES]))
    contact = fields.UUID(load_default=None, metadata={"label": "Contact"})
    objective = prose("Objective")
    evidence_from = day("Evidence from")
    evidence_until = day("Evidence until")
    mandatory = fields.Boolean(load_default=False)
    unannounced = fields.Boolean(load_default=False)
    unannounced_approver = fields.UUID(load_default=None)
    programme = fields.String(load_default="")
    exception = prose("Exception")
    second_reviewer = fields.UUID(load_default=None)


class TeamSchema(Schema):
    """Who carries an audit out from now on."""

    version = fields.Integer(load_default=None)
    lead = fields.UUID(required=True, metadata={"label": "Lead auditor"},
                       error_messages={"required": "Choose who leads the audit."})
    team = fields.List(fields.UUID(), load_default=list, metadata={"label": "Further auditors"})
    reason = fields.String(required=True, validate=validate.Length(max=LONGEST), metadata={"label": "Reason"},
                           error_messages={"required": "Say why it is given to others."})
    exception = prose("Exception")
    second_reviewer = fields.UUID(load_default=None)


class ProgrammeSchema(Schema):
    name = fields.String(required=True, validate=validate.Length(min=1, max=200), metadata={"label": "Name"},
                         error_messages={"required": "Give it a name."})
    from_on = day("From", "Choose the first day.")
    until_on = day("Until", "Choose the last day.")
    objectives = prose("Objectives")


class StepSchema(Schema):
    """A step in the life of an audit, with what some of them ask."""

    version = fields.Integer(load_default=None)
    reason = prose("Reason")
    planned_from = day("First day")


COUNTED = validate.Range(0, 1_000_000, error="Give a number up to 1 000 000.")


class AnswerSchema(Schema):
    """One answer; `conformity` empty takes it back."""

    version = fields.Integer(load_default=None)
    conformity = fields.Enum(Conformity, by_value=True, load_default=None, allow_none=True,
                             metadata={"label": "Answer"}, error_messages={"unknown": "Choose one of the answers."})
    note = prose("What did you see?")
    reason = prose("Reason")
    sample_size = fields.Integer(load_default=None, allow_none=True, validate=COUNTED, metadata={"label": "Checked"})
    sample_failed = fields.Integer(load_default=None, allow_none=True, validate=COUNTED, metadata={"label": "Failed"})
    finding_title = fields.String(load_default="", validate=validate.Length(max=200), metadata={"label": "Title"})
    finding_risk = prose("Risk")
    proposed_severity = fields.Enum(Severity, by_value=True, load_default=None, allow_none=True)
    proposed_action = prose("Action")
    # The language in which the clause was read; empty: as it was written.
    read_in = fields.String(load_default="", validate=validate.OneOf(["", *LANGUAGES], error="Name a known language."))
    # The language of the note; empty: English. Title and risk of a finding are in English whatever this says.
    written_in = fields.String(load_default="", metadata={"label": "Written in"},
                               validate=validate.OneOf(["", *LANGUAGES], error="Name a known language."))


class ClosingSchema(Schema):
    """What the closing meeting left behind."""

    version = fields.Integer(load_default=None)
    meeting_on = day("Closing meeting")
    acknowledged_by = fields.String(load_default="", validate=validate.Length(max=200),
                                    metadata={"label": "Acknowledged by"})
    refusal_note = prose("Refusal")
    not_assessed_reason = prose("Not assessed")
    conclusion = prose("Conclusion")


class ProposalSchema(Schema):
    """A finding proposed for a waiver that has ended."""

    title = fields.String(load_default="", validate=validate.Length(max=200), metadata={"label": "In one line"})
    condition = fields.String(required=True, validate=validate.Length(max=LONGEST), metadata={"label": "Found"},
                              error_messages={"required": "Say what was found, and when."})
    risk = fields.String(required=True, validate=validate.Length(max=LONGEST), metadata={"label": "Risk"},
                         error_messages={"required": "Say who is harmed, and how."})


class ReviewSchema(Schema):
    """The reviewer's word on the whole; the grades are fields of their own, by clause."""

    version = fields.Integer(load_default=None)
    comment = prose("Comment")
