"""Editing accounts: the tenant's own record of somebody. The identity behind it belongs to its person."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import guards
from accounts.models import Account
from accounts.operations.fields import EDITABLE, constraints_in_words, require_sound
from accounts.operations.locking import lock
from accounts.queries import AccountQuerySet
from itam_portal.history.context import context
from itam_portal.lists import receipts
from itam_portal.lists.models import Receipt
from itam_portal.lists.search import AnyOf, as_array
from itam_portal.refusals import Refused, require
from itam_portal.tenancy.actor import Actor
from organizations.models import Organization
from roles.rights import Right

# What makes sense to be the same for many accounts.
EDITABLE_TOGETHER = ("job_title", "shared", "home")


class ChangedMeanwhile(Refused):
    """Somebody else saved this account after the form was drawn."""

    code = "changed_meanwhile"
    message = _("Somebody else changed this account while you edited it. Nothing was saved yet.")


class NoSuchOrganization(Refused):
    """The organization that accounts should move to is gone."""

    code = "no_such_organization"
    message = _("The organization is not there any more. Nothing was changed.")


@transaction.atomic
def edit_account(account: Account, *, by: Actor, version: int, changes: dict[str, Any], reason: str = "") -> Account:
    """Change the editable fields of one account as the version says they were read.

    Raises ChangedMeanwhile where another edit came first, WrongFields where a value cannot be kept.
    """
    by = lock(by)
    require(by, Right.EDIT_ACCOUNTS)
    found = Account.objects.select_related("home").get(pk=account.pk, tenant_id=by.tenant.pk)
    guards.require_editable(found, by=by)
    if found.version != version:
        raise ChangedMeanwhile

    wanted = {field: value for field, value in changes.items() if getattr(found, field) != value}
    guards.require_edit(found, wanted, by=by)
    if wanted:
        _set_fields(found, wanted, by=by)
        require_sound(found, by=by)
        with context("accounts.edit", by=by, reason=reason), constraints_in_words(by=by):
            _save(Account.objects.filter(pk=found.pk), wanted)
    return found.refreshed()


def _set_fields(account: Account, wanted: dict[str, Any], *, by: Actor) -> None:
    for field, value in wanted.items():
        if field not in EDITABLE:
            raise KeyError(field)
        setattr(account, field, value)


def _save(accounts: AccountQuerySet, wanted: dict[str, Any]) -> int:
    return accounts.update(**wanted, version=F("version") + 1, changed_at=timezone.now())


@transaction.atomic
def edit_accounts(
    accounts: AccountQuerySet, *, by: Actor, changes: dict[str, Any], reason: str = "", receipt: Receipt | None = None
) -> Receipt:
    """Give many accounts the same job title, sharing or home, the home by its number; nothing else of them changes."""
    by = lock(by)
    require(by, Right.EDIT_ACCOUNTS)
    home = _home_in(changes, by=by)
    guards.require_place(home, by=by)
    judgement = guards.judge_editing_together(accounts, by=by, changes=changes)

    receipt = receipt or receipts.open_receipt(operation="accounts.edit", by=by, reason=reason, wanted=changes)
    with context("accounts.edit", by=by, reason=reason, receipt=receipt.pk):
        before = JSONObject(**{field: field for field in changes})
        seen, keys = receipts.record(receipt, judgement.annotate(accounts.order_by()), before=before)
        changing = Account.objects.filter(AnyOf(F("pk"), as_array(keys)), tenant_id=receipt.tenant_id)
        receipts.count(receipt, changed=_save(changing, changes), seen=seen)
    if receipt.selection_id is None:
        receipts.close(receipt)
    return receipt


def _home_in(changes: dict[str, Any], *, by: Actor) -> Organization | None:
    """The organization to move to, if any. Raises NoSuchOrganization where it is gone."""
    unknown = set(changes) - set(EDITABLE_TOGETHER)
    if unknown or not changes:
        raise KeyError(*unknown)
    if "home" not in changes:
        return None
    found = Organization.objects.filter(tenant_id=by.tenant.pk, pk=changes["home"]).first()
    if found is None:
        raise NoSuchOrganization
    return found
