"""Files of every system that comments are imported from, each row with what an attacker would have written there."""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

Row = Mapping[str, str]
ORIGIN = "https://www.musterstadt.example"
_AT = "2020-01-01T00:00:00Z"


def _plain(text: str) -> str:
    """What XML can hold of it."""
    return "".join(each for each in text if each in "\t\n" or each >= " ")


def wordpress(rows: Sequence[Row], path: Path) -> None:
    items = "".join(
        f"<item><title>{escape(_plain(row['title']))}</title><link>{ORIGIN}/wp/{number}</link><wp:comment>"
        f"<wp:comment_id>{number}</wp:comment_id><wp:comment_author>{escape(_plain(row['name']))}</wp:comment_author>"
        f"<wp:comment_author_url>{escape(_plain(row['url']))}</wp:comment_author_url>"
        "<wp:comment_date_gmt>2020-01-01 00:00:00</wp:comment_date_gmt><wp:comment_approved>1</wp:comment_approved>"
        f"<wp:comment_content>{escape(_plain(row['text']))}</wp:comment_content></wp:comment></item>"
        for number, row in enumerate(rows, 1)
    )
    head = '<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><wp:base_blog_url>https://x.example</wp:base_blog_url>'
    path.write_text(f"{head}{items}</channel></rss>", encoding="utf-8")


def disqus(rows: Sequence[Row], path: Path) -> None:
    head = '<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">'
    pages = "".join(
        f"<thread dsq:id={quoteattr(str(number))}><link>{ORIGIN}/dq/{number}</link><title>{escape(_plain(row['title']))}</title></thread>"
        for number, row in enumerate(rows, 1)
    )
    posts = "".join(
        f'<post dsq:id="p{number}"><message>{escape(_plain(row["text"]))}</message><createdAt>{_AT}</createdAt>'
        f'<author><name>{escape(_plain(row["name"]))}</name></author><thread dsq:id="{number}"/></post>'
        for number, row in enumerate(rows, 1)
    )
    path.write_text(f"{head}{pages}{posts}</disqus>", encoding="utf-8")


def isso(rows: Sequence[Row], path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE threads (id INTEGER PRIMARY KEY, uri TEXT, title TEXT)")
        database.execute(
            "CREATE TABLE comments (tid, id INTEGER PRIMARY KEY, parent, created, modified, mode, text, author, email, website)"
        )
        for number, row in enumerate(rows, 1):
            database.execute("INSERT INTO threads VALUES (?, ?, ?)", (number, f"/is/{number}", row["title"]))
            database.execute(
                "INSERT INTO comments VALUES (?, ?, NULL, 1577836800, NULL, 1, ?, ?, NULL, ?)",
                (number, number, row["text"], row["name"], row["url"]),
            )
    database.close()


def remark42(rows: Sequence[Row], path: Path) -> None:
    lines: list[object] = [{"version": 1, "users": [], "posts": []}]
    lines += [
        {
            "id": f"r{number}", "pid": "", "text": row["text"], "orig": "" if number % 2 else row["text"],
            "user": {"name": row["name"]}, "locator": {"site": "x", "url": f"{ORIGIN}/re/{number}"},
            "time": _AT, "title": row["title"],
        }
        for number, row in enumerate(rows, 1)
    ]  # fmt: skip
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")


def commento(rows: Sequence[Row], path: Path) -> None:
    comments = [
        {
            "commentHex": f"c{number}", "url": f"/co/{number}", "commenterHex": f"p{number}", "markdown": row["text"],
            "html": row["text"], "parentHex": "root", "state": "approved", "creationDate": _AT, "deleted": False,
        }
        for number, row in enumerate(rows, 1)
    ]  # fmt: skip
    people = [
        {"commenterHex": f"p{number}", "name": row["name"], "link": row["url"], "email": ""}
        for number, row in enumerate(rows, 1)
    ]
    told = {"version": 1, "comments": comments, "commenters": people}
    path.write_text(json.dumps(told), encoding="utf-8")


def own(rows: Sequence[Row], path: Path) -> None:
    """Our own export, changed by hand: what it calls HTML is the attack itself."""
    lines: list[object] = [{"wortmeldung": 1, "site": "x", "name": "x", "language": "de"}]
    for number, row in enumerate(rows, 1):
        page = f"/ex/{number}"
        lines.append({"thread": {"page": page, "title": row["title"], "open": True, "created_at": _AT}})
        comment = {
            "id": f"exported{number}", "page": page, "text": row["text"], "html": row["text"], "name": row["name"],
            "url": row["url"], "status": "approved", "created_at": _AT, "title": row["title"],
        }  # fmt: skip
        lines.append({"comment": comment})
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")


FILES: dict[str, Callable[[Sequence[Row], Path], None]] = {
    "wordpress": wordpress, "disqus": disqus, "isso": isso, "remark42": remark42, "commento": commento, "jsonl": own,
}  # fmt: skip
