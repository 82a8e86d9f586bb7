"""Mail templates: those that ship, and in their place those that an operator has put into the data directory.

`templates/mail/confirm.txt` there replaces a mail's text for all sites, `templates/KEY/mail/confirm.txt` for one.
Operators' templates run in Jinja's sandbox. One that fails costs no mail: what ships is sent instead, and `doctor` says
what is wrong.
"""

from functools import cache
from pathlib import Path

import structlog
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, TemplateError, meta
from jinja2.sandbox import SandboxedEnvironment

from service.mail.samples import samples
from service.templating import environment, make_environment, shipped_templates
from service.texts import LANGUAGES

log = structlog.get_logger()
FOLDER = "templates"
SHIPPED = Path(__file__).parent / "templates"
# What a template can fail with, as it is read or as it is filled in.
FAILURES = (TemplateError, ArithmeticError, LookupError, TypeError, ValueError)


def render_mail(data_dir: Path, key: str, template: str, language: str, /, **values: object) -> str:
    """The template's text: the site's own, the operator's, or the one that ships."""
    chosen = language if language in LANGUAGES else LANGUAGES[0]
    values = {"language": chosen, "root": "", **values}
    if own_templates(data_dir):
        try:
            return own_environment(chosen, data_dir, key).get_template(template).render(**values)
        except FAILURES as error:
            log.error("mail_template_failed", template=template, site=key, kind=type(error).__name__)  # noqa: TRY400
    return environment(chosen).get_template(template).render(**values)


def own_templates(data_dir: Path) -> list[Path]:
    """The operator's own mail templates."""
    folder = data_dir / FOLDER
    return sorted([*folder.glob("mail/*.*"), *folder.glob("*/mail/*.*")]) if folder.is_dir() else []


@cache
def own_environment(language: str, data_dir: Path, site: str) -> Environment:
    """Jinja in its sandbox, which sees the site's templates first, then the operator's, then those that ship."""
    folder = data_dir / FOLDER
    places = [folder / site, folder] if site else [folder]
    loader = ChoiceLoader([*(FileSystemLoader(each) for each in places), shipped_templates()])
    return make_environment(language, loader, SandboxedEnvironment)


def faults_in_templates(data_dir: Path) -> list[str]:
    """What is wrong with the operator's templates, a sentence each.

    What a shipped one does not know cannot be used, and each is filled in with made-up values, in each language.
    """
    faults = []
    for path in own_templates(data_dir):
        shipped = SHIPPED / path.name
        if not shipped.is_file():
            faults.append(f"{path}: there is no mail of this name")
            continue
        try:
            used = _names(path.read_text(encoding="utf-8"))
        except (TemplateError, UnicodeDecodeError) as error:
            faults.append(f"{path}: {error}")
            continue
        unknown = used - _names(shipped.read_text(encoding="utf-8")) - _KNOWN
        if unknown:
            faults.append(f"{path}: unknown {', '.join(sorted(unknown))}")
            continue
        faults += _tried(data_dir, path)
    return faults


def _tried(data_dir: Path, path: Path) -> list[str]:
    """What happens to the template when it is filled in: one sentence, or none."""
    site = "" if path.parent.parent == data_dir / FOLDER else path.parent.parent.name
    # The mail with reasons is never sent without them.
    full, bare = samples()
    for values in (full, {**bare, "reasons": full["reasons"]} if path.stem == "reasons" else bare):
        for language in LANGUAGES:
            try:
                own_environment(language, data_dir, site).get_template(f"mail/{path.name}").render(
                    language=language, **values
                )
            except FAILURES as error:
                return [f"{path}: {type(error).__name__}, {error}"]
    return []


# What every mail's template may use besides its own values.
_KNOWN = {"site", "subject", "language", "now", "moment", "root", "_", "ngettext", "gettext"}
_KNOWN |= {"when", "ago", "day", "clock_time", "number"}


def _names(source: str) -> set[str]:
    checked = make_environment(LANGUAGES[0], shipped_templates(), SandboxedEnvironment)
    checked.from_string(source)
    return meta.find_undeclared_variables(checked.parse(source))
