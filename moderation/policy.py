"""How a site weighs what the judges see."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """A site's thresholds.

    `spam_threshold`: the spam probability from which a comment waits in the spam lane instead of the review lane,
    or None for the classifier's own, which was set from a budget of ham that may be lost there.
    `spam_prior`: the share of spam among the site's comments, from 0 to 1, or None for the classifier's own.
    """

    spam_threshold: float | None = None
    spam_prior: float | None = None
