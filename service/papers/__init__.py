"""Papers that data protection law asks for, written from what is configured at this moment."""

from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from models.legal import RETENTION
from models.site import Site
from models.subscription import WORDING
from service.settings import Settings
from service.templating import absolute

# By language: the template's name, and the file that is written.
PAPERS = {
    "de": {
        "record.de.md": "verarbeitungsverzeichnis.md",
        "notice.de.md": "datenschutzhinweis.md",
        "measures.de.md": "massnahmen.md",
    },
    "en": {
        "record.en.md": "record-of-processing.md",
        "notice.en.md": "privacy-notice.md",
        "measures.en.md": "measures.md",
    },
}
# Markdown for people to edit, not pages: nothing in it is executed.
_TEMPLATES = Environment(  # noqa: S701
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def write_papers(site: Site, settings: Settings, language: str, now: datetime) -> dict[str, str]:
    """The papers of a site as Markdown, by file name. They differ as soon as the configuration does."""
    legal = site.terms
    values = {
        "site": site,
        "legal": legal,
        "days": {what: legal.keeps(what) for what in RETENTION},
        "smtp": urlsplit(settings.smtp_url.get_secret_value()).hostname or "",
        "encrypted_mail": urlsplit(settings.smtp_url.get_secret_value()).scheme == "smtps",
        "provider": urlsplit(settings.oidc_issuer).hostname or "",
        "postgresql": settings.database.startswith("postgresql"),
        "redis": bool(settings.redis_url),
        "https": settings.https,
        "base": settings.base_url,
        "wording": WORDING,
        "date": absolute(now, language),
    }
    return {file: _TEMPLATES.get_template(name).render(values) for name, file in PAPERS[language].items()}
