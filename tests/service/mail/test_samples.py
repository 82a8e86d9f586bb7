"""An operator's own templates are tried with made-up values, so that `doctor` knows what would fail."""

from pathlib import Path

import pytest

from service.mail.samples import samples
from service.mail.templates_of import SHIPPED, faults_in_templates
from service.templating import environment


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_samples_are_all_that_the_shipped_mails_need(language: str) -> None:
    barest_has_reasons = {"reasons": next(iter(samples()))["reasons"]}
    for values in samples():
        for path in sorted(SHIPPED.glob("*.*")):
            more = barest_has_reasons if path.stem == "reasons" else {}
            told = {"language": language, **values, **more}
            assert (
                environment(language).get_template(f"mail/{path.name}").render(**told).strip() or "parts" in path.name
            )


@pytest.mark.parametrize("place", ["mail", "musterstadt/mail"])
def test_a_template_that_fails_with_real_values_is_named(tmp_path: Path, place: str) -> None:
    own = tmp_path / "templates" / place
    own.mkdir(parents=True)
    (own / "confirm.txt").write_text("{{ page }}: {{ confirm }}")
    (own / "published.txt").write_text("{{ page / 2 }}")
    (own / "report.html").write_text("{{ comment.author.name }}")
    (own / "expired.txt").write_text('{% include "mail/nirgends.txt" %}')
    faults = faults_in_templates(tmp_path)
    assert [each.partition(":")[0].rpartition("/")[2] for each in faults] == [
        "expired.txt",
        "published.txt",
        "report.html",
    ]
