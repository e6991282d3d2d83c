"""The only writers of roles. What a role's holders would gain or lose is asked of the floors above."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from itam_portal import guards
from itam_portal.history.context import context
from itam_portal.refusals import Refused, refusing, require
from itam_portal.tenancy.actor import Actor
from roles.models import Role
from roles.rights import Right


class RoleNameTaken(Refused):
    """A role's name is unique in its tenant, in any case."""

    code = "role_name_taken"
    message = _("Another role has this name.")


class BuiltinLocked(Refused):
    """Built-in roles do not change."""

    code = "builtin_locked"
    message = _("Built-in roles do not change. Copy it, and change the copy.")


class RoleInUse(Refused):
    """A role that somebody was given is not deleted."""

    code = "role_in_use"
    message = _("This role is in use. Take it from everybody who has it first.")


class RoleChangedMeanwhile(Refused):
    """Somebody else changed the role after the form was drawn."""

    code = "role_changed_meanwhile"
    message = _("Somebody else changed this role while you edited it. Nothing was saved yet.")


_ONE_NAME = {"role_name_once_a_tenant": RoleNameTaken}


@transaction.atomic
def create_role(
    tenant: Any,
    *,
    by: Actor,
    name: str,
    description: str,
    allows: Iterable[str],
    denies: Iterable[str],
    reason: str = "",
) -> Role:
    """Make a role that nobody holds yet. Raises RoleNameTaken."""
    by = guards.lock(by)
    require(by, Right.CHANGE_ROLES, by.tenant)
    with context("roles.create", by=by, reason=reason), refusing(_ONE_NAME):
        return Role.objects.create(
            tenant=tenant, name=name, description=description, allows=sorted(allows), denies=sorted(denies)
        )


@transaction.atomic
def edit_role(
    role: Role, *, by: Actor, was: str, description: str, allows: Iterable[str], denies: Iterable[str], reason: str = ""
) -> Role:
    """Change what a role allows and denies, for everybody who holds it.

    `was` is the role's `version` when it was read. Raises BuiltinLocked, RoleChangedMeanwhile, and whatever keeps the
    actor from changing the role's holders so.
    """
    by = guards.lock(by)
    require(by, Right.CHANGE_ROLES, by.tenant)
    found = Role.objects.get(pk=role.pk, tenant_id=by.tenant.pk)
    if found.builtin:
        raise BuiltinLocked
    if found.version != was:
        raise RoleChangedMeanwhile
    allowed, denied = frozenset(allows), frozenset(denies)
    guards.check("role.edit", found, allowed, denied, by)
    is_other = (allowed, denied) != (frozenset(found.allows), frozenset(found.denies))
    with context("roles.edit", by=by, reason=reason), guards.around("role.edit", by):
        found.description, found.allows, found.denies = description, sorted(allowed), sorted(denied)
        found.changed_at = timezone.now()
        found.save(update_fields=["description", "allows", "denies", "changed_at"])
        if is_other:
            guards.follow("role.rights", found, by)
    return found


@transaction.atomic
def delete_role(role: Role, *, by: Actor, reason: str = "") -> None:
    """Delete a role that nobody was given. Raises BuiltinLocked, RoleInUse."""
    by = guards.lock(by)
    require(by, Right.CHANGE_ROLES, by.tenant)
    found = Role.objects.get(pk=role.pk, tenant_id=by.tenant.pk)
    if found.builtin:
        raise BuiltinLocked
    if guards.uses(found):
        raise RoleInUse
    with context("roles.delete", by=by, reason=reason):
        guards.ending("role", found, by)
        found.delete()
