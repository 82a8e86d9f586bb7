"""What the desk calls things, as source texts; the catalogue has the German."""

from models.decision import DISMISS, UNDO
from moderation.lifecycle import Action
from service.errors import _

LANES = {
    "review": _("To review"),
    "spam": _("Probably spam"),
    "reports": _("Reports"),
    "objections": _("Objections"),
    "decided": _("Decided"),
}
STATUSES = {
    "pending": _("Waiting"),
    "approved": _("Approved"),
    "rejected": _("Rejected"),
    "spam": _("Spam"),
    "deleted": _("Deleted"),
}
PRIORITIES = {1: _("Important"), 2: _("Urgent")}
# What a button says.
DO: dict[str, str] = {
    Action.APPROVE: _("Approve"),
    Action.REJECT: _("Reject"),
    Action.SPAM: _("Spam"),
    Action.HOLD: _("Hold"),
    Action.DELETE: _("Delete"),
    Action.PIN: _("Pin to the top"),
    Action.UNPIN: _("Unpin"),
    Action.FEATURE: _("Feature"),
    Action.UNFEATURE: _("No longer feature"),
}
# What has been done, as one sentence.
DONE: dict[str, str] = {
    Action.APPROVE: _("Approved. The comment is published."),
    Action.REJECT: _("Rejected. The comment is not published."),
    Action.SPAM: _("Marked as spam."),
    Action.HOLD: _("Put back: the comment waits again and is not public."),
    Action.DELETE: _("Deleted."),
    Action.PIN: _("Pinned: the comment stands first."),
    Action.UNPIN: _("Unpinned."),
    Action.FEATURE: _("Featured."),
    Action.UNFEATURE: _("No longer featured."),
    UNDO: _("Taken back. The comment is as it was."),
    DISMISS: _("Settled. The comment stays as it is."),
}
# What the log says: who, then this.
LOGGED: dict[str, str] = {
    Action.APPROVE: _("approved"),
    Action.REJECT: _("rejected"),
    Action.SPAM: _("marked as spam"),
    Action.HOLD: _("put back"),
    Action.DELETE: _("deleted"),
    Action.PIN: _("pinned"),
    Action.UNPIN: _("unpinned"),
    Action.FEATURE: _("featured"),
    Action.UNFEATURE: _("no longer featured"),
    Action.WITHDRAW: _("withdrew the comment"),
    Action.EDIT: _("changed the text"),
    UNDO: _("took the decision back"),
    DISMISS: _("settled reports and objection"),
}
REPORT_REASONS = {
    "illegal": _("Illegal content"),
    "insult": _("Insult or hatred"),
    "personal_data": _("Personal data"),
    "spam": _("Spam or advertising"),
    "copyright": _("Copyright"),
    "child_abuse": _("Sexual abuse of children"),
    "other": _("Another reason"),
}
JUDGES = {
    "classifier": _("The classifier could not judge this text, so there is no probability."),
    "netiquette": _("The rules could not be checked, so look for everything yourself."),
}
# From this probability on, that word. The steps match the classifier's own summary at 0.3 and 0.7.
LIKELIHOODS = (
    (0.95, _("very likely")),
    (0.7, _("likely")),
    (0.3, _("unclear")),
    (0.05, _("unlikely")),
    (0.0, _("very unlikely")),
)


def likelihood(probability: float) -> str:
    """A probability as a word."""
    return next(word for least, word in LIKELIHOODS if probability >= least)
