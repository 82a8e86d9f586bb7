"""How `isso.db` was made: by Isso 0.14's own code, with texts of ours. `pip install isso`, then run this with a path."""

import sys

from isso import config
from isso.db import SQLite3

conf = config.new(
    {
        "general": {"dbpath": sys.argv[1], "max-age": "15m"},
        "moderation": {"enabled": "false", "purge-after": "30d"},
        "guard": {
            "enabled": "off",
            "ratelimit": "2",
            "direct-reply": "3",
            "reply-to-self": "false",
            "require-author": "false",
            "require-email": "false",
        },
    }
)
db = SQLite3(sys.argv[1], conf)
db.threads.new("/artikel/eins", "Eins & zwei")
db.threads.new("/artikel/zwei", "Über Wärme")
base = {"mode": 1, "remote_addr": "192.0.2.0", "email": None, "website": None, "notification": 0, "parent": None}


def add(uri: str, **fields: object) -> int:
    return db.comments.add(uri, {**base, **fields})["id"]


top = add(
    "/artikel/eins",
    text="Ein **Wort** zum Anfang.\n\nZweiter Absatz.",
    author="Ayşe Demir",
    email="ayse@example.org",
    website="https://ayse.example",
)
reply = add("/artikel/eins", text="Darauf eine <em>Antwort</em>.", author="Bernd", parent=top)
add("/artikel/eins", text="Und noch eine Ebene: schreiben Sie an bernd@example.org.", author=None, parent=reply)
add("/artikel/zwei", text="Dieser wartet noch.", author="Carla", mode=2)
gone = add("/artikel/zwei", text="Dieser geht wieder.", author="Dora")
add("/artikel/zwei", text="Eine Antwort auf das, was ging.", author="Emil", parent=gone)
db.comments.delete(gone)
