"""In whose name each command acts. Whoever can run commands can read the database: no command asks who it is."""

from __future__ import annotations

from enum import Enum


class Acts(Enum):
    """As whom a command comes before the services."""

    OPERATOR = "the operator: may what the secretariat and an administrator may, and is noted as `system:cli`"
    AS_TOLD = "with the eyes that `--as` names: the secretariat's, a member's or a visitor's; it changes nothing"
    NOBODY = "nobody: works on the installation itself and asks no service for anything that is somebody's"


COMMANDS: dict[str, Acts] = {
}
