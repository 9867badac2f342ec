"""Is it alive, and can it work?"""

import logging

import redis
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from classroom.quiet import Service, redis_servers
from classroom.wire.redis import client_of

logger = logging.getLogger(__name__)


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Database and Redis answer too, each Redis by its name where there are more than one."""
    parts = {"database": _database_answers()}
    parts |= {service.name.lower(): _redis_answers(service, url) for service, url in redis_servers().items()}
    ready = all(parts.values())
    return JsonResponse({"status": "ok" if ready else "waiting", **parts}, status=200 if ready else 503)


def _database_answers() -> bool:
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.warning("Not ready", exc_info=True)
        return False
    return True


def _redis_answers(service: Service, url: str) -> bool:
    try:
        return bool(client_of(url).ping())
    except redis.RedisError:
        logger.warning("Not ready", exc_info=True, extra={"service": service})
        return False
