"""Changing accounts: one function per change. The actor comes first; each is one transaction."""

from vidensbro.hub.accounts.services.addresses import ask_for_address, change_address, read_change
from vidensbro.hub.accounts.services.factors import note_factor_change, reset_second_factor
from vidensbro.hub.accounts.services.sessions import end_other_sessions, end_session, note_use, rename_session
from vidensbro.hub.accounts.services.users import (
    create_user,
    edit_user,
    reset_password,
    set_active,
    set_password,
    set_role,
)

__all__ = [
    "ask_for_address",
    "change_address",
    "create_user",
    "edit_user",
    "end_other_sessions",
    "end_session",
    "note_factor_change",
    "note_use",
    "read_change",
    "rename_session",
    "reset_password",
    "reset_second_factor",
    "set_active",
    "set_password",
    "set_role",
]
