"""What accounts hold: groups that they are in, roles given to them or to their groups, and what follows for lists."""

from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.queries import AssignmentQuerySet, GroupQuerySet
from itam_portal.history.tracking import tracked
from itam_portal.tenancy.models import TenantRow, belongs_to, own_key, same_tenant
from itam_portal.tenancy.text import ShortText, folded


@tracked(label=_("group"))
class Group(TenantRow):
    """A set of accounts that carries roles."""

    grants = "SELECT, INSERT, UPDATE, DELETE"

    name = ShortText(_("name"))
    name_key = folded("name")
    description = models.TextField(_("description"), blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = GroupQuerySet.as_manager()

    class Meta:
        ordering = ["name_key", "pk"]
        constraints = [
            own_key("group"),
            models.UniqueConstraint("tenant", Lower("name"), name="group_name_once_a_tenant"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The group's own page."""
        return reverse("group", args=[self.pk])


@tracked(word="member", label=_("group member"))
class GroupMember(TenantRow):
    """An account in a group."""

    grants = "SELECT, INSERT, DELETE"

    group = belongs_to("accounts.Group", related_name="members", on_delete=models.CASCADE)
    account = belongs_to("accounts.Account", related_name="group_links")

    class Meta:
        constraints = [
            *same_tenant("group_member", group="accounts_group", account="accounts_account"),
            models.UniqueConstraint(fields=["tenant", "group", "account"], name="group_member_once"),
        ]
        indexes = [models.Index(fields=["tenant", "account", "group"], name="groups_of_account")]


@tracked(word="assignment", label=_("assignment"))
class RoleAssignment(TenantRow):
    """One subject (account or group), one role, at most one scope; no scope means the whole tenant."""

    grants = "SELECT, INSERT, UPDATE, DELETE"

    account = belongs_to("accounts.Account", null=True, blank=True, related_name="assignments")
    group = belongs_to("accounts.Group", null=True, blank=True, related_name="assignments", on_delete=models.CASCADE)
    role = belongs_to("roles.Role", related_name="assignments")
    organization = belongs_to("organizations.Organization", null=True, blank=True, related_name="assignments")
    organization_group = belongs_to(
        "organizations.OrganizationGroup", null=True, blank=True, related_name="assignments"
    )
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            own_key("assignment"),
            *same_tenant(
                "assignment",
                account="accounts_account",
                group="accounts_group",
                role="roles_role",
                organization="organizations_organization",
                organization_group="organizations_organizationgroup",
            ),
            models.CheckConstraint(
                condition=models.Q(account__isnull=False, group__isnull=True)
                | models.Q(account__isnull=True, group__isnull=False),
                name="assignment_one_subject",
            ),
            models.CheckConstraint(
                condition=models.Q(organization__isnull=True) | models.Q(organization_group__isnull=True),
                name="assignment_at_most_one_scope",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_on__isnull=True, expires_at__isnull=True)
                | models.Q(expires_on__isnull=False, expires_at__isnull=False),
                name="assignment_expiry_is_whole",
            ),
            models.UniqueConstraint(
                fields=["tenant", "account", "group", "role", "organization", "organization_group"],
                nulls_distinct=False,
                name="assignment_once",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "group", "role"], name="assignments_of_group"),
            models.Index(fields=["tenant", "role", "account"], name="assignments_of_role"),
            models.Index(fields=["tenant", "organization"], name="assignments_at_organization"),
            models.Index(fields=["tenant", "organization_group"], name="assignments_at_org_group"),
            models.Index(
                fields=["tenant", "expires_at"],
                condition=models.Q(expires_at__isnull=False),
                name="assignments_by_end",
            ),
        ]

    @property
    def is_live(self) -> bool:
        """Whether it counts now."""
        return self.expires_at is None or self.expires_at > timezone.now()


class HeldRole(TenantRow):
    """Which roles an account holds until when, own or through groups: derived, for lists only.

    Recomputed by every operation that touches assignments, groups or members, in the same transaction.
    What somebody may do is never read from here.
    """

    grants = "SELECT, INSERT, UPDATE, DELETE"

    account = belongs_to("accounts.Account", related_name="held_roles", on_delete=models.CASCADE)
    role = belongs_to("roles.Role", related_name="holders", on_delete=models.CASCADE)
    until = models.DateTimeField()

    class Meta:
        constraints = [
            *same_tenant("held_role", account="accounts_account", role="roles_role"),
            models.UniqueConstraint(fields=["tenant", "account", "role"], include=["until"], name="held_role_once"),
        ]
        indexes = [models.Index(fields=["tenant", "role", "account", "until"], name="holders_of_role")]
