from datetime import UTC, datetime, timedelta

import pytest

from service.templating import absolute, environment, since

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "passed, german, english",
    [
        (timedelta(seconds=20), "gerade eben", "just now"),
        (timedelta(seconds=-20), "gerade eben", "just now"),
        (timedelta(minutes=1), "vor 1 Minute", "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "vor 59 Minuten", "59 minutes ago"),
        (timedelta(minutes=119), "vor 1 Stunde", "1 hour ago"),
        (timedelta(hours=23, minutes=59), "vor 23 Stunden", "23 hours ago"),
        (timedelta(days=6, hours=23), "vor 6 Tagen", "6 days ago"),
        (timedelta(days=8), "22. Februar 2026", "22 February 2026"),
        (timedelta(days=-1), "3. März 2026", "3 March 2026"),
    ],
)
def test_time_is_told_as_people_do(passed: timedelta, german: str, english: str) -> None:
    assert since(NOW - passed, NOW, "de") == german
    assert since(NOW - passed, NOW, "en") == english


def test_the_full_time_is_the_sites_own_summer_and_winter() -> None:
    assert absolute(NOW, "de") == "2. März 2026 um 11:00 Uhr"
    assert absolute(NOW.replace(month=7), "de") == "2. Juli 2026 um 12:00 Uhr"
    assert absolute(NOW, "en") == "2 March 2026, 11:00"


def test_a_time_carries_its_machine_form_and_its_full_form_for_print() -> None:
    shown = (
        environment("de").from_string("{{ ago(time) }}").render(language="de", now=NOW, time=NOW - timedelta(hours=2))
    )
    assert 'datetime="2026-03-02T08:00:00Z"' in shown
    assert "vor 2 Stunden" in shown
    assert "2. März 2026 um 09:00 Uhr" in shown


def test_values_in_templates_and_in_translations_are_escaped() -> None:
    template = environment("de").from_string('{{ name }} {{ _("Reply to %(name)s", name=name) }}')
    assert "<" not in template.render(language="de", name="<b>")


def test_dates_are_written_as_the_language_does() -> None:
    template = environment("de").from_string("{{ day('2026-03-02') }} {{ clock_time(time) }} {{ number(10000) }}")
    assert template.render(language="de", time=NOW) == "2. März 2026 11:00 Uhr 10.000"


def test_a_name_that_a_page_forgot_to_fill_in_is_an_error() -> None:
    with pytest.raises(Exception, match="undefined"):
        environment("de").from_string("{{ forgotten }}").render(language="de")
