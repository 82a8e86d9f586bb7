"""How like the breaches that were written for a rule a passage reads."""

from moderation.netiquette.likeness.model import SHIPPED, Alike, Compared, DamagedLikeness, Likeness, read_likeness

__all__ = ["SHIPPED", "Alike", "Compared", "DamagedLikeness", "Likeness", "read_likeness"]
