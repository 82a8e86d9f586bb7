"""The log of a service at work: one JSON line an event, and none of what people wrote, are called, or came from."""

import json

import httpx2
import pytest

from models.db import Database
from models.site import add_site
from service.state import utc_now
from tests.builders import ORIGIN, PAGE
from tests.support.process import Serving

CANARIES = {"text": "Nachtigallenstrauch", "name": "Wilhelmine", "address": "wilhelmine@post.example"}
POST = "/api/v1/sites/musterstadt/comments"


@pytest.mark.slow
async def test_no_line_holds_words_names_addresses_or_secrets(database, tmp_path):
    db = Database(database)
    async with db.writing() as session:
        await add_site(session, "musterstadt", [ORIGIN], utc_now())
    await db.close()
    serving = Serving(database, tmp_path)
    await serving.start("--no-courier")
    try:
        async with httpx2.AsyncClient(base_url=serving.address) as client:
            draft = {"page": PAGE, "text": CANARIES["text"], "name": CANARIES["name"], "email": CANARIES["address"]}
            receipt = (await client.post(POST, json=draft, headers={"Origin": ORIGIN})).json()
            await client.get(receipt["manage_url"])
            await client.post(f"{POST}?{CANARIES['name']}=1", content=f"{{{CANARIES['text']}\r\n\x1b[31m".encode())
            await client.get(f"/{CANARIES['name']}%0d%0a%7b%22event%22%3a%22forged%22%7d")
            await client.get("/api/v1/sites/musterstadt/thread", params={"page": f"/{CANARIES['text']}"})
    finally:
        await serving.stop()
    for canary in (*CANARIES.values(), receipt["manage_token"], "127.0.0.1", "forged", PAGE):
        assert canary not in serving.log
    events = [json.loads(line)["event"] for line in serving.log.splitlines()]
    assert "comment_filed" in events
    assert events.count("request") >= 5
