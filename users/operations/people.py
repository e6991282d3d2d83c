"""Writing down, changing and removing one person."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.operations import lock
from itam_portal.history.context import context
from itam_portal.refusals import Refused, refusing, require
from itam_portal.tenancy.actor import Actor
from organizations.guards import sound_attributes
from organizations.models import Tenant
from roles.rights import Right
from users.guards import ManagesThemself
from users.models import ComputerUser

PARTS = ("title", "first_name", "middle_name", "last_name", "suffix")


class UsernameTaken(Refused):
    """A username is unique in its tenant, in any case."""

    code = "username_taken"
    message = _("Another user has this username.")


class NoName(Refused):
    """A person is called something."""

    code = "no_name"
    message = _("Enter a full name, or a first or last name that it is made of.")


class UserChangedMeanwhile(Refused):
    """Somebody else saved this person after the form was drawn."""

    code = "user_changed_meanwhile"
    message = _("Somebody else changed this user while you edited it. Nothing was saved yet.")


_ONE_USERNAME = {"user_username_once_a_tenant": UsernameTaken}


def _full_name(values: dict[str, Any]) -> str:
    """The full name as it was written, else made of its parts."""
    return values.get("display_name") or " ".join(values[name] for name in PARTS if values.get(name))


def _complete(values: dict[str, Any], tenant: Tenant) -> dict[str, Any]:
    named = {**values, "display_name": _full_name(values)[:200]}
    if not named["display_name"]:
        raise NoName
    return {**named, "attributes": sound_attributes(tenant, "user", values.get("attributes", {}))}


@transaction.atomic
def create_user(tenant: Tenant, *, by: Actor, fields: dict[str, Any], reason: str = "") -> ComputerUser:
    """Write down a person who uses computers. Raises UsernameTaken, NoName, WrongAttributes."""
    by = lock(by)
    require(by, Right.CREATE_USERS, fields["home"])
    with context("users.create", by=by, reason=reason), refusing(_ONE_USERNAME):
        return ComputerUser.objects.create(tenant=tenant, **_complete(fields, tenant))


@transaction.atomic
def edit_user(user: ComputerUser, *, by: Actor, version: int, fields: dict[str, Any], reason: str = "") -> ComputerUser:
    """Change a person as the version says they were read.

    Raises UserChangedMeanwhile, UsernameTaken, NoName, ManagesThemself, WrongAttributes.
    """
    by = lock(by)
    found = ComputerUser.objects.select_related("home").get(pk=user.pk, tenant_id=by.tenant.pk)
    for place in {found.home, fields.get("home", found.home)}:
        require(by, Right.EDIT_USERS, place)
    if found.version != version:
        raise UserChangedMeanwhile
    if fields.get("manager") == found:
        raise ManagesThemself
    wanted = {name: value for name, value in _complete(fields, by.tenant).items() if getattr(found, name) != value}
    if wanted:
        chosen = ComputerUser.objects.filter(pk=found.pk)
        with context("users.edit", by=by, reason=reason), refusing(_ONE_USERNAME):
            chosen.update(**wanted, version=F("version") + 1, changed_at=timezone.now())
    return ComputerUser.objects.get(pk=found.pk)


@transaction.atomic
def delete_user(user: ComputerUser, *, by: Actor, reason: str = "") -> None:
    """Remove a person: those whom they managed have no manager then; their operator account stays."""
    by = lock(by)
    found = ComputerUser.objects.select_related("home").get(pk=user.pk, tenant_id=by.tenant.pk)
    require(by, Right.DELETE_USERS, found.home)
    with context("users.delete", by=by, reason=reason):
        ComputerUser.objects.filter(tenant_id=by.tenant.pk, manager=found).update(manager=None)
        ComputerUser.objects.filter(pk=found.pk).delete()
