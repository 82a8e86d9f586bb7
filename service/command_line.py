"""Every command."""

from service.commands.backup import backup
from service.commands.courier import courier
from service.commands.demo import demo
from service.commands.doctor import doctor
from service.commands.exchange import export, import_
from service.commands.legal import legal, papers
from service.commands.lessons import lessons
from service.commands.moderator import moderator
from service.commands.outbox import outbox
from service.commands.purge import erase, purge
from service.commands.report import report
from service.commands.secret import secret
from service.commands.serve import serve
from service.commands.sign_on import sign_on
from service.commands.site import site
from service.commands.token import token
from service.commands.webhook import webhook
from service.running import no_commands, run

app = no_commands()
app.command()(serve)
app.command()(courier)
app.command()(demo)
app.add_typer(site, name="site")
app.add_typer(moderator, name="moderator")
app.add_typer(token, name="token")
app.add_typer(lessons, name="lessons")
app.add_typer(outbox, name="outbox")
app.add_typer(webhook, name="webhook")
app.add_typer(sign_on, name="sign-on")
app.add_typer(secret, name="secret")
app.command()(erase)
app.command()(purge)
site.command()(legal)
app.command()(papers)
app.command()(report)
app.command("import")(import_)
app.command()(export)
app.command()(backup)
app.command()(doctor)


def main() -> None:
    """Run one of them."""
    run(app)
