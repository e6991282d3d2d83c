"""Every right there is, by area. A role allows or denies rights; nothing else in the product knows them."""

from collections.abc import Collection
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Area(TextChoices):
    """A part of the product, as a role's form shows it."""

    ACCOUNTS = "accounts", _("Accounts")
    USERS = "users", _("Users")
    ROLES = "roles", _("Roles")
    GROUPS = "groups", _("Groups")
    INVITATIONS = "invitations", _("Invitations")
    ORGANIZATIONS = "organizations", _("Organizations")
    TENANT = "tenant", _("Tenant")
    BILLING = "billing", _("Billing")
    ACCESS_KEYS = "access_keys", _("Access keys")
    HISTORY = "history", _("History")
    API = "api", _("API")


class Right(TextChoices):
    """A single right. The part before the dot is its area."""

    READ_ACCOUNTS = "accounts.read", _("See accounts")
    CREATE_ACCOUNTS = "accounts.create", _("Create accounts")
    EDIT_ACCOUNTS = "accounts.edit", _("Edit accounts")
    ENABLE_ACCOUNTS = "accounts.enable", _("Enable accounts")
    DISABLE_ACCOUNTS = "accounts.disable", _("Disable accounts")
    END_SESSIONS = "accounts.end_sessions", _("End sessions of others")

    READ_USERS = "users.read", _("See users")
    CREATE_USERS = "users.create", _("Create and import users")
    EDIT_USERS = "users.edit", _("Edit users")
    DELETE_USERS = "users.delete", _("Delete users")

    READ_ROLES = "roles.read", _("See roles")
    CHANGE_ROLES = "roles.change", _("Create, edit and delete roles")
    GIVE_ROLES = "roles.give", _("Give and take roles")

    READ_GROUPS = "groups.read", _("See groups")
    CHANGE_GROUPS = "groups.change", _("Create, edit and delete groups")
    CHANGE_MEMBERS = "groups.members", _("Add and remove members")

    READ_INVITATIONS = "invitations.read", _("See invitations")
    INVITE = "invitations.send", _("Invite, resend and revoke")

    READ_ORGANIZATIONS = "organizations.read", _("See organizations")
    CHANGE_ORGANIZATIONS = "organizations.change", _("Create, edit, move and delete organizations")
    CHANGE_ORGANIZATION_GROUPS = "organizations.groups", _("Change organization groups")

    READ_TENANT = "tenant.read", _("See the tenant's profile")
    CHANGE_TENANT = "tenant.change", _("Change the tenant's profile")
    SET_LIST_DEFAULTS = "tenant.list_defaults", _("Set the tenant's default columns and views")
    CHANGE_OWNERS = "tenant.owners", _("Change owners")

    READ_BILLING = "billing.read", _("See billing")
    CHANGE_BILLING = "billing.change", _("Change billing")

    READ_ACCESS_KEYS = "access_keys.read", _("See access keys")
    CHANGE_ACCESS_KEYS = "access_keys.change", _("Create, rotate and revoke access keys")

    READ_HISTORY = "history.read", _("See the history")

    CALL_API = "api.call", _("Call the API")

    @property
    def area(self) -> Area:
        """The area this right belongs to."""
        return Area(self.value.split(".")[0])

    @property
    def only_reads(self) -> bool:
        """Whether the right shows things without changing any."""
        return self.value.endswith(".read")

    @property
    def is_of_tenant(self) -> bool:
        """Whether it is about what belongs to the tenant: held for some organizations only, it opens nothing."""
        if self.area in _OF_TENANT:
            return self.value != "roles.give"
        return self.value == "organizations.groups"


_OF_TENANT = (Area.ROLES, Area.GROUPS, Area.TENANT, Area.BILLING, Area.ACCESS_KEYS)


def rights_of(*areas: Area) -> list[Right]:
    """The single rights of these areas."""
    return [right for right in Right if right.area in areas]


class Level(TextChoices):
    """How much of an area a role allows, as its form shows it."""

    NONE = "none", _("None")
    READ = "read", _("Read only")
    FULL = "full", _("Full")
    CUSTOM = "custom", _("Custom")


def levels_of(area: Area) -> list[tuple[str, Any]]:
    """The levels of an area that differ: one without a right that only reads has no read only."""
    reads = any(right.only_reads for right in rights_of(area))
    return [(level.value, level.label) for level in Level if reads or level != Level.READ]


def rights_at(area: Area, level: str) -> list[Right]:
    """The rights of an area at a level; of a custom one, which is any, none."""
    if level == Level.FULL:
        return rights_of(area)
    return [right for right in rights_of(area) if level == Level.READ and right.only_reads]


def level_of(area: Area, allows: Collection[str], denies: Collection[str]) -> Level:
    """The level that says exactly this of an area."""
    rights = rights_of(area)
    if any(right in denies for right in rights):
        return Level.CUSTOM
    allowed = [right for right in rights if right in allows]
    levels = [Level.NONE, Level.FULL, Level.READ]
    return next((level for level in levels if rights_at(area, level) == allowed), Level.CUSTOM)


class Builtin(TextChoices):
    """The five roles every tenant is founded with. They do not change; copy one to make your own."""

    OWNER = "owner", _("Owner")
    ADMINISTRATOR = "administrator", _("Administrator")
    OPERATOR = "operator", _("Operator")
    VIEWER = "viewer", _("Viewer")
    WEB_SERVICE = "web_service", _("Web Service")


_OF_OWNERS = {*rights_of(Area.BILLING, Area.ACCESS_KEYS), Right.CHANGE_OWNERS, Right.CHANGE_TENANT}
_NOT_FOR_OPERATORS = {
    Right.CREATE_ACCOUNTS,
    Right.INVITE,
    Right.GIVE_ROLES,
    Right.CHANGE_ROLES,
    Right.CHANGE_GROUPS,
    Right.CHANGE_MEMBERS,
    Right.CHANGE_ORGANIZATION_GROUPS,
    Right.SET_LIST_DEFAULTS,
}
_BY_MACHINES = {
    Right.CALL_API,
    Right.READ_ACCOUNTS,
    Right.READ_USERS,
    Right.READ_GROUPS,
    Right.READ_ROLES,
    Right.READ_ORGANIZATIONS,
}

BUILTIN_RIGHTS: dict[Builtin, list[Right]] = {
    Builtin.OWNER: list(Right),
    Builtin.ADMINISTRATOR: [right for right in Right if right not in _OF_OWNERS],
    Builtin.OPERATOR: [right for right in Right if right not in _OF_OWNERS | _NOT_FOR_OPERATORS],
    Builtin.VIEWER: [right for right in Right if right.only_reads and right not in _OF_OWNERS],
    Builtin.WEB_SERVICE: [right for right in Right if right in _BY_MACHINES],
}

BUILTIN_DESCRIPTIONS = {
    Builtin.OWNER: _("Everything, owners, billing and access keys included."),
    Builtin.ADMINISTRATOR: _("Everything but owners, the tenant's profile, billing and access keys."),
    Builtin.OPERATOR: _("Daily work: everything an administrator may, except creating accounts and giving rights."),
    Builtin.VIEWER: _("Sees everything but billing and access keys. Changes nothing."),
    Builtin.WEB_SERVICE: _("Calls the API and reads accounts, users, groups, roles and organizations."),
}
