"""What a form says of the data that is typed into it: who answers for it, on which legal basis, and for how long."""

from models.legal import Basis, Legal
from models.site import Site
from service.errors import _
from service.texts import tell

_BASES: dict[Basis, str] = {
    "f": _("The legal basis is our legitimate interest in a public conversation (Art. 6(1)(f) GDPR)."),
    "e": _("The legal basis is our task in the public interest (Art. 6(1)(e) GDPR)."),
    "a": _("The legal basis is your consent (Art. 6(1)(a) GDPR)."),
}
_ANSWERING = _("The legal basis is our legitimate interest in answering you (Art. 6(1)(f) GDPR).")


def notice_of(site: Site, language: str) -> str:
    """A short notice in the sense of GDPR Art. 13; empty while the site has not said who is responsible."""
    terms = site.terms
    if not terms.complete:
        return ""
    told = [
        tell(language, _("“%(controller)s” is responsible for what you enter here."), controller=terms.controller),
        tell(language, _BASES[terms.basis]),
        tell(language, _("What is not published is deleted after %(days)s days."), days=_kept(terms)),
    ]
    return " ".join(told)


def consent_of(site: Site, language: str) -> str:
    """What an author must agree to; empty where the site's legal basis is another one."""
    terms = site.terms
    if terms.basis != "a":
        return ""
    text = _(
        "I agree that “%(controller)s” stores my comment and publishes it with my name. I can take this back at any "
        "time with the link that I get after sending."
    )
    return tell(language, text, controller=terms.controller or site.name)


def message_notice_of(site: Site, language: str) -> str:
    """The same for a private message, which is not published and does not stay."""
    terms = site.terms
    told = []
    if terms.complete:
        told = [
            tell(language, _("“%(controller)s” is responsible for what you enter here."), controller=terms.controller),
            tell(language, _ANSWERING if terms.basis == "f" else _BASES[terms.basis]),
        ]
    gone = tell(language, _("What you write is published nowhere; here it is deleted as soon as it is delivered."))
    return " ".join([*told, gone])


def message_consent_of(site: Site, language: str) -> str:
    """What somebody who writes in private must agree to; empty where the site's legal basis is another one."""
    if site.terms.basis != "a":
        return ""
    text = _("I agree that “%(controller)s” passes my message on by mail and keeps it until it is delivered.")
    return tell(language, text, controller=site.terms.controller or site.name)


def lacking(terms: Legal) -> tuple[str, ...]:
    """Which options of `site legal` are missing for a complete notice."""
    return tuple(f"--{name}" for name in ("controller", "address") if not getattr(terms, name))


def _kept(terms: Legal) -> int:
    return max(terms.keeps("rejected"), terms.keeps("spam"))
