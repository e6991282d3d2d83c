"""Computer users: people who use computers, normally without any sign-in. Accounts are not users."""

import pgtrigger
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from itam_portal.history.tracking import tracked
from itam_portal.tenancy.models import TenantRow, belongs_to, own_key, same_tenant
from itam_portal.tenancy.text import ShortText, folded
from organizations.models import home_key_triggers
from users.queries import ComputerUserQuerySet, PendingRoleQuerySet


class UserStatus(models.TextChoices):
    """Whether somebody is with the company."""

    ACTIVE = "active", _("Active")
    INACTIVE = "inactive", _("Inactive")
    RETIRED = "retired", _("Retired")


# What the people of one organization are filtered and counted by.
COUNTED = ["status", "account", "created_at"]
# Facts that hold or do not.
FLAGS = ("shared", "opt_in")
# What the account of somebody says of them: whether there is anybody, and since when one of them is not active.
_MARK = """
    UPDATE accounts_account a
    SET has_user = person.is_there, left_at = CASE WHEN person.is_gone THEN COALESCE(a.left_at, now()) END
    FROM unnest(ARRAY[{accounts}]) AS one(id) CROSS JOIN LATERAL (
        SELECT count(*) > 0 AS is_there, COALESCE(bool_or(u.status <> 'active'), false) AS is_gone
        FROM users_computeruser u WHERE u.tenant_id = {row}.tenant_id AND u.account_id = one.id
    ) AS person
    WHERE a.tenant_id = {row}.tenant_id AND a.id = one.id
      AND (a.has_user, a.left_at IS NOT NULL) IS DISTINCT FROM (person.is_there, person.is_gone);
    RETURN NULL;
"""
_LINKED_OR_STATUS = (
    "COALESCE(OLD.account_id, NEW.account_id) IS NOT NULL"
    " AND (OLD.account_id, OLD.status) IS DISTINCT FROM (NEW.account_id, NEW.status)"
)
# What may make an account's rights wrong when it changes.
MOVES_BY = frozenset({"home", "corporate_unit", "job_title", "manager"})
_PLACE_OR_TASK = ("home_id", "corporate_unit", "job_title", "manager_id")
_MOVED = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in _PLACE_OR_TASK)
_MARK_MOVED = """
    UPDATE accounts_account SET moved_at = now()
    WHERE tenant_id = NEW.tenant_id AND id = NEW.account_id AND moved_at IS NULL;
    RETURN NULL;
"""


