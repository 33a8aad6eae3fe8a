"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

from vidensbro.hub.cli.language import gettext as _

Json = Annotated[bool, typer.Option("--json", help=_("For programs: JSON on standard output."))]
