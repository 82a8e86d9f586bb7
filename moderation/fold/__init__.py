"""Text folded for matching, with offsets back."""

from moderation.fold.covered import Covered
from moderation.fold.folded import Folded, fold
from moderation.fold.line import Line, Span
from moderation.fold.words import fold_word, skeleton

__all__ = ["Covered", "Folded", "Line", "Span", "fold", "fold_word", "skeleton"]
