"""Imports in the worker: files of more lines than a request should check and write."""

from typing import Any

import structlog
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_tasks import task

from itam_portal import housekeeping
from itam_portal.history import kinds
from itam_portal.history.context import through
from itam_portal.lists.actions import BulkAction, register
from itam_portal.refusals import Refused
from itam_portal.tenancy.actor import System
from itam_portal.tenancy.scope import tenant_scope
from users import guards
from users.models import ComputerUser, UserImport
from users.operations.imports import (
    AT_ONCE,
    BATCH,
    OPERATION,
    Reader,
    check_lines,
    purge_imports,
    read_lines,
    take_back,
    write_import,
)

log = structlog.get_logger()


def check_now_or_later(one: UserImport, *, by: Any) -> None:
    """Check the lines of an import that was mapped: within this request where they are few."""
    if one.total > AT_ONCE:
        check_import.enqueue(tenant_id=one.tenant_id, import_id=one.pk)
        return
    reader = Reader()
    while read_lines(one, by=by, most=BATCH, reader=reader):
        pass
    check_lines(one, by=by)


def write_now_or_later(one: UserImport, *, by: Any) -> None:
    """Write an import that was confirmed; what refuses it takes all of it back."""
    if one.total > AT_ONCE:
        run_import.enqueue(tenant_id=one.tenant_id, import_id=one.pk)
        return
    try:
        write_import(one, by=by)
    except Refused as refusal:
        take_back(one, by=by, problem=str(refusal))


def _found(import_id: int) -> tuple[UserImport, Any]:
    found = UserImport.objects.select_related("account__tenant").get(pk=import_id)
    return found, found.account


@task()
def check_import(tenant_id: int, import_id: int) -> None:
    """Read and check all lines, some at a time; begun again after a crash, it goes on where it stopped."""
    is_left, reader = True, Reader()
    while is_left:
        with tenant_scope(tenant_id):
            one, account = _found(import_id)
            is_left = read_lines(one, by=account, most=BATCH, reader=reader)
    with tenant_scope(tenant_id):
        one, account = _found(import_id)
        check_lines(one, by=account)


@task()
def run_import(tenant_id: int, import_id: int) -> None:
    """Write everything in one transaction, or nothing."""
    try:
        with tenant_scope(tenant_id), through("job", OPERATION):
            one, account = _found(import_id)
            write_import(one, by=account)
    except Refused as refusal:
        _take_back(tenant_id, import_id, str(refusal))
    except Exception:
        _take_back(tenant_id, import_id, _("An unexpected error. Nothing was imported."))
        raise


def _take_back(tenant_id: int, import_id: int, problem: str) -> None:
    log.error("import_refused", tenant=tenant_id, user_import=import_id, problem=problem)
    with tenant_scope(tenant_id):
        one, account = _found(import_id)
        take_back(one, by=account, problem=problem)


@housekeeping.chore
def forget_imports(by: System) -> int:
    """Forget the lines of files that are imported, dropped, or wait for nobody."""
    return purge_imports(by.tenant, by=by)


@housekeeping.chore
def resume_imports(by: System) -> int:
    """Give the worker again what a crash left half done; twice is harmless."""
    left = UserImport.objects.all().left_behind(by.tenant)
    for one in left:
        job = check_import if one.state == "checking" else run_import
        job.enqueue(tenant_id=one.tenant_id, import_id=one.pk)
    return len(left)


def _words(number: int) -> dict[str, str]:
    shown = {"number": number_format(number, force_grouping=True)}
    done = ngettext("%(number)s user imported.", "%(number)s users imported.", number) % shown
    return {"title": _("Import users"), "question": "", "consequence": "", "button": "", "done": done}


def _cannot(rows: Any, **_more: Any) -> Any:
    raise Refused(_("An import begins with a file."))


register(
    BulkAction(
        name=OPERATION,
        rows=ComputerUser.objects.all,
        operate=_cannot,
        judge=lambda rows, by: guards.judge_changing(by=by, changes={}),
        refusals=guards.labels,
        words=_words,
        describe=lambda wanted: [(_("File"), wanted.get("file", ""))],
        url_name="user",
        list_url_name="users",
        back=gettext_lazy("Back to the users"),
        named=("display_name", "display_name_key"),
    )
)
kinds.name_operations({OPERATION: gettext_lazy("Import users")})
