"""`lessons`: an operator sees what was learned, and can go back."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from models.comment import Comment
from models.db import Database
from models.lesson import Lesson, keep_lesson
from models.site import site_by_key
from models.thread import open_thread
from models.trip import InSession
from tests.service.commands.conftest import Run

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


async def teach(folder: Path, number: int) -> None:
    db = Database(f"sqlite:///{folder / 'data' / 'wortmeldung.db'}")
    async with db.writing() as session:
        site = await site_by_key(session, "a")
        assert site is not None
        thread = await open_thread(session, site, "/p", "", NOW)
        for each in range(number):
            comment = Comment(
                id=f"comment-{each}", site_id=site.id or 0, thread_id=thread.id or 0, name="", text="", html="",
                search="", language="de", lane="review", created_at=NOW,
            )  # fmt: skip
            session.add(comment)
            await session.flush()
            lesson = Lesson(
                site_id=site.id or 0, comment_id=comment.id, spam=bool(each % 2), content={}, created_at=NOW
            )
            await keep_lesson(InSession(session), lesson)
    await db.close()


def test_an_operator_sees_what_was_learned_and_can_go_back(run: Run, tmp_path: Path) -> None:
    run("site", "add", "a", "--origin", "https://a.example")
    asyncio.run(teach(tmp_path, 3))
    assert run("lessons", "show", "a").out.startswith("change 3: 1 spam, 2 no spam, 0 refused, 0 rolled back\n3\t")
    assert run("lessons", "roll-back", "a", "--to", "1").out == "2 lessons no longer count.\n"
    assert "0 spam, 1 no spam, 0 refused, 2 rolled back" in run("lessons", "show", "a").out
    assert "\trolled back\t" in run("lessons", "show", "a").out
    assert run("lessons", "restore", "a").out == "2 lessons count again.\n"


def test_an_unknown_site_is_named_in_one_line(run: Run) -> None:
    done = run("lessons", "show", "nirgends")
    assert (done.status, done.out) == (1, "")
    assert "nirgends" in done.err
