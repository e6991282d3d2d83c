"""Founding a tenant."""

from django.db import transaction

from accounts.models import Account, Identity, RoleAssignment, Type
from accounts.operations.access import refresh_access
from itam_portal.history.context import context
from itam_portal.tenancy.actor import Actor
from organizations.models import Organization, OrganizationType, Tenant
from roles.models import Role
from roles.rights import BUILTIN_DESCRIPTIONS, BUILTIN_RIGHTS, Builtin


def found_roles(tenant: Tenant, *, by: Actor) -> dict[Builtin, Role]:
    """The built-in roles of a new tenant."""
    return {
        builtin: Role.objects.create(
            tenant=tenant,
            name=str(builtin.label),
            description=str(BUILTIN_DESCRIPTIONS[builtin]),
            builtin=builtin,
            allows=sorted(BUILTIN_RIGHTS[builtin]),
        )
        for builtin in Builtin
    }


@transaction.atomic
def furnish_tenant(tenant: Tenant, *, by: Actor) -> None:
    """Give a new tenant its built-in roles, its HOME organization and its service account Automation."""
    with context("tenant.found", by=by):
        roles = found_roles(tenant, by=by)
        home = Organization.objects.create(tenant=tenant, code="HOME", name=tenant.name, type=OrganizationType.HOME)
        automation = Account.objects.create(
            tenant=tenant, type=Type.SERVICE, name="Automation", login="automation", home=home
        )
        RoleAssignment.objects.create(tenant=tenant, account=automation, role=roles[Builtin.WEB_SERVICE])
    refresh_access([automation.pk], by=by)


@transaction.atomic
def found_tenant(tenant: Tenant, *, email: str, name: str, password: str, by: Actor) -> Account:
    """Furnish a new tenant and give it its first owner. A known address keeps its sign-in and its password."""
    furnish_tenant(tenant, by=by)
    with context("tenant.found", by=by):
        identity = Identity.objects.filter(email__iexact=email).first()
        if identity is None:
            identity = Identity(email=email, name=name)
            identity.set_password(password)
            identity.save()
        home = Organization.objects.get(tenant=tenant, type=OrganizationType.HOME)
        owner = Account.objects.create(tenant=tenant, identity=identity, name=name, login=email, email=email, home=home)
        role = Role.objects.get(tenant=tenant, builtin=Builtin.OWNER)
        RoleAssignment.objects.create(tenant=tenant, account=owner, role=role)
    refresh_access([owner.pk], by=by)
    return owner
