"""What the desk calls things, as source texts; the catalogue has the German."""

from datetime import timedelta

from markupsafe import Markup

from models.decision import ANSWER, CLOSE, DISMISS, HAND_OVER, NOTE, OPINION, REOPEN, UNDO
from moderation.lifecycle import Action
from service.errors import _
from service.texts import tell

LANES = {
    "review": _("To review"),
    "spam": _("Probably spam"),
    "reports": _("Reports"),
    "objections": _("Objections"),
    "held": _("Kept back"),
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
    Action.HOLD: _("Keep back"),
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
    Action.HOLD: _("Kept back: the comment waits and is not public."),
    Action.DELETE: _("Deleted."),
    Action.PIN: _("Pinned: the comment stands first."),
    Action.UNPIN: _("Unpinned."),
    Action.FEATURE: _("Featured."),
    Action.UNFEATURE: _("No longer featured."),
    UNDO: _("Taken back. The comment is as it was."),
    DISMISS: _("Settled. The comment stays as it is."),
    Action.REDACT: _("The passage is taken out; a mark stands in its place."),
    OPINION: _("Your opinion is noted. A second person must agree."),
    NOTE: _("The note is kept. Only moderators read it."),
    HAND_OVER: _("Handed over."),
    ANSWER: _("Your answer is published."),
    CLOSE: _("The page takes no more comments."),
    REOPEN: _("The page takes comments again."),
}
# What the log says: who, then this.
LOGGED: dict[str, str] = {
    Action.APPROVE: _("approved"),
    Action.REJECT: _("rejected"),
    Action.SPAM: _("marked as spam"),
    Action.HOLD: _("kept back"),
    Action.DELETE: _("deleted"),
    Action.PIN: _("pinned"),
    Action.UNPIN: _("unpinned"),
    Action.FEATURE: _("featured"),
    Action.UNFEATURE: _("no longer featured"),
    Action.WITHDRAW: _("withdrew the comment"),
    Action.EDIT: _("changed the text"),
    UNDO: _("took the decision back"),
    DISMISS: _("settled reports and objection"),
    Action.REDACT: _("took a passage out"),
    OPINION: _("gave a first opinion"),
    NOTE: _("noted"),
    HAND_OVER: _("handed over"),
    ANSWER: _("answered"),
    CLOSE: _("closed the page to comments"),
    REOPEN: _("opened the page to comments"),
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


def worked(language: str, span: timedelta) -> str:
    """A span of working time in words."""
    minutes = int(span.total_seconds()) // 60
    if minutes < 60:
        return tell(language, _("%(minutes)s min of working time"), minutes=minutes)
    return tell(language, _("%(hours)s h %(minutes)s min of working time"), hours=minutes // 60, minutes=minutes % 60)


def in_language(language: str, text: str) -> str:
    """The text as people who read that language see it."""
    return tell(language, text)


def say(language: str) -> Markup:
    """What our script says, as attributes of the list."""
    return Markup(" ").join(
        Markup('data-say-{}="{}"').format(name, tell(language, text)) for name, text in _SAID.items()
    )


_SAID = {
    "undo": _("Undo"),
    "nothing": _("There is nothing to take back."),
    "unavailable": _("This is not possible with this comment."),
    "offline": _("The service could not be reached. Nothing was decided; please try again."),
    "at-work": _("%(who)s is at work on this"),
    "decided": _("%(who)s has decided this."),
    "author": _("The author has changed this."),
    "come-one": _("One new comment."),
    "come": _("%(number)s new comments."),
    "arrived": _("A new comment has arrived."),
}
