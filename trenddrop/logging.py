"""Structured logs: one event a line, with request and task ids, secrets left out."""

import re
from typing import Any

import structlog

SECRET_NAMES = frozenset(
    {"password", "token", "access_token", "refresh_token", "authorization", "secret", "api_key", "cookie"}
)
# What follows in such an address is a key by itself: whoever reads it could use it.
KEYS_FOLLOW = (
    "/review/", "/invitation/", "/unsubscribe/report/", "/unsubscribe/", "/public/media/", "/password/reset/key/",
    "/confirm-email/",
)  # fmt: skip
KEY = re.compile(rf"({'|'.join(KEYS_FOLLOW)})(?!at/|…)[^/\s?]+")
QUERY = re.compile(r"\?\S*")


def hide_secrets(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Replace the values of fields that are named like secrets, and keys in addresses."""
    for name in event.keys() & SECRET_NAMES:
        event[name] = "…"
    if isinstance(asked := event.get("request"), str):
        event["request"] = QUERY.sub("?…", KEY.sub(r"\1…", asked), count=1)
    if isinstance(said := event.get("event"), str):
        event["event"] = KEY.sub(r"\1…", said)
    return event


SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    hide_secrets,
]


def logging_config(*, debug: bool, level: str) -> dict[str, Any]:
    """Return LOGGING: readable lines in development, JSON lines otherwise."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer: structlog.typing.Processor
    renderer = structlog.dev.ConsoleRenderer(colors=False) if debug else structlog.processors.JSONRenderer()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    renderer,
                ],
                "foreign_pre_chain": SHARED,
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "httpx": {"level": "WARNING"},
            "django.security.DisallowedHost": {"level": "ERROR"},
        },
    }