@tracked(exclude=("changed_at", "version", "home_key"), word="user", label=_("user"))
class ComputerUser(TenantRow):
    """A person who uses one or more computers. May point at the account of the same human."""

    grants = "SELECT, INSERT, UPDATE, DELETE"

    title = ShortText(_("title"), blank=True, default="")
    first_name = ShortText(_("first name"), blank=True, default="")
    middle_name = ShortText(_("middle name"), blank=True, default="")
    last_name = ShortText(_("last name"), blank=True, default="")
    suffix = ShortText(_("suffix"), blank=True, default="")
    display_name = ShortText(_("full name"))
    username = ShortText(_("username"), blank=True, default="")
    domain = ShortText(_("domain"), blank=True, default="")
    email = ShortText(_("e-mail"), max_length=1000, blank=True, default="")
    alternate_email = ShortText(_("alternate e-mail"), max_length=1000, blank=True, default="")
    employee_id = ShortText(_("employee id"), blank=True, default="")
    employment_status = ShortText(_("employment status"), blank=True, default="")
    job_title = ShortText(_("job title"), blank=True, default="")
    status = ShortText(_("status"), choices=UserStatus.choices, default=UserStatus.ACTIVE, max_length=20)
    manager = belongs_to("users.ComputerUser", null=True, blank=True, verbose_name=_("manager"))
    location = ShortText(_("location"), blank=True, default="")
    corporate_unit = ShortText(_("corporate unit"), blank=True, default="")
    cost_center = ShortText(_("cost center"), blank=True, default="")
    phone = ShortText(_("phone"), blank=True, default="")
    mobile = ShortText(_("mobile"), blank=True, default="")
    fax = ShortText(_("fax"), blank=True, default="")
    street = ShortText(_("street"), blank=True, default="")
    city = ShortText(_("city"), blank=True, default="")
    state = ShortText(_("state"), blank=True, default="")
    zipcode = ShortText(_("postal code"), blank=True, default="")
    country = models.CharField(_("country"), max_length=2, blank=True, default="")
    locale = ShortText(_("language"), max_length=20, blank=True, default="")
    timezone = ShortText(_("time zone"), blank=True, default="")
    shared = models.BooleanField(_("shared"), default=False)
    opt_in = models.BooleanField(_("opt-in"), default=False)
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    inventory_source = ShortText(_("last inventory source"), blank=True, default="Manual")
    home = belongs_to("organizations.Organization", related_name="users", verbose_name=_("organization"))
    home_key = models.TextField(default="", db_default="")
    account = belongs_to("accounts.Account", null=True, blank=True, related_name="people", verbose_name=_("account"))
    # How often it was edited: a form that was drawn before another edit must not overwrite it.
    version = models.PositiveIntegerField(default=1, db_default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    display_name_key = folded("display_name")
    username_key = folded("username")
    email_key = folded("email")
    employee_id_key = folded("employee_id")
    job_title_key = folded("job_title")
    location_key = folded("location")
    corporate_unit_key = folded("corporate_unit")
    cost_center_key = folded("cost_center")
    search_key = folded("display_name", "username", "email", "employee_id")

    objects = ComputerUserQuerySet.as_manager()

    class Meta:
        ordering = ["display_name_key", "pk"]
        constraints = [
            own_key("user"),
            *same_tenant(
                "user", home="organizations_organization", account="accounts_account", manager="users_computeruser"
            ),
            models.UniqueConstraint(
                "tenant", Lower("username"), condition=~models.Q(username=""), name="user_username_once_a_tenant"
            ),
            models.CheckConstraint(condition=models.Q(status__in=UserStatus.values), name="user_status"),
        ]
        indexes = [
            models.Index(fields=["tenant", "display_name_key", "id"], name="user_by_display_name"),
            # One organization's people are filtered and counted without reading them; and it may stand anywhere in the
            # order of organizations' names: its rows are passed over in the index.
            models.Index(fields=["tenant", "home", "display_name_key", "id"], include=COUNTED, name="user_of_home"),
            models.Index(
                fields=["tenant", "home_key", "display_name_key", "id"], include=["home"], name="user_by_home"
            ),
            models.Index(fields=["tenant", "status", "display_name_key", "id"], name="user_by_status"),
            # The people of a day or a month are sorted by name without reading them.
            *[
                models.Index(
                    fields=["tenant", f"{name}_at", "id"], include=["display_name_key"], name=f"user_by_{name}"
                )
                for name in ("changed", "created")
            ],
            *[
                models.Index(fields=["tenant", f"{name}_key", "display_name_key", "id"], name=f"user_by_{name}")
                for name in (
                    *("username", "email", "employee_id", "job_title"),
                    *("location", "corporate_unit", "cost_center"),
                )
            ],
            models.Index(
                fields=["tenant", "manager"], condition=models.Q(manager__isnull=False), name="user_of_manager"
            ),
            GinIndex("tenant", OpClass("search_key", "gin_trgm_ops"), name="user_search"),
            models.Index(
                fields=["tenant", "account"], condition=models.Q(account__isnull=False), name="user_of_account"
            ),
        ]
        triggers = [
            *home_key_triggers("users_computeruser", prefix="user_"),
            # Here and not in operations: no door to a person, not even a later one, can forget their account.
            pgtrigger.Trigger(
                name="user_marks_account",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition("NEW.account_id IS NOT NULL"),
                func=_MARK.format(row="NEW", accounts="NEW.account_id"),
            ),
            pgtrigger.Trigger(
                name="user_marks_changed_account",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("account_id", "status"),
                condition=pgtrigger.Condition(_LINKED_OR_STATUS),
                func=_MARK.format(row="NEW", accounts="OLD.account_id, NEW.account_id"),
            ),
            pgtrigger.Trigger(
                name="user_unmarks_account",
                when=pgtrigger.After,
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.account_id IS NOT NULL"),
                func=_MARK.format(row="OLD", accounts="OLD.account_id"),
            ),
            pgtrigger.Trigger(
                name="user_moves",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf(*_PLACE_OR_TASK),
                condition=pgtrigger.Condition(f"NEW.account_id IS NOT NULL AND ({_MOVED})"),
                func=_MARK_MOVED,
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def name(self) -> str:
        """What lists and previews call the person."""
        return self.display_name

    def get_absolute_url(self) -> str:
        """The person's own page."""
        return reverse("user", args=[self.pk])


def label_of(name: str) -> str:
    """What a field of a person is called on a page."""
    label = str(ComputerUser._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return label[:1].upper() + label[1:]


@tracked(word="blocked_username", label=_("blocked username"))
class BlockedUsername(TenantRow):
    """A pattern of usernames that are no people: % stands for any letters, _ for one."""

    grants = "SELECT, INSERT, DELETE"

    pattern = ShortText(_("pattern"))
    pattern_key = folded("pattern")

    class Meta:
        ordering = ["pattern_key", "pk"]
        constraints = [
            own_key("blocked_username"),
            models.UniqueConstraint("tenant", Lower("pattern"), name="blocked_username_once"),
        ]

    def __str__(self) -> str:
        return self.pattern


@tracked(word="pending_role", label=_("pending role"))
class PendingRole(TenantRow):
    """A role that a contact is to hold as soon as there is an account: then it becomes an assignment."""

    grants = "SELECT, INSERT, DELETE"

    user = belongs_to("users.ComputerUser", related_name="pending_roles", on_delete=models.CASCADE)
    role = belongs_to("roles.Role")
    organization = belongs_to("organizations.Organization", null=True, blank=True)
    organization_group = belongs_to("organizations.OrganizationGroup", null=True, blank=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)

    objects = PendingRoleQuerySet.as_manager()

    class Meta:
        constraints = [
            own_key("pending_role"),
            *same_tenant(
                "pending_role",
                user="users_computeruser",
                role="roles_role",
                organization="organizations_organization",
                organization_group="organizations_organizationgroup",
            ),
            models.CheckConstraint(
                condition=models.Q(organization__isnull=True) | models.Q(organization_group__isnull=True),
                name="pending_role_at_most_one_scope",
            ),
            models.UniqueConstraint(
                fields=["tenant", "user", "role", "organization", "organization_group"],
                nulls_distinct=False,
                name="pending_role_once",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "role"], name="pending_roles_of_role")]

    def __str__(self) -> str:
        return str(self.role)
