"""Every table, in one import: what migrations compare the database with."""

from models.comment import Comment
from models.decision import Decision
from models.lesson import Lesson
from models.moderator import ApiToken, DeskSession, Membership, Moderator, SignInLink
from models.outbox import Notice
from models.report import Objection, Report
from models.site import Site
from models.thread import Thread

__all__ = [
    "ApiToken",
    "Comment",
    "Decision",
    "DeskSession",
    "Lesson",
    "Membership",
    "Moderator",
    "Notice",
    "Objection",
    "Report",
    "SignInLink",
    "Site",
    "Thread",
]
