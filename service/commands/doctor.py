"""`doctor`: looks at the whole installation, and says what is wrong and how to mend it."""

import asyncio

import typer

from service.checkup import Check, look_at_all, look_at_settings
from service.settings import BadSettings, read_settings

_SIGNS = {"ok": "ok", "warning": "warning", "failure": "FAILURE"}


def doctor() -> None:
    """Check configuration, database, judges, mail and sites. Exit status 1 when something must be mended."""
    try:
        settings = read_settings()
    except BadSettings as error:
        checks = [Check("failure", "settings", str(error), "Correct it in the environment or in .env.")]
    else:
        checks = [look_at_settings(settings), *asyncio.run(look_at_all(settings))]
    for check in checks:
        _tell(check)
    failures = sum(each.level == "failure" for each in checks)
    warnings = sum(each.level == "warning" for each in checks)
    typer.echo(f"\n{failures} to mend, {warnings} to know, {len(checks) - failures - warnings} fine.")
    if failures:
        raise typer.Exit(1)


def _tell(check: Check) -> None:
    typer.echo(f"{_SIGNS[check.level]:<8} {check.name}: {check.found}")
    if check.mend:
        typer.echo(f"{'':<8} → {check.mend}")
