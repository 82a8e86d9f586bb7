"""Danger: what may announce a crime against life or safety is frozen and kept until it is released (DSA Art. 18)."""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from models.audit import note
from models.case import Case
from models.comment import Comment
from models.evidence import Evidence
from models.report import open_reports
from models.rights import Deciding
from service.links import thread_url
from service.rights import entry_json, entry_of
from service.state import Service
from service.wire import time_shape


async def freeze(session: AsyncSession, service: Service, case: Case, deciding: Deciding) -> Evidence:
    """Freeze the comment with its context, in the caller's transaction: text, place, times, hashes, signed.

    From then on no retention period ends for it.
    """
    now = service.clock()
    bundle = json.dumps(await _bundle(session, service, case, now), ensure_ascii=False, sort_keys=True, indent=1)
    evidence = Evidence(
        site_id=case.site.id or 0,
        comment_id=case.comment.id,
        moderator_id=deciding.id,
        bundle=bundle,
        digest=hashlib.sha256(bundle.encode()).hexdigest(),
        signature=service.tokens.sign_evidence(bundle),
        created_at=now,
    )
    session.add(evidence)
    await session.flush()
    await note(session, "danger", case.comment.id, now, site_id=case.site.id, moderator_id=deciding.id)
    return evidence


async def release(session: AsyncSession, evidence: Evidence, deciding: Deciding, now: datetime) -> None:
    """End the legal hold; the usual periods begin to count again. Twice is the same as once."""
    if evidence.released_at is None:
        evidence.released_at = now
        session.add(evidence)
        await note(
            session, "hold_released", evidence.comment_id, now, site_id=evidence.site_id, moderator_id=deciding.id
        )


def as_file(evidence: Evidence, genuine: bool) -> dict[str, Any]:
    """The frozen bundle with what proves it; `genuine`: whether the signature is ours and fits."""
    return {
        "bundle": json.loads(evidence.bundle),
        "sha256": evidence.digest,
        "signature": evidence.signature,
        "signature_is_ours": genuine,
        "frozen_at": time_shape(evidence.created_at),
    }


async def _bundle(session: AsyncSession, service: Service, case: Case, now: datetime) -> dict[str, Any]:
    comment = case.comment
    parent = await session.get(Comment, comment.parent_id) if comment.parent_id else None
    return {
        "frozen_at": time_shape(now),
        "site": case.site.key,
        "page": case.site.origins[0] + case.thread.page if case.site.origins else case.thread.page,
        "address": thread_url(service.settings, case.site, case.thread.page, comment.id),
        "title": case.thread.title or comment.title,
        "comment": await _told(session, comment),
        "email": comment.email,
        "sender_hash": comment.sender,
        "answers": await _told(session, parent) if parent else None,
        "reports": [
            {"at": time_shape(each.created_at), "reason": each.reason, "statement": each.statement}
            for each in await open_reports(session, comment.id)
        ],
        "sha256_of_text": hashlib.sha256(comment.text.encode()).hexdigest(),
    }


async def _told(session: AsyncSession, comment: Any) -> dict[str, Any]:
    return entry_json(await entry_of(session, comment))
