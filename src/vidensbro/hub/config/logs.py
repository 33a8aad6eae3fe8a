"""Logs: one line per event, for people or as JSON, to standard error. `log_privacy` says what is left out."""

from __future__ import annotations

from typing import Any

import structlog

from vidensbro.hub.config.log_privacy import (
    speak_of_routes,
    tell_exceptions,
    without_addresses,
    without_clients,
)

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
_PRIVATE: list[Any] = [speak_of_routes, without_clients, tell_exceptions, without_addresses]


def logging_config(form: str, level: str) -> dict[str, Any]:
    """A `logging.config` dictionary; also sets structlog up so that both kinds of loggers come out alike.

    Args:
        form: "json" or "text".
        level: the least level that is written. Below INFO it counts for Vidensbro alone: other libraries write at
            DEBUG what they send and receive, with keys and people's names in it.
    """
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: Any = structlog.dev.ConsoleRenderer(colors=False)
    if form == "json":
        renderer = structlog.processors.JSONRenderer()
    level = level.upper()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    *_PRIVATE,
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    renderer,
                ],
                "foreign_pre_chain": _SHARED,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "INFO" if level == "DEBUG" else level},
        "loggers": {
            "vidensbro": {"level": level},
            "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
            # They write down the addresses that they ask, keys and people's identifiers in them.
            "httpx": {"level": "WARNING"},
            # It would write down the identifiers of passkeys.
            "fido2": {"level": "WARNING"},
        },
    }
