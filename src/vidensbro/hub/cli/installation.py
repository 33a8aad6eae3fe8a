"""Waking the hub: settings, apps, an up-to-date data folder. Every command that needs them begins here."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from vidensbro.hub.cli import console, language
from vidensbro.hub.cli.language import gettext as _

if TYPE_CHECKING:
    from vidensbro.hub.accounts.actors import Actor


def wake(*, prepare: bool = True, log_level: str = "WARNING") -> None:
    """Load Django, speak the chosen language, and make the data folder ready unless told otherwise.

    Raises what `common.data.prepare` raises.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vidensbro.hub.config.settings")
    os.environ.setdefault("VIDENSBRO_LOG_LEVEL", log_level)
    import django
    from django.utils import translation

    django.setup()
    translation.activate(language.code())
    if not prepare:
        return
    from vidensbro.hub.common import data, environment

    if data.prepare():
        console.note(_("Data folder ready: {path}").format(path=environment.data_folder()))


def operator() -> Actor:
    """Whoever may run commands on the machine may do what an administrator and the secretariat may."""
    from vidensbro.hub.accounts.actors import system_actor

    return system_actor("cli")
