"""An import's life: uploaded, mapped, checked, confirmed or dropped. Nothing of it is done by halves."""

import json
from collections.abc import Iterable
from datetime import timedelta
from itertools import islice
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.operations import lock
from itam_portal.history.context import context
from itam_portal.lists import receipts
from itam_portal.lists.models import Receipt
from itam_portal.refusals import Refused, refusing, require
from itam_portal.tenancy.actor import Actor
from organizations.models import CustomAttribute, Organization
from roles.rights import Right
from users.importing import Reading, fields_of, lines_of
from users.models import ImportLine, ImportState, LineOutcome, UserImport
from users.operations.checking import judge_lines
from users.operations.people import UsernameTaken
from users.operations.writing import write_people

# Above this many lines the worker does it.
AT_ONCE = 10_000
BATCH = 2_000
OPERATION = "users.import"
# How long lines are kept after the end of their import, and a file that nobody confirmed.
_KEPT, _WAITING = timedelta(days=1), timedelta(days=7)


class NotNow(Refused):
    """An import is at another point than the form that was sent was drawn for."""

    code = "import_not_now"
    message = gettext_lazy("This import has gone on meanwhile. Look at it again.")


class ChangedSinceCheck(Refused):
    """What the lines would do is no longer what was shown."""

    code = "import_changed"
    message = gettext_lazy("Something changed since this preview was made. Nothing was imported. Look at it again.")


class WrongLines(Refused):
    """Wrong lines are left out only when somebody says so."""

    code = "import_wrong_lines"
    message = gettext_lazy("There are wrong lines. Mend the file and upload it again, or leave them out.")


class NothingToImport(Refused):
    """No line would do anything."""

    code = "nothing_to_import"
    message = gettext_lazy("There is nothing to import: no line is new or changes anybody.")


@transaction.atomic
def upload_file(tenant: Any, *, by: Actor, file: BinaryIO, name: str, home: Organization | None) -> UserImport:
    """Keep the lines of a file. Raises Unreadable; nothing of the file is kept then."""
    require(by, Right.CREATE_USERS)
    lines = lines_of(file)
    _number, heads = next(lines)
    made = UserImport.objects.create(
        tenant=tenant,
        account_id=by.pk,
        file_name=" ".join(name.replace("\0", "").split())[:200],
        heads=heads,
        home=home,
    )
    total = 0
    while some := list(islice(lines, BATCH)):
        total += len(some)
        _keep(made, some)
    made.total = total
    made.save(update_fields=["total"])
    return made


