"""Accounts, groups and assignments. Accounts are never deleted, only disabled."""

from datetime import UTC, datetime
from typing import Any

import pgtrigger
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models.identity import Identity
from accounts.models.moments import change_rank, latest_of
from accounts.queries import (
    AccountQuerySet,
    Holdings,
    changes_of,
)
from itam_portal.history.tracking import tracked
from itam_portal.tenancy.models import TenantRow, belongs_to, own_key, same_tenant
from itam_portal.tenancy.reach import Reach
from itam_portal.tenancy.text import ShortText, folded
from organizations.models import home_key_triggers

# Sortable columns are NOT NULL: a missing moment sorts as the smallest, an endless one as the greatest.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
NO_DURATION = -1

# What the accounts of one organization are filtered and counted by.
COUNTED = ["status", "type", "has_user", "access_until", "quiet_since", "left_at", "moved_at"]


class Status(models.TextChoices):
    """Only an enabled account can use the product."""

    ENABLED = "enabled", _("Enabled")
    DISABLED = "disabled", _("Disabled")


class Type(models.TextChoices):
    """An operator signs in; a service account calls the API."""

    OPERATOR = "operator", _("Operator")
    SERVICE = "service", _("Service")


@tracked(
    exclude=(
        *("last_login_at", "last_login_duration", "access_until", "role_key", "home_key", "version", "changed_at"),
        *("has_user", "left_at", "last_key_at"),
    ),
    label=_("account"),
)
class Account(TenantRow):
    """What one person (or one service) may do in one tenant."""

    identity = models.ForeignKey(
        Identity, on_delete=models.PROTECT, null=True, blank=True, related_name="accounts", db_index=False
    )
    type = ShortText(_("type"), choices=Type.choices, default=Type.OPERATOR, max_length=20)
    status = ShortText(_("status"), choices=Status.choices, default=Status.ENABLED, max_length=20)
    name = ShortText(_("name"))
    login = ShortText(_("login"))
    email = models.EmailField(_("e-mail"), max_length=254, blank=True, default="")
    job_title = ShortText(_("job title"), blank=True, default="")
    shared = models.BooleanField(_("shared"), default=False)
    home = belongs_to("organizations.Organization", related_name="home_accounts", verbose_name=_("organization"))

    last_login_at = models.DateTimeField(_("last login"), default=NEVER)
    last_login_duration = models.IntegerField(_("login duration"), default=NO_DURATION, help_text="seconds")
    access_until = models.DateTimeField(default=NEVER)
    role_key = models.TextField(default="")
    home_key = models.TextField(default="")
    # Whether a user is the same human, since when one is not active (triggers of users write both), and since when one
    # has another place or task that nobody has looked at yet.
    has_user = models.BooleanField(default=False, db_default=False)
    left_at = models.DateTimeField(null=True, blank=True)
    moved_at = models.DateTimeField(_("moved"), null=True, blank=True)
    last_key_at = models.DateTimeField(default=NEVER, db_default=NEVER, help_text="to the hour")
    # Moved by whatever is done to the sign-in through this tenant, so that its history says who did what.
    sign_in_changed_at = models.DateTimeField(_("sign-in changed at"), null=True, blank=True)
    # How often the account was edited: a form that was drawn before another edit must not overwrite it.
    version = models.PositiveIntegerField(default=1, db_default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    name_key = folded("name")
    login_key = folded("login")
    email_key = folded("email")
    job_title_key = folded("job_title")
    search_key = folded("name", "login", "email", "job_title")
    # Since when nobody has used it; it begins with being made.
    quiet_since = latest_of("created_at", "last_login_at", "last_key_at")
    change_rank = change_rank()

    objects = AccountQuerySet.as_manager()

    class Meta:
        ordering = ["name_key", "pk"]
        constraints = [
            own_key("account"),
            *same_tenant("account", home="organizations_organization"),
            models.UniqueConstraint(
                fields=["tenant", "identity"], condition=models.Q(identity__isnull=False), name="account_identity_once"
            ),
            models.UniqueConstraint("tenant", Lower("login"), name="account_login_once"),
            models.UniqueConstraint(
                "tenant",
                Lower("email"),
                condition=models.Q(type="operator") & ~models.Q(email=""),
                name="account_email_once",
            ),
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="account_status"),
            models.CheckConstraint(condition=models.Q(type__in=Type.values), name="account_type"),
            models.CheckConstraint(
                condition=models.Q(type="operator") | models.Q(identity__isnull=True),
                name="account_service_cannot_sign_in",
            ),
            models.CheckConstraint(
                condition=~models.Q(login__contains="@") | models.Q(Exact(Lower("login"), Lower("email"))),
                name="account_login_with_at_is_its_email",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "name_key", "id"], name="account_by_name"),
            models.Index(fields=["tenant", "login_key", "id"], include=["name_key"], name="account_by_login"),
            models.Index(fields=["tenant", "email_key", "name_key", "id"], name="account_by_email"),
            models.Index(fields=["tenant", "job_title_key", "name_key", "id"], name="account_by_job_title"),
            models.Index(fields=["tenant", "role_key", "name_key", "id"], name="account_by_role"),
            models.Index(fields=["tenant", "status", "name_key", "id"], name="account_by_status"),
            models.Index(fields=["tenant", "type", "name_key", "id"], name="account_by_type"),
            # An organization may stand anywhere in the order of their names: its rows are passed over in the index.
            models.Index(fields=["tenant", "home_key", "name_key", "id"], include=["home"], name="account_by_home"),
            # One organization's accounts are filtered and counted without reading them.
            models.Index(fields=["tenant", "home", "name_key", "id"], include=COUNTED, name="account_of_home"),
            models.Index(fields=["tenant", "last_login_at", "id"], include=["name_key"], name="account_by_last_login"),
            models.Index(
                fields=["tenant", "last_login_duration", "id"], include=["name_key"], name="account_by_duration"
            ),
            models.Index(fields=["tenant", "access_until", "name_key", "id"], name="account_by_access_until"),
            models.Index(fields=["tenant", "has_user", "name_key", "id"], name="account_by_user"),
            models.Index(fields=["tenant", "status", "quiet_since", "id"], name="account_by_quiet"),
            models.Index(fields=["tenant", "change_rank", "quiet_since", "id"], name="account_by_change"),
            *[
                models.Index(
                    fields=["tenant", "status", "name_key", "id"],
                    condition=models.Q(**{f"{change}_at__isnull": False}),
                    name=f"account_that_{change}",
                )
                for change in ("left", "moved")
            ],
            GinIndex("tenant", OpClass("search_key", "gin_trgm_ops"), name="account_search"),
            # For the doors, which look across tenants before one is known.
            models.Index(fields=["identity"], condition=models.Q(identity__isnull=False), name="account_of_identity"),
            models.Index(Lower("login"), condition=models.Q(identity__isnull=False), name="account_of_login"),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            *home_key_triggers("accounts_account"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The account's own page."""
        return reverse("account", args=[self.pk])

    is_system = False

    @property
    def is_enabled(self) -> bool:
        """Whether the account may be used, as far as its status goes."""
        return self.status == Status.ENABLED

    @property
    def waits_for_person(self) -> bool:
        """Whether somebody may still accept it as theirs."""
        return self.type == Type.OPERATOR and self.identity_id is None and self.is_enabled

    @property
    def is_assigned(self) -> bool:
        """Whether any role, own or through a group, is live now."""
        return self.access_until > timezone.now()

    @property
    def changes(self) -> list[str]:
        """What has happened to its human, or not happened, that somebody should look at."""
        return changes_of(self)

    @property
    def has_signed_in(self) -> bool:
        """Whether the account was ever used to sign in."""
        return self.last_login_at > NEVER

    @cached_property
    def holdings(self) -> Holdings:
        """All live assignments of this account, read once in at most two queries."""
        return Holdings.of(self)

    def reach(self, right: str) -> Reach:
        """Where this account holds the right: ALL, or the ids of organizations."""
        return self.holdings.reach(right)

    def may(self, right: str, target: Any = None) -> bool:
        """Whether this account holds the right: anywhere, or at the target's place if one is given."""
        return self.holdings.may(right, target)

    def refreshed(self) -> "Account":
        """The account as the database has it now, nothing remembered."""
        return Account.objects.get(pk=self.pk)
