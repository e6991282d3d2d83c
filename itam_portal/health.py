"""Whether the program lives, and whether it may serve."""

import time
from typing import Any

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from itam_portal.tenancy.checks import wall_problems

_GOOD_FOR_SECONDS = 5.0
_last: dict[str, Any] = {"asked_at": 0.0, "problems": []}


def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "live"})


def ready(request: HttpRequest) -> HttpResponse:
    """The database answers, is migrated, and its wall stands; 503 with the reasons where not."""
    problems = _problems()
    status = "ready" if not problems else "not ready"
    return JsonResponse({"status": status, "problems": problems}, status=503 if problems else 200)


def _problems() -> list[str]:
    """Asked at most every few seconds: the address is public."""
    if not _last["asked_at"] or time.monotonic() - _last["asked_at"] > _GOOD_FOR_SECONDS:
        _last.update(problems=_ask(), asked_at=time.monotonic())
    return _last["problems"]


def _ask() -> list[str]:
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        late = ["The database is not migrated: run manage.py migrate as the owner."] if missing else []
        return [*late, *wall_problems()]
    except DatabaseError:
        return ["The database does not answer."]