def _keep(made: UserImport, lines: list[tuple[int, list[str]]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO users_importline (tenant_id, user_import_id, number, cells, values, key, problems, refusals, "
            "outcome, before) SELECT %s, %s, number, cells, '{}', '', '[]', '[]', '', '{}' "
            "FROM jsonb_to_recordset(%s) AS line (number int, cells jsonb)",
            [made.tenant_id, made.pk, json.dumps([{"number": number, "cells": cells} for number, cells in lines])],
        )


@transaction.atomic
def map_columns(
    one: UserImport, *, by: Actor, mapping: list[str], match: str, clears: bool, home: Organization | None
) -> UserImport:
    """Say which field each column is, and check the lines: at once, or by the worker. Answers the import as it is then.

    Raises NotNow.
    """
    require(by, Right.CREATE_USERS)
    found = _at(one, ImportState.UPLOADED, ImportState.CHECKED)
    found.mapping, found.match, found.clears, found.home = mapping, match, clears, home
    found.state, found.seen, found.problem, found.counts = ImportState.CHECKING, 0, "", {}
    found.save()
    return found


def _at(one: UserImport, *states: str) -> UserImport:
    found = UserImport.objects.select_for_update().get(pk=one.pk, tenant_id=one.tenant_id)
    if found.state not in states:
        raise NotNow
    return found


class Reader:
    """Reads the lines of one import, some at a time, and keeps what it found out of the file between them."""

    def __init__(self) -> None:
        self.asked: tuple[Any, ...] = ()
        self.reading: Reading | None = None
        self.seen = self.last = 0

    def of(self, one: UserImport, by: Actor) -> Reading:
        """How the lines are read: found out once, as long as nobody maps the columns anew."""
        if self.reading is None or self.asked != (one.mapping, one.clears):
            self.asked, self.reading = (one.mapping, one.clears), reading_of(one, by=by)
        return self.reading

    def next(self, one: UserImport, most: int) -> list[tuple[int, list[str]]]:
        """The lines behind the last one that was read, by this reader or by another."""
        lines = ImportLine.objects.of(one).order_by("number")
        if one.seen != self.seen:
            self.last = lines.values_list("number", flat=True)[one.seen - 1] if one.seen else 0
        found = list(lines.filter(number__gt=self.last).values_list("number", "cells")[:most])
        self.seen, self.last = one.seen + len(found), found[-1][0] if found else self.last
        return found


@transaction.atomic
def read_lines(one: UserImport, *, by: Actor, most: int, reader: Reader | None = None) -> bool:
    """Turn the next lines' cells into values; false where none is left. One reader for all of them spares time."""
    found = UserImport.objects.select_for_update().get(pk=one.pk, tenant_id=by.tenant.pk)
    if found.state != ImportState.CHECKING:
        return False
    reader = reader or Reader()
    lines = reader.next(found, most)
    if not lines:
        return False
    _write_values(found, lines, reader.of(found, by))
    found.seen += len(lines)
    found.save(update_fields=["seen"])
    return True


def reading_of(one: UserImport, *, by: Actor) -> Reading:
    """How this import's lines are read. Organizations are known by their code, and by name where there is one of it."""
    fields = fields_of(by, CustomAttribute.objects.of(by.tenant, "user"), _homes(by))
    return Reading(fields, [name if name in fields else "" for name in one.mapping], one.clears)


def _homes(by: Actor) -> Any:
    """What finds an organization's number by its code, its name, or as our own files write both."""
    known: dict[str, int] = {}
    names: dict[str, set[int]] = {}
    for key, code, name in Organization.objects.all().visible_to(by).values_list("pk", "code", "name"):
        known[code.lower()] = known[f"{name} ({code})".lower()] = key
        names.setdefault(name.lower(), set()).add(key)

    def find(text: str) -> int:
        found = known.get(text.lower()) or next(iter(names.get(text.lower(), ())), None)
        if found is None or (text.lower() not in known and len(names[text.lower()]) > 1):
            raise ValidationError(_("There is no one organization “%(value)s”."), params={"value": text[:60]})
        return found

    return find


def _write_values(one: UserImport, lines: list[tuple[int, list[str]]], reading: Reading) -> None:
    read = [(number, reading.read(cells)) for number, cells in lines]
    facts = [
        {"number": at, "values": line.values, "key": line.values.get(one.match, ""), "problems": line.problems}
        for at, line in read
    ]
    with connection.cursor() as cursor:
        # One document: an array of texts would be quoted letter by letter. The range keeps the planner, which
        # takes new lines for a few, from reading all of them each time.
        cursor.execute(
            "UPDATE users_importline l SET values = read.values, key = read.key, problems = read.problems "
            "FROM jsonb_to_recordset(%s) AS read (number int, values jsonb, key text, problems jsonb) "
            "WHERE l.tenant_id = %s AND l.user_import_id = %s "
            "AND l.number BETWEEN %s AND %s AND l.number = read.number",
            [json.dumps(facts), one.tenant_id, one.pk, lines[0][0], lines[-1][0]],
        )


@transaction.atomic
def check_lines(one: UserImport, *, by: Actor) -> UserImport:
    """Decide what every line would do."""
    found = UserImport.objects.select_for_update().get(pk=one.pk, tenant_id=by.tenant.pk)
    if found.state == ImportState.CHECKING:
        found.counts, found.digest = judge_lines(found, by=by)
        found.state = ImportState.CHECKED
        found.save()
    return found


@transaction.atomic
def confirm_import(one: UserImport, *, by: Actor, leaves_out: bool, reason: str = "") -> UserImport:
    """Ask for everything to be written. Raises NotNow, WrongLines, NothingToImport."""
    require(by, Right.CREATE_USERS)
    found = _at(one, ImportState.CHECKED)
    if not found.number[LineOutcome.NEW] and not found.number[LineOutcome.CHANGED]:
        raise NothingToImport
    if found.number[LineOutcome.WRONG] and not leaves_out:
        raise WrongLines
    found.state, found.leaves_out, found.reason, found.problem = ImportState.RUNNING, leaves_out, reason, ""
    found.save()
    return found


@transaction.atomic
def write_import(one: UserImport, *, by: Actor) -> Receipt | None:
    """Write everything, or nothing; None where it is done already. Raises ChangedSinceCheck, UsernameTaken."""
    by = lock(by)
    found = UserImport.objects.select_for_update().get(pk=one.pk, tenant_id=by.tenant.pk)
    if found.state != ImportState.RUNNING:
        return None
    counts, digest = judge_lines(found, by=by)
    if digest != found.digest:
        raise ChangedSinceCheck
    receipt = receipts.open_receipt(operation=OPERATION, by=by, reason=found.reason, wanted={"file": found.file_name})
    with (
        context(OPERATION, by=by, reason=found.reason, receipt=receipt.pk),
        refusing({"user_username_once_a_tenant": UsernameTaken}),
    ):
        write_people(found, receipt.pk, by=by)
    done = counts[LineOutcome.NEW] + counts[LineOutcome.CHANGED]
    receipt.total = done + counts[LineOutcome.UNCHANGED]
    receipts.count(receipt, changed=done, seen=receipt.total)
    # What has ended keeps no organization from being deleted.
    found.state, found.receipt, found.home = ImportState.DONE, receipt, None
    found.save()
    return receipts.close(receipt)


@transaction.atomic
def take_back(one: UserImport, *, by: Actor, problem: str) -> None:
    """After an import that was refused: check its lines anew, and say why nothing was written."""
    found = UserImport.objects.select_for_update().get(pk=one.pk, tenant_id=by.tenant.pk)
    if found.state in (ImportState.RUNNING, ImportState.CHECKING):
        found.counts, found.digest = judge_lines(found, by=by)
        found.state, found.problem = ImportState.CHECKED, problem
        found.save()


@transaction.atomic
def drop_import(one: UserImport, *, by: Actor) -> None:
    """Forget a file that was not imported, with all its lines."""
    require(by, Right.CREATE_USERS)
    found = _at(one, ImportState.UPLOADED, ImportState.CHECKED)
    _forget([found])
    found.state, found.home = ImportState.DROPPED, None
    found.save(update_fields=["state", "home", "changed_at"])


def _forget(imports: Iterable[UserImport]) -> int:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM users_importline WHERE user_import_id = ANY(%s)", [[one.pk for one in imports]])
        return cursor.rowcount


@transaction.atomic
def purge_imports(tenant: Any, *, by: Actor) -> int:
    """Forget the lines of imports that ended a day ago, and files that nobody confirmed within a week."""
    now = timezone.now()
    ended = UserImport.objects.filter(tenant=tenant, state__in=(ImportState.DONE, ImportState.DROPPED))
    waiting = UserImport.objects.filter(tenant=tenant, state__in=(ImportState.UPLOADED, ImportState.CHECKED))
    old = list(waiting.filter(changed_at__lt=now - _WAITING))
    UserImport.objects.filter(pk__in=[one.pk for one in old]).update(state=ImportState.DROPPED, home=None)
    return _forget([*ended.filter(changed_at__lt=now - _KEPT), *old])
