"""Why an operation of an override was refused or flagged, each with a sentence a person can act on."""

from enum import StrEnum


class Reason(StrEnum):
    """Why the parent's clause holds, or (see `FLAGS`) what a person should look at though the operation applies."""

    LOCKED = "locked"
    UNLOCKING = "unlocking"
    LOOSER_WITHOUT_APPROVAL = "looser-without-approval"
    WAIVER_WITHOUT_APPROVAL = "waiver-without-approval"
    APPROVAL_LAPSED = "approval-lapsed"
    PAST_REVIEW_BY = "past-review-by"
    OUT_OF_RANGE = "out-of-range"
    NOT_A_VALUE = "not-a-value"
    NO_SUCH_CLAUSE = "no-such-clause"
    NO_SUCH_PARAMETER = "no-such-parameter"
    ID_TAKEN = "id-taken"
    ID_WITHOUT_SCOPE_CODE = "id-without-scope-code"
    TWICE = "twice"
    INCOMPLETE = "incomplete"
    NOT_CHANGEABLE = "not-changeable"
    VENDOR_MAY_ONLY_TIGHTEN_AND_ADD = "vendor-may-only-tighten-and-add"
    WAITING_FOR_REVIEW = "waiting-for-review"
    GRACE_OVER = "grace-over"
    RENAMED = "renamed"
    ANCHOR_LOST = "anchor-lost"
    STALE = "stale"


FLAGS = frozenset({Reason.RENAMED, Reason.ANCHOR_LOST, Reason.STALE})

SENTENCES = {
    Reason.LOCKED: "A layer above has locked this. Its text holds; ask the owner of that layer.",
    Reason.UNLOCKING: "A lock may be raised below, never lowered. The lock of the layer above holds.",
    Reason.LOOSER_WITHOUT_APPROVAL: "This is looser than the layer above and nobody has approved that. Ask its owner.",
    Reason.WAIVER_WITHOUT_APPROVAL: "Nobody has approved leaving this clause out. It stays applicable until then.",
    Reason.APPROVAL_LAPSED: "What the approval rested on has changed since. The layer above holds; ask again.",
    Reason.PAST_REVIEW_BY: "The date to review this by has come. The layer above holds until it is renewed.",
    Reason.OUT_OF_RANGE: "The value lies outside the range the playbook allows. The value above holds.",
    Reason.NOT_A_VALUE: "This is not a value the parameter can take. Write the value alone, without its unit.",
    Reason.NO_SUCH_CLAUSE: "No clause above has this id. Check the id, or remove the operation.",
    Reason.NO_SUCH_PARAMETER: "No parameter above has this name. Check the name, or remove it.",
    Reason.ID_TAKEN: "This id is or was in use in the playbook. Choose another, with the scope's own code in it.",
    Reason.ID_WITHOUT_SCOPE_CODE: "A local clause carries the code of its scope in its id, as in ESC-MY-01.",
    Reason.TWICE: "The same file already does this to the clause under its present id. Remove one of the two.",
    Reason.INCOMPLETE: "Something this operation needs is missing. Give it, or remove the operation.",
    Reason.NOT_CHANGEABLE: "An override may not change this fact. Only the global playbook does.",
    Reason.VENDOR_MAY_ONLY_TIGHTEN_AND_ADD: "A vendor's layer may only tighten and add. Ask the market's owner.",
    Reason.WAITING_FOR_REVIEW: "The clause above was changed and must be reviewed first. Until then its text holds.",
    Reason.GRACE_OVER: "The text above changed thirty days ago or more and nobody has reviewed this since. It holds.",
    Reason.RENAMED: "The clause has a new id and was found under it. Use the new id.",
    Reason.ANCHOR_LOST: "The clause this was to stand beside is gone. It stands at the end of its section.",
    Reason.STALE: "The clause above has changed since this was written. It stays in force until it is reviewed.",
}
