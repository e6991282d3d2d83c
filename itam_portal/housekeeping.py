"""Housekeeping: small chores, tenant by tenant, safe at any time and twice at once."""

from collections.abc import Callable
from typing import Any

import structlog
from django.apps import apps
from django.db import connection

from itam_portal.tenancy.actor import System
from itam_portal.tenancy.scope import tenant_scope

log = structlog.get_logger()
Chore = Callable[[System], int]
_chores: list[Chore] = []
_tenants: list[Callable[[], list[int]]] = []
_performers: list[Callable[[Any], str]] = []
# Keeps two runs from doing the same tenant's chores at once; the second one passes it by.
_LOCK = 7_301


def chore(work: Chore) -> Chore:
    """Do this for every tenant at each housekeeping; it answers how many rows it changed."""
    _chores.append(work)
    return work


def tenants_from(read: Callable[[], list[int]]) -> None:
    """Where the numbers of all tenants come from."""
    _tenants.append(read)


def performed_by(name_of: Callable[[Any], str]) -> None:
    """Under whose name house is kept for a tenant; under '' it is not."""
    _performers.append(name_of)


def keep_house() -> dict[str, int]:
    """Do every chore for every tenant; answers how many rows each one changed."""
    done = dict.fromkeys((work.__name__ for work in _chores), 0)
    for tenant_id in [one for read in _tenants for one in read()]:
        with tenant_scope(tenant_id):
            if not _is_ours(tenant_id):
                continue
            tenant = apps.get_model("organizations", "Tenant").objects.get(pk=tenant_id)
            names = [name_of(tenant) for name_of in _performers]
            if not all(names):
                continue
            for work in _chores:
                done[work.__name__] += work(System("".join(names[:1]) or "Housekeeping", tenant))
    log.info("housekeeping", **done)
    return done


def _is_ours(tenant_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_LOCK, tenant_id % 2_000_000_000])
        return cursor.fetchone()[0]
