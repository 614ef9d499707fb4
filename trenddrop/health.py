"""Is the process alive, and can it work?"""

from collections.abc import Callable, Mapping

from django.core.cache import cache
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from redis.exceptions import RedisError


class ProbeMiddleware:
    """Answers probes before a host, a scheme or a session is asked for: they come by address, without TLS."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        probe = PROBES.get(request.path_info) if request.method in {"GET", "HEAD"} else None
        return probe(request) if probe else self.get_response(request)


def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(_request: HttpRequest) -> JsonResponse:
    """The database answers, is migrated and binds us by its policies, and Redis answers; 503 names what does not."""
    checks = {"database": _database, "redis": _redis}
    results = {name: check() for name, check in checks.items()}
    ready = all(result == "ok" for result in results.values())
    return JsonResponse({"ready": ready, **results}, status=200 if ready else 503)


PROBES: Mapping[str, Callable[[HttpRequest], HttpResponse]] = {"/healthz": healthz, "/readyz": readyz}


def _told(check: Callable[[], str], *errors: type[Exception]) -> str:
    try:
        return check()
    except errors as error:
        return type(error).__name__


def _database() -> str:
    return _told(lambda: _powerful() or _migrated(), DatabaseError)


def _powerful() -> str:
    """Say that the role passes row-level security, which alone keeps organisations apart; empty where it is bound."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        name, powerful = cursor.fetchone()
    return f"{name} passes row-level security: name a role that owns nothing in DATABASE_URL" if powerful else ""


def _migrated() -> str:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} migrations wait" if waiting else "ok"


def _redis() -> str:
    return _told(_round_trip, RedisError)


def _round_trip() -> str:
    cache.set("readyz", 1, 5)
    return "ok" if cache.get("readyz") == 1 else "does not keep what it is given"
