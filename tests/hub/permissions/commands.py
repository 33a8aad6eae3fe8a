"""In whose name each command acts. Whoever can run commands can read the database: no command asks who it is."""

from __future__ import annotations

from enum import Enum


class Acts(Enum):
    """As whom a command comes before the services."""

    OPERATOR = "the operator: may what the secretariat and an administrator may, and is noted as `system:cli`"
    AS_TOLD = (
        "with the eyes that `--as` names: the secretariat's, a member's or a visitor's; it changes nothing"
    )
    NOBODY = "nobody: works on the installation itself and asks no service for anything that is somebody's"


COMMANDS: dict[str, Acts] = {
    "run": Acts.OPERATOR,
    "match": Acts.AS_TOLD,
    "desk": Acts.OPERATOR,
    "import ror": Acts.OPERATOR,
    "import openalex": Acts.OPERATOR,
    "import cordis": Acts.OPERATOR,
    "import eu-calls": Acts.OPERATOR,
    "import oai": Acts.OPERATOR,
    "import orcid": Acts.OPERATOR,
    "import uniquip": Acts.OPERATOR,
    "import clinicaltrials": Acts.OPERATOR,
    "import cvr": Acts.OPERATOR,
    "import structural-funds": Acts.OPERATOR,
    "import plain": Acts.OPERATOR,
    "import district": Acts.OPERATOR,
    "import lexicon": Acts.NOBODY,
    "import template": Acts.NOBODY,
    "import status": Acts.OPERATOR,
    "import resume": Acts.OPERATOR,
    "import fetch": Acts.OPERATOR,
    "import schedule list": Acts.OPERATOR,
    "import schedule add": Acts.OPERATOR,
    "import schedule pause": Acts.OPERATOR,
    "import schedule go-on": Acts.OPERATOR,
    "import schedule remove": Acts.OPERATOR,
    "import schedule run-due": Acts.OPERATOR,
    "import undo": Acts.OPERATOR,
    "index status": Acts.NOBODY,
    "index build": Acts.NOBODY,
    "index verify": Acts.NOBODY,
    "evaluate": Acts.NOBODY,
    "ranker train": Acts.OPERATOR,
    "ranker show": Acts.NOBODY,
    "users list": Acts.OPERATOR,
    "users add": Acts.OPERATOR,
    "users invite": Acts.OPERATOR,
    "users role": Acts.OPERATOR,
    "users password": Acts.OPERATOR,
    "users reset-second-factor": Acts.OPERATOR,
    "users deactivate": Acts.OPERATOR,
    "users activate": Acts.OPERATOR,
    "privacy record": Acts.NOBODY,
    "privacy export": Acts.OPERATOR,
    "privacy erase": Acts.OPERATOR,
    "mail status": Acts.OPERATOR,
    "mail send-test": Acts.NOBODY,
    "mail retry": Acts.OPERATOR,
    "newsroom bring-in": Acts.OPERATOR,
    "newsroom bounces": Acts.OPERATOR,
    "newsroom lift": Acts.OPERATOR,
    "doctor": Acts.NOBODY,
    "backup": Acts.NOBODY,
    "restore": Acts.NOBODY,
    "web": Acts.NOBODY,
    "worker": Acts.NOBODY,
    "version": Acts.NOBODY,
}
