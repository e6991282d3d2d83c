"""The records of exports: open from before the first byte until the stream has said how far it came.

A stream holds a lock that its transaction gives back, however it ends. So whoever finds a record open and its lock
free knows that nobody will close it any more.
"""

from collections.abc import Iterator
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from itam_portal.lists.models import Export, ExportState

_LOCK = 7_302
# Between the record and the first byte lies the rest of a request.
_BEGINS_WITHIN = timedelta(minutes=5)


class Unrecorded(RuntimeError):
    """The record of an export could not be written or found: then there is no file that looks whole."""


def held(record: Export, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The chunks, while the record is known to be in work. Raises Unrecorded where it was never written."""
    if record.pk is None:
        raise Unrecorded("no record, no file")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", _key(record.pk))
    yield from chunks


def finish(record: Export, *, state: ExportState, rows: int) -> None:
    """Say how far the file came. Raises Unrecorded where the record is not there."""
    mine = Export.objects.filter(tenant_id=record.tenant_id, pk=record.pk)
    if record.pk is None or not mine.update(state=state, rows=rows, finished_at=timezone.now()):
        raise Unrecorded("the record of this export is gone")


def close_lost(tenant_id: int) -> int:
    """Close as cut off what was begun and is worked on by nobody: its server was killed, or could not write its end."""
    began = timezone.now() - _BEGINS_WITHIN
    left = Export.objects.filter(tenant_id=tenant_id, state=ExportState.RUNNING, made_at__lt=began)
    lost = [number for number in left.values_list("pk", flat=True) if _is_free(number)]
    return left.filter(pk__in=lost).update(state=ExportState.CUT, finished_at=timezone.now())


def _is_free(number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", _key(number))
        return bool(cursor.fetchone()[0])


def _key(number: int) -> list[int]:
    return [_LOCK, number % 2_000_000_000]
