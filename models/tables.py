"""Every table, in one import: what migrations compare the database with."""

from models.api_token import ApiToken
from models.audit import AuditEntry
from models.claim import Claim
from models.comment import Comment
from models.contact import Contact
from models.data_request import DataRequest, Visit
from models.decision import Decision
from models.desk_session import DeskSession, SignInLink
from models.edition import Edition
from models.evidence import Evidence
from models.happening import Happening
from models.identity import Identity
from models.lesson import Lesson
from models.moderator import Membership, Moderator
from models.original import Original
from models.outbox import Notice
from models.outcome import Outcome
from models.private_message import PrivateMessage
from models.prompt import Prompt
from models.proof import RecoveryCode, SenderPause
from models.report import Objection, Report
from models.rights import Passkey
from models.sentence import Sentence
from models.sign_on import SignOnKey, UsedToken
from models.site import Site
from models.subscription import Subscription
from models.tally import Tally
from models.thread import Thread
from models.wave import Band, Wave
from models.webhook import Delivery, Webhook

__all__ = [
    "ApiToken",
    "AuditEntry",
    "Band",
    "Claim",
    "Comment",
    "Contact",
    "DataRequest",
    "Decision",
    "Delivery",
    "DeskSession",
    "Edition",
    "Evidence",
    "Happening",
    "Identity",
    "Lesson",
    "Membership",
    "Moderator",
    "Notice",
    "Objection",
    "Original",
    "Outcome",
    "Passkey",
    "PrivateMessage",
    "Prompt",
    "RecoveryCode",
    "Report",
    "SenderPause",
    "Sentence",
    "SignInLink",
    "SignOnKey",
    "Site",
    "Subscription",
    "Tally",
    "Thread",
    "UsedToken",
    "Visit",
    "Wave",
    "Webhook",
]
