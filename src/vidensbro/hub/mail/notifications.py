"""The mail that the mail app itself sends."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vidensbro.hub.mail.kinds import MailKind

TEST = MailKind("mail.test", _("Test of the mail settings"), optional=False)
KINDS = (TEST,)
