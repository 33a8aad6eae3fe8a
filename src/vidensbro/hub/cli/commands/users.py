"""`vidensbro users`: accounts."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vidensbro.hub.cli import console, installation
from vidensbro.hub.cli.commands.common import Json
from vidensbro.hub.cli.exits import WRONG_USE, CommandError
from vidensbro.hub.cli.help_page import App
from vidensbro.hub.cli.language import gettext as _
from vidensbro.hub.cli.wrong_use import one_of

if TYPE_CHECKING:
    from vidensbro.hub.accounts.models import User

ROLES = "visitor|member|secretariat|administrator"
LANGUAGES = ("da", "en")
Address = Annotated[str, typer.Argument(metavar="EMAIL", help=_("The address that the user signs in with."))]
Stdin = Annotated[
    bool, typer.Option("--password-stdin", help=_("Read the password from standard input, one line."))
]


def add_to(app: App, heading: str) -> None:
    """Put the commands under `app`, below a heading of its help."""
    group = App(help=_("Accounts: who may sign in, and as what."))
    group.command("list", help=_("Every account."))(list_users)
    group.command("add", help=_("Add an account."))(add)
    group.command("invite", help=_("Send somebody an invitation by e-mail."))(invite)
    group.command("role", help=_("Change what a user is: {roles}.").format(roles=ROLES))(role)
    group.command("password", help=_("Set a new password."))(password)
    group.command("reset-second-factor", help=_("Remove the second factors of a user who has lost them."))(
        reset_second_factor
    )
    group.command("deactivate", help=_("Close an account; nothing is deleted."))(deactivate)
    group.command("activate", help=_("Open a closed account again."))(activate)
    app.add_typer(group, name="users", rich_help_panel=heading)


def list_users(json: Json = False) -> None:
    """Print every account."""
    installation.wake()
    from vidensbro.hub.accounts import queries

    found = [_as_row(user) for user in queries.users(installation.operator())]
    if json:
        console.write_json(found)
        return
    if not found:
        console.say(_("No accounts yet. Add one: vidensbro users add EMAIL --role administrator"))
        return
    table = console.plain_table(_("Address"), _("Name"), _("Role"), _("Language"), "")
    for row in found:
        closed = "" if row["active"] else _("closed")
        table.add_row(row["email"], row["name"], row["role"], row["language"], closed)
    console.out().print(table)


def add(
    email: Address,
    name: Annotated[str, typer.Option("--name", help=_("The user's name; the address by default."))] = "",
    role: Annotated[str, typer.Option("--role", metavar=ROLES, help=_("What the user is."))] = "member",
    language: Annotated[
        str, typer.Option("--language", metavar="da|en", help=_("Language of mail and pages."))
    ] = "da",
    password_stdin: Stdin = False,
    json: Json = False,
) -> None:
    """Add an account; asks for a password in a terminal."""
    one_of("--role", role, ROLES.split("|"))
    one_of("--language", language, LANGUAGES)
    installation.wake()
    from vidensbro.hub.accounts import services

    secret = _read_password(password_stdin, needed=False)
    user = services.create_user(
        installation.operator(), email, name or email, role=role, language=language, password=secret
    )
    _tell(user, json, _("Account added: {email} ({role})."))
    if secret is None:
        console.note(_("It has no password yet: vidensbro users password {email}").format(email=user.email))


def invite(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help=_("The address that the link is sent to."))],
    role: Annotated[
        str,
        typer.Option(
            "--role",
            metavar=f"{ROLES}|coordinator",
            help=_("What the user becomes; in an organisation, member or coordinator."),
        ),
    ] = "member",
    organisation: Annotated[
        str,
        typer.Option("--organisation", metavar="ID", help=_("The organisation to join, by its identifier.")),
    ] = "",
    language: Annotated[
        str, typer.Option("--language", metavar="da|en", help=_("Language of the mail."))
    ] = "da",
    json: Json = False,
) -> None:
    """Send an invitation; the link in the mail lets its reader join."""
    one_of("--role", role, ("member", "coordinator") if organisation else ROLES.split("|"))
    one_of("--language", language, LANGUAGES)
    installation.wake()
    from vidensbro.hub.common.errors import NotFound
    from vidensbro.hub.common.rows import as_uuid
    from vidensbro.hub.directory import services

    joined = as_uuid(organisation)
    if organisation and joined is None:
        raise NotFound("organisation", organisation)

    row = services.invite(
        installation.operator(),
        email,
        organisation_id=joined,
        role=role,
        language=language,
    )
    if json:
        console.write_json(
            {"id": str(row.pk), "email": row.email, "role": row.role, "expires": row.expires.isoformat()}
        )
        return
    sentence = _("An invitation goes to {email}; it holds until {day}.")
    console.say(sentence.format(email=row.email, day=row.expires.date().isoformat()))


def role(
    email: Address,
    role: Annotated[str, typer.Argument(metavar=ROLES, help=_("What the user is from now on."))],
    json: Json = False,
) -> None:
    """Change a user's role."""
    one_of("ROLE", role, ROLES.split("|"))
    from vidensbro.hub.cli.installation import operator

    user = _find(email)
    from vidensbro.hub.accounts import services

    _tell(services.set_role(operator(), user.pk, role), json, _("{email} is now {role}."))


