"""Every table, in one import: what migrations compare the database with."""

from models.claim import Claim
from models.comment import Comment
from models.decision import Decision
from models.happening import Happening
from models.lesson import Lesson
from models.moderator import ApiToken, DeskSession, Membership, Moderator, SignInLink
from models.original import Original
from models.outbox import Notice
from models.report import Objection, Report
from models.sentence import Sentence
from models.site import Site
from models.thread import Thread
from models.wave import Band, Wave

__all__ = [
    "ApiToken",
    "Band",
    "Claim",
    "Comment",
    "Decision",
    "DeskSession",
    "Happening",
    "Lesson",
    "Membership",
    "Moderator",
    "Notice",
    "Objection",
    "Original",
    "Report",
    "Sentence",
    "SignInLink",
    "Site",
    "Thread",
    "Wave",
]
