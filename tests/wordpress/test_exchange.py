"""From WordPress to the service by both ways, and back by the file that WordPress imports."""

import base64
from pathlib import Path

import pytest

from moderation.lifecycle import Action
from tests.builders import a_moderator, file, publish, rule
from tests.service.exchange.conftest import Exchange, told
from tests.support.wordpress import WordPress

pytestmark = pytest.mark.slow

IMPORTER = (Path(__file__).parent / "site" / "import.php").read_text()
_EXPORT = """
    require_once ABSPATH . 'wp-admin/includes/export.php';
    ob_start();
    export_wp(['content' => 'all']);
    header_remove();
    return base64_encode(ob_get_clean());"""
_SHOWN = """
    global $wpdb;
    return $wpdb->get_results("SELECT c.comment_author, c.comment_date, c.comment_date_gmt, c.comment_approved, c.comment_content, p.comment_author AS above
        FROM $wpdb->comments c LEFT JOIN $wpdb->comments p ON p.comment_ID = c.comment_parent WHERE c.comment_ID > %d ORDER BY c.comment_ID", ARRAY_N);"""
_LAST = 'global $wpdb; return (int) $wpdb->get_var("SELECT MAX(comment_ID) FROM $wpdb->comments");'
_FORGET = """
    global $wpdb;
    foreach ($wpdb->get_col("SELECT comment_ID FROM $wpdb->comments WHERE comment_ID > %d") as $each) wp_delete_comment($each, true);
    return count(get_posts(['numberposts' => -1, 'post_type' => 'post']));"""


async def bring_into(wordpress: WordPress, wxr: bytes) -> dict[str, int]:
    return await wordpress.run(f"$file = '{base64.b64encode(wxr).decode()}';\n{IMPORTER}")


async def test_our_file_goes_into_wordpress_with_times_threads_and_status(wordpress, service, site):
    top = await publish(
        service, site, "Ein *Wort* & 3 < 4.", page="/2025/handlungsmut", title="Handlungsmut", name="Ayşe & „Co“"
    )
    await publish(
        service,
        site,
        "Eine Antwort 👍",
        page="/2025/handlungsmut",
        parent=top.id,
        name="Bernd",
        email="bernd@example.org",
    )
    waiting = await file(service, site, "Wartet noch.", page="/2025/handlungsmut", name="Carla")
    spam = await file(service, site, "Billige Uhren", page="/2025/handlungsmut", name="Uhren")
    await rule(service, spam, Action.SPAM, await a_moderator(service, site))
    wxr = await Exchange(service, site).give("wxr")
    last = await wordpress.run(_LAST)
    assert await bring_into(wordpress, wxr) == {"posts": 0, "comments": 4}
    rows = await wordpress.run(_SHOWN % last)
    local, universal = "2026-03-02 11:00:00", "2026-03-02 10:00:00"
    assert {(name, *times, status, above) for name, *times, status, _text, above in rows} == {
        ("Ayşe &amp; „Co“", local, universal, "1", None), ("Bernd", local, universal, "1", "Ayşe &amp; „Co“"),
        ("Carla", local, universal, "0", None), ("Uhren", local, universal, "spam", None),
    }  # fmt: skip
    texts = {row[0]: row[4] for row in rows}
    assert "<em>Wort</em> &amp; 3 &lt; 4." in texts["Ayşe &amp; „Co“"]
    assert waiting.text in texts["Carla"]
    assert await bring_into(wordpress, wxr) == {"posts": 0, "comments": 0}
    await wordpress.run(_FORGET % last)


async def test_what_went_out_comes_back_as_what_was_there(wordpress, service, site, tmp_path):
    """All comments go to the service by the export file, and back: WordPress knows every one of them again."""
    exported = tmp_path / "export.xml"
    exported.write_bytes(base64.b64decode(await wordpress.run(_EXPORT)))
    exchange = Exchange(service, site)
    account = await exchange.bring("wordpress", exported)
    # All but spam, which WordPress leaves out; pings, the editors' note and what was said on a private post are refused.
    assert told(account) == (162, 0, 4)
    last = await wordpress.run(_LAST)
    posts = await wordpress.run(_FORGET % last)
    back = await bring_into(wordpress, await exchange.give("wxr"))
    assert (back["comments"], await wordpress.run(_SHOWN % last)) == (0, [])
    assert await wordpress.run(_FORGET % last) == posts
