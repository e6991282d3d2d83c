"""Changing many people at once: their status, what they have in common, and where they belong."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import transaction
from django.db.models import F, Func, JSONField, QuerySet, TextField, Value
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.operations import lock
from itam_portal.history.context import context
from itam_portal.lists import receipts
from itam_portal.lists.models import Receipt
from itam_portal.lists.search import AnyOf, as_array
from itam_portal.refusals import Refused, require
from itam_portal.tenancy.actor import Actor
from organizations.guards import sound_changes
from organizations.models import Organization
from roles.rights import Right
from users import guards
from users.models import FLAGS, ComputerUser, UserStatus

# What makes sense to be the same for many people, in the order in which it is asked.
TOGETHER = (
    *("job_title", "employment_status", "status", "manager", "location", "corporate_unit", "cost_center", "domain"),
    *("street", "city", "state", "zipcode", "country", "locale", "timezone", *FLAGS),
)
_SETTABLE = {*TOGETHER, "manager_id", "home_id", "attributes"}


class NoSuchTarget(Refused):
    """What people should point at is gone."""

    code = "no_such_target"
    message = _("What you chose is not there any more. Nothing was changed.")


@transaction.atomic
def set_status(
    users: QuerySet[ComputerUser], *, by: Actor, to: UserStatus, reason: str = "", receipt: Receipt | None = None
) -> Receipt:
    """Make these people active, inactive or retired. Their operator accounts stay as they are."""
    by = lock(by)
    require(by, Right.EDIT_USERS)
    return _change(users, {"status": str(to)}, by=by, operation="users.status", reason=reason, receipt=receipt)


@transaction.atomic
def edit_users(
    users: QuerySet[ComputerUser],
    *,
    by: Actor,
    changes: dict[str, Any],
    reason: str = "",
    receipt: Receipt | None = None,
) -> Receipt:
    """Give many people the same values: fields of TOGETHER, the manager by number, attributes under their names.

    Raises WrongAttributes, NoSuchTarget.
    """
    by = lock(by)
    require(by, Right.EDIT_USERS)
    if not changes or changes.keys() - _SETTABLE or "home_id" in changes:
        raise KeyError(*changes.keys() - _SETTABLE)
    _require_manager(changes.get("manager_id"), by=by)
    wanted = dict(changes)
    if "attributes" in wanted:
        wanted["attributes"] = sound_changes(by.tenant, "user", wanted["attributes"])
    return _change(users, wanted, by=by, operation="users.edit_together", reason=reason, receipt=receipt)


@transaction.atomic
def transfer_users(
    users: QuerySet[ComputerUser], *, by: Actor, to: int, reason: str = "", receipt: Receipt | None = None
) -> Receipt:
    """Let these people belong to another organization, named by its number. Raises NoSuchTarget."""
    by = lock(by)
    home = Organization.objects.filter(tenant_id=by.tenant.pk, pk=to).first()
    if home is None:
        raise NoSuchTarget
    require(by, Right.EDIT_USERS, home)
    return _change(users, {"home_id": home.pk}, by=by, operation="users.transfer", reason=reason, receipt=receipt)


def _require_manager(number: int | None, *, by: Actor) -> None:
    if number is not None and not ComputerUser.objects.filter(tenant_id=by.tenant.pk, pk=number).exists():
        raise NoSuchTarget


def _change(
    users: QuerySet[ComputerUser],
    wanted: dict[str, Any],
    *,
    by: Actor,
    operation: str,
    reason: str,
    receipt: Receipt | None,
) -> Receipt:
    """Set the same in all that may be changed, in one statement, and write down what became of each."""
    judgement = guards.judge_changing(by=by, changes=wanted)
    receipt = receipt or receipts.open_receipt(operation=operation, by=by, reason=reason, wanted=wanted)
    with context(operation, by=by, reason=reason, receipt=receipt.pk):
        before = JSONObject(**{name: name for name in wanted})
        seen, keys = receipts.record(receipt, judgement.annotate(users.order_by()), before=before)
        chosen = ComputerUser.objects.filter(AnyOf(F("pk"), as_array(keys)), tenant_id=receipt.tenant_id)
        values = {**wanted, **({"attributes": _merged(wanted["attributes"])} if "attributes" in wanted else {})}
        changed = chosen.update(**values, version=F("version") + 1, changed_at=timezone.now())
        receipts.count(receipt, changed=changed, seen=seen)
    return receipt if receipt.selection_id is not None else receipts.close(receipt)


def _merged(values: dict[str, str]) -> Func:
    """The attributes with these values; an empty one takes an attribute away."""
    kept = {name: value for name, value in values.items() if value}
    gone = Value([name for name in values if name not in kept], output_field=ArrayField(TextField()))
    return _joined(" - ", _joined(" || ", F("attributes"), Value(kept, output_field=JSONField())), gone)


def _joined(operator: str, *parts: Any) -> Func:
    return Func(*parts, template="(%(expressions)s)", arg_joiner=operator, output_field=JSONField())
