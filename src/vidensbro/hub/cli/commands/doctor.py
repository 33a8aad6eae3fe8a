"""`vidensbro doctor`: how the installation stands, and how to mend what is not well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import typer
from rich.text import Text

from vidensbro.hub.cli import console, doctor_checks, exits, installation
from vidensbro.hub.cli.commands.common import Json
from vidensbro.hub.cli.doctor_checks import BAD, GOOD, WARNING, Check, Finding
from vidensbro.hub.cli.help_page import App
from vidensbro.hub.cli.language import gettext as _

SIGNS = {GOOD: "✓", WARNING: "!", BAD: "✗"}


def add_to(app: App, heading: str) -> None:
    """Put the command under `app`, below a heading of its help."""
    app.command(
        "doctor",
        rich_help_panel=heading,
        help=_("Look at the installation, and say how to mend what is not well."),
    )(doctor)


def doctor(json: Json = False) -> None:
    """Look at everything; exit code 1 if anything is bad."""
    first = look(doctor_checks.BEFORE)
    findings = first if any(one.state == BAD for one in first) else [*first, *_inside()]
    if json:
        console.write_json([asdict(one) for one in findings])
    else:
        _show(findings)
    raise typer.Exit(exits.FAILED if any(one.state == BAD for one in findings) else exits.DONE)


def look(checks: Sequence[Check]) -> list[Finding]:
    """Ask each; one that itself fails is a finding too."""
    found: list[Finding] = []
    for check in checks:
        try:
            found.append(check())
        except Exception as error:
            failure = exits.explain(error)
            if failure is None:
                raise
            found.append(Finding(_title(check), BAD, failure.what, failure.advice))
    return found


def _title(check: Check) -> str:
    """What a check is called in its own findings, also when it fails before it has one."""
    titles: dict[Check, str] = {
        doctor_checks.folder: _("Data folder"),
        doctor_checks.space: _("Disk"),
        doctor_checks.model: _("Language model"),
        doctor_checks.sign_in_providers: _("Sign-in through others"),
    }
    return titles.get(check) or _(check.__name__.replace("_", " ").capitalize())


def _inside() -> list[Finding]:
    """What needs Django. Migrations are looked at, not applied: a doctor changes nothing."""
    installation.wake(prepare=not doctor_checks.folder_stands())
    return look(doctor_checks.AFTER)


def _show(findings: Sequence[Finding]) -> None:
    table = console.plain_table("", "", "")
    table.show_header = False
    for one in findings:
        told = Text(one.told)
        if one.state != GOOD and one.mend:
            told.append("\n" + one.mend, style="bold")
        table.add_row(Text(SIGNS[one.state], style=one.state), one.name, told)
    console.out().print(table)
    bad = sum(one.state == BAD for one in findings)
    if bad:
        console.say(_("{count} to mend.").format(count=bad), "bad")
    else:
        console.say(_("All is well."), "good")