def password(email: Address, password_stdin: Stdin = False, json: Json = False) -> None:
    """Set a new password, asked for in the terminal."""
    user = _find(email)
    from vidensbro.hub.accounts import services

    secret = _read_password(password_stdin, needed=True)
    assert secret is not None
    _tell(
        services.set_password(installation.operator(), user.pk, secret),
        json,
        _("New password set for {email}."),
    )


def reset_second_factor(email: Address, json: Json = False) -> None:
    """Remove every second factor of a user, and end the user's sessions."""
    user = _find(email)
    from vidensbro.hub.accounts import services

    removed = services.reset_second_factor(installation.operator(), user.pk)
    if json:
        console.write_json({**_as_row(user), "removed": removed})
    elif removed:
        console.say(_("{email} signs in with the password alone now.").format(email=user.email))
    else:
        console.say(_("{email} has no second factor.").format(email=user.email))


def deactivate(email: Address, json: Json = False) -> None:
    """Close an account."""
    _set_active(email, False, json, _("{email} can no longer sign in."))


def activate(email: Address, json: Json = False) -> None:
    """Open a closed account."""
    _set_active(email, True, json, _("{email} can sign in again."))


def _set_active(email: str, active: bool, json: bool, sentence: str) -> None:
    user = _find(email)
    from vidensbro.hub.accounts import services

    _tell(services.set_active(installation.operator(), user.pk, active), json, sentence)


def _find(email: str) -> User:
    installation.wake()
    from vidensbro.hub.accounts import queries

    user = queries.user_by_email(installation.operator(), email)
    if user is None:
        raise CommandError(
            _("There is no account with the address {email}.").format(email=email),
            _("“vidensbro users list” shows those there are."),
        )
    return user


def _read_password(from_stdin: bool, *, needed: bool) -> str | None:
    """From standard input, or asked for twice in a terminal; None where there is nobody to ask and no need."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        if needed:
            raise CommandError(
                _("There is no terminal to ask for the password in."), _("Use --password-stdin."), WRONG_USE
            )
        return None
    first = getpass.getpass(_("Password (at least 12 characters): "))
    if first != getpass.getpass(_("The same once more: ")):
        raise CommandError(_("The two passwords differ; nothing was changed."), code=WRONG_USE)
    return first


def _as_row(user: User) -> dict[str, Any]:
    return {
        "id": str(user.pk),
        "email": user.email,
        "name": user.name,
        "role": user.role,
        "language": user.language,
        "active": user.is_active,
    }


def _tell(user: User, json: bool, sentence: str) -> None:
    if json:
        console.write_json(_as_row(user))
        return
    console.say(sentence.format(email=user.email, role=user.role))
