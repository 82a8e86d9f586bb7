"""WordPress's import format (WXR 1.2): a post for each page, with its comments.

WordPress puts comments to the post of the same title where there is one, and knows a comment again by its author and
its time on the clock there. It wants numbers for ids, a parent's below its answers'.
"""

import re
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, tzinfo
from html import escape

from sqlmodel.ext.asyncio.session import AsyncSession

from models.comment import Comment
from models.exported import comments_of, kinship, pages_of
from models.site import Site
from models.thread import Thread
from moderation.lifecycle import Status
from service.templating import ZONE

_HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
<title>{name}</title>
<link>{address}</link>
<language>{language}</language>
<wp:wxr_version>1.2</wp:wxr_version>
<wp:base_site_url>{address}</wp:base_site_url>
<wp:base_blog_url>{address}</wp:base_blog_url>
"""
_POST = """<item>
<title>{title}</title>
<link>{link}</link>
<dc:creator></dc:creator>
<description></description>
<content:encoded></content:encoded>
<wp:post_id>{number}</wp:post_id>
<wp:post_date></wp:post_date>
<wp:post_date_gmt></wp:post_date_gmt>
<wp:comment_status>{open}</wp:comment_status>
<wp:ping_status>closed</wp:ping_status>
<wp:post_name></wp:post_name>
<wp:status>publish</wp:status>
<wp:post_parent>0</wp:post_parent>
<wp:menu_order>0</wp:menu_order>
<wp:post_type>post</wp:post_type>
<wp:post_password></wp:post_password>
<wp:is_sticky>0</wp:is_sticky>
"""
_COMMENT = """<wp:comment>
<wp:comment_id>{number}</wp:comment_id>
<wp:comment_author>{name}</wp:comment_author>
<wp:comment_author_email>{email}</wp:comment_author_email>
<wp:comment_author_url>{url}</wp:comment_author_url>
<wp:comment_author_IP></wp:comment_author_IP>
<wp:comment_date>{date}</wp:comment_date>
<wp:comment_date_gmt>{date_gmt}</wp:comment_date_gmt>
<wp:comment_content>{html}</wp:comment_content>
<wp:comment_approved>{status}</wp:comment_approved>
<wp:comment_type>comment</wp:comment_type>
<wp:comment_parent>{parent}</wp:comment_parent>
<wp:comment_user_id>0</wp:comment_user_id>
</wp:comment>
"""
_STATUSES = {Status.APPROVED: "1", Status.PENDING: "0", Status.SPAM: "spam"}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


async def write(session: AsyncSession, site: Site, *, addresses: bool) -> AsyncGenerator[tuple[int, bytes]]:
    """How many comments were written, and the bytes. Rejected and deleted ones go to WordPress's trash."""
    head = _HEAD.format(name=_text(site.name), address=_text(site.origins[0]), language=_text(site.language))
    yield 0, head.encode()
    done = 0
    for number, thread in enumerate(await pages_of(session, site), 1):
        yield 0, _post(site, thread, number).encode()
        numbers = {own: done + place for place, (own, _parent) in enumerate(await kinship(session, thread), 1)}
        done += len(numbers)
        async for chunk in comments_of(session, thread):
            yield len(chunk), "".join(_comment(each, numbers, addresses) for each in chunk).encode()
        yield 0, b"</item>\n"
    yield 0, b"</channel>\n</rss>\n"


def _post(site: Site, thread: Thread, number: int) -> str:
    return _POST.format(
        title=_text(thread.title or thread.page),
        link=_text(site.origins[0] + thread.page),
        number=number,
        open="open" if thread.open else "closed",
    )


def _comment(comment: Comment, numbers: dict[str, int], addresses: bool) -> str:
    return _COMMENT.format(
        number=numbers[comment.id],
        name=_section(escape(comment.name, quote=False)),  # WordPress stores names as HTML
        email=_text((comment.email or "") if addresses else ""),
        url=_text(comment.url or ""),
        date=_date(comment.created_at, ZONE),
        date_gmt=_date(comment.created_at, UTC),
        html=_section(comment.html.strip()),
        status=_STATUSES.get(Status(comment.status), "trash"),
        parent=numbers.get(comment.parent_id or "", 0),
    )


def _date(time: datetime, zone: tzinfo) -> str:
    return time.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def _text(text: str) -> str:
    return escape(_NOT_XML.sub("", text), quote=False)


def _section(text: str) -> str:
    return "<![CDATA[" + _NOT_XML.sub("", text).replace("]]>", "]]]]><![CDATA[>") + "]]>"
