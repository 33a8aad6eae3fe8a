"""`vidensbro mail`: how mail stands, trying the settings, and trying again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from vidensbro.hub.cli import console, installation
from vidensbro.hub.cli.commands.common import Json
from vidensbro.hub.cli.exits import DONE, FAILED, CommandError
from vidensbro.hub.cli.help_page import App
from vidensbro.hub.cli.language import code
from vidensbro.hub.cli.language import gettext as _

if TYPE_CHECKING:
    from vidensbro.hub.mail.models import Mail
    from vidensbro.hub.mail.queries import MailStatus

NAMED = 10
"""How many mails that were given up are named."""


def add_to(app: App, heading: str) -> None:
    """Put the commands under `app`, below a heading of its help."""
    group = App(help=_("Mail: what waits, what was given up, and whether the settings work."))
    group.command("status", help=_("How many mails were sent, wait or were given up, and why."))(status)
    group.command("send-test", help=_("Send a mail to an address now, to try the settings."))(send_test)
    group.command("retry", help=_("Try again what was given up."))(retry)
    app.add_typer(group, name="mail", rich_help_panel=heading)


def status(json: Json = False) -> None:
    """Print how mail stands; exit code 1 if anything was given up."""
    installation.wake()
    from vidensbro.hub.mail import queries

    actor = installation.operator()
    found, lost = queries.status(actor), list(queries.given_up(actor)[:NAMED])
    if json:
        console.write_json(_as_json(found, lost))
    else:
        _show(found, lost)
    raise typer.Exit(FAILED if lost else DONE)


def send_test(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help=_("Where to send it."))],
    json: Json = False,
) -> None:
    """Write a mail and hand it over at once; exit code 1 if that does not succeed."""
    installation.wake()
    from vidensbro.hub.mail import trying

    done = trying.send_test(address, code())
    if json:
        console.write_json({"address": done.address, "state": done.state, "answer": done.answer})
    elif done.state == "sent":
        console.say(_("Handed over for {address}: {answer}").format(address=done.address, answer=done.answer))
    if done.state != "sent":
        raise CommandError(
            _("The mail to {address} was not handed over: {answer}").format(
                address=done.address, answer=done.answer or done.state
            ),
            _("Check VIDENSBRO_EMAIL_URL and VIDENSBRO_EMAIL_FROM: docs/run/mail.md."),
        )


def retry(json: Json = False) -> None:
    """Let everything that was given up be tried again, by whichever worker runs."""
    installation.wake()
    from vidensbro.hub.mail import services

    count = services.retry_all(installation.operator())
    if json:
        console.write_json({"retried": count})
        return
    console.say(_("{count} mails are tried again.").format(count=console.amount(count)))


def _as_json(found: MailStatus, lost: list[Mail]) -> dict[str, object]:
    return {
        "counts": dict(found.counts),
        "oldest": found.oldest,
        "last_answer": found.last_answer,
        "given_up": [
            {"id": str(row.pk), "kind": row.kind, "reason": row.reason, "answer": row.answer} for row in lost
        ],
    }


def _show(found: MailStatus, lost: list[Mail]) -> None:
    table = console.plain_table("", "", numbers=(1,))
    table.show_header = False
    for label, state in (
        (_("Sent"), "sent"),
        (_("Waiting"), "waiting"),
        (_("Being sent"), "sending"),
        (_("Given up"), "given_up"),
        (_("Not wanted"), "suppressed"),
    ):
        table.add_row(label, console.amount(found.counts[state]))
    console.out().print(table)
    if found.oldest is not None:
        console.note(_("The oldest waits since {moment}.").format(moment=f"{found.oldest:%Y-%m-%d %H:%M}"))
    if found.last_answer:
        console.note(_("The mail server said: {answer}").format(answer=found.last_answer))
    for row in lost:
        console.say(f"  {row.address}  {row.kind}  {row.get_reason_display()}: {row.answer}", "quiet")
    if lost:
        console.note(_("“vidensbro mail retry” tries them again."))
