"""Tenants, the organizations inside them, and groups of organizations."""

import hashlib
from typing import ClassVar

import pgtrigger
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from itam_portal.history.tracking import tracked
from itam_portal.tenancy.models import TenantRow, belongs_to, own_key, same_tenant
from itam_portal.tenancy.text import ShortText, folded
from organizations.queries import (
    CustomAttributeQuerySet,
    OrganizationGroupQuerySet,
    OrganizationQuerySet,
    TenantQuerySet,
)


class CompanyType(models.TextChoices):
    """What kind of company a tenant is."""

    ENTERPRISE = "enterprise", _("Enterprise")
    SERVICE_PROVIDER = "service_provider", _("Service provider")
    INTEGRATOR = "integrator", _("Systems integrator")
    OTHER = "other", _("Other")


@tracked(tenant="self", exclude=("is_demo",), label=_("tenant"))
class Tenant(models.Model):
    """The isolation root: whose data this is."""

    grants = "SELECT, UPDATE"

    name = ShortText(_("name"))
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    company_name = ShortText(_("company name"), blank=True, default="")
    company_type = ShortText(_("company type"), choices=CompanyType.choices, default=CompanyType.ENTERPRISE)
    country = models.CharField(_("country"), max_length=2, blank=True, default="")
    time_zone = ShortText(_("time zone"), default="UTC")
    email_notifications = models.BooleanField(_("e-mail notifications"), default=True)
    require_mfa = models.BooleanField(_("require a second factor"), default=False)
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantQuerySet.as_manager()

    # What its owners change: the rest of it stays as it was founded.
    profile: ClassVar[tuple[str, ...]] = (
        "company_name",
        "company_type",
        "country",
        "time_zone",
        "email_notifications",
        "require_mfa",
    )

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def version(self) -> str:
        """What its profile holds, in short: a form that was drawn before another edit must not overwrite that."""
        return fingerprint(self, self.profile)


def fingerprint(row: models.Model, names: tuple[str, ...]) -> str:
    """A short text that is another as soon as one of these fields holds something else."""
    held = repr([getattr(row, name) for name in names])
    return hashlib.sha256(held.encode()).hexdigest()[:16]


class OrganizationType(models.TextChoices):
    """As in FlexNet Operations."""

    HOME = "HOME", _("Home")
    PUBLISHER = "PUBLISHER", _("Publisher")
    CUSTOMER = "CUSTOMER", _("Customer")
    CHANNEL_PARTNER = "CHANNEL_PARTNER", _("Channel partner")
    SELF_REGISTERED = "SELF_REGISTERED", _("Self-registered")
    UNKNOWN = "UNKNOWN", _("Unknown")


_HOME_KEY = "(SELECT o.name_key || ' ' || o.id FROM organizations_organization o WHERE o.id = NEW.home_id)"
_MOVE_HOME_KEY = f"home_key = COALESCE({_HOME_KEY}, '')"
_FOLLOW_HOME = "UPDATE {} SET {} WHERE tenant_id = NEW.tenant_id AND id = NEW.id; RETURN NULL;"


def home_key_triggers(table: str, *, prefix: str = "") -> list[pgtrigger.Trigger]:
    """What keeps `home_key` of a table's rows: the name of their home, unique for each, for the order of lists."""
    return [
        pgtrigger.Trigger(
            name=f"{prefix}home_key_of_new",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert,
            func=f"NEW.home_key := COALESCE({_HOME_KEY}, ''); RETURN NEW;",
        ),
        # Afterwards, not before: a BEFORE UPDATE trigger makes every update fold all generated columns anew.
        pgtrigger.Trigger(
            name=f"{prefix}home_key_of_moved",
            when=pgtrigger.After,
            operation=pgtrigger.UpdateOf("home_id"),
            condition=pgtrigger.Condition("OLD.home_id IS DISTINCT FROM NEW.home_id"),
            func=_FOLLOW_HOME.format(table, _MOVE_HOME_KEY),
        ),
    ]


_RENAME = "UPDATE {} SET home_key = NEW.name_key || ' ' || NEW.id WHERE tenant_id = NEW.tenant_id AND home_id = NEW.id;"


@tracked(label=_("organization"))
class Organization(TenantRow):
    """A customer, partner or subsidiary inside a tenant. It holds users and assignments."""

    grants = "SELECT, INSERT, UPDATE, DELETE"

    code = ShortText(_("code"), max_length=100)
    name = ShortText(_("name"))
    name_key = folded("name")
    type = ShortText(_("type"), choices=OrganizationType.choices, default=OrganizationType.CUSTOMER)
    description = models.TextField(_("description"), blank=True, default="")
    address = models.TextField(_("address"), blank=True, default="")
    city = ShortText(_("city"), blank=True, default="")
    state = ShortText(_("state"), blank=True, default="")
    zipcode = ShortText(_("postal code"), blank=True, default="")
    country = models.CharField(_("country"), max_length=2, blank=True, default="")
    region = ShortText(_("region"), blank=True, default="")
    visible = models.BooleanField(_("visible"), default=True)
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    code_key = folded("code")
    city_key = folded("city")
    country_key = folded("country")
    region_key = folded("region")
    search_key = folded("name", "code")

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        ordering = ["name_key", "pk"]
        indexes = [
            models.Index(fields=["tenant", "name_key", "id"], name="organization_by_name"),
            models.Index(fields=["tenant", "code_key", "id"], name="organization_by_code"),
            *[
                models.Index(fields=["tenant", column, "name_key", "id"], name=f"organization_by_{name}")
                for name, column in (
                    *(("type", "type"), ("city", "city_key"), ("country", "country_key")),
                    *(("region", "region_key"), ("visible", "visible")),
                )
            ],
            models.Index(fields=["tenant", "created_at", "id"], name="organization_by_created"),
            models.Index(fields=["tenant", "changed_at", "id"], name="organization_by_changed"),
            GinIndex("tenant", OpClass("search_key", "gin_trgm_ops"), name="organization_search"),
        ]
        constraints = [
            own_key("organization"),
            models.UniqueConstraint("tenant", Lower("code"), name="organization_code_once_a_tenant"),
            models.UniqueConstraint(
                fields=["tenant"], condition=models.Q(type="HOME"), name="organization_one_home_a_tenant"
            ),
        ]
        triggers = [
            # Lists of accounts and users are ordered by the organization's name.
            pgtrigger.Trigger(
                name="name_in_lists",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("name"),
                condition=pgtrigger.Condition("OLD.name IS DISTINCT FROM NEW.name"),
                func=f"{_RENAME.format('accounts_account')} {_RENAME.format('users_computeruser')} RETURN NULL;",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The organization's own page."""
        return reverse("organization", args=[self.pk])

    @property
    def version(self) -> str:
        """When it was last changed: a form that was drawn before another edit must not overwrite that."""
        return self.changed_at.isoformat()

    @property
    def is_home(self) -> bool:
        """Whether it is the tenant's own organization, which always stays."""
        return self.type == OrganizationType.HOME


@tracked(word="organization_parent", label=_("place of an organization"))
class OrganizationParent(TenantRow):
    """One organization stands below another. Scope does not pass along this line."""

    grants = "SELECT, INSERT, DELETE"

    child = belongs_to("organizations.Organization", related_name="parent_links")
    parent = belongs_to("organizations.Organization", related_name="child_links")

    class Meta:
        constraints = [
            *same_tenant(
                "organization_parent", child="organizations_organization", parent="organizations_organization"
            ),
            models.UniqueConstraint(fields=["tenant", "child", "parent"], name="organization_parent_once"),
            models.CheckConstraint(
                condition=~models.Q(child=models.F("parent")), name="organization_not_its_own_parent"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "parent", "child"], name="organization_children")]


@tracked(word="organization_group", label=_("organization group"))
class OrganizationGroup(TenantRow):
    """A named set of organizations; access can be given to it."""

    grants = "SELECT, INSERT, UPDATE, DELETE"

    name = ShortText(_("name"))
    name_key = folded("name")
    description = models.TextField(_("description"), blank=True, default="")
    description_key = folded("description")

    objects = OrganizationGroupQuerySet.as_manager()

    class Meta:
        ordering = ["name_key", "pk"]
        indexes = [
            models.Index(fields=["tenant", "name_key", "id"], name="organization_group_by_name"),
            models.Index(fields=["tenant", "description_key", "id"], name="organization_group_by_text"),
        ]
        constraints = [
            own_key("organization_group"),
            models.UniqueConstraint("tenant", Lower("name"), name="organization_group_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The group's own page."""
        return reverse("organization_group", args=[self.pk])


@tracked(word="organization_group_member", label=_("member of an organization group"))
class OrganizationGroupMember(TenantRow):
    """An organization in an organization group."""

    grants = "SELECT, INSERT, DELETE"

    group = belongs_to("organizations.OrganizationGroup", related_name="members", on_delete=models.CASCADE)
    organization = belongs_to("organizations.Organization", related_name="group_links")

    class Meta:
        constraints = [
            *same_tenant(
                "organization_group_member",
                group="organizations_organizationgroup",
                organization="organizations_organization",
            ),
            models.UniqueConstraint(fields=["tenant", "group", "organization"], name="organization_group_member_once"),
        ]
        indexes = [models.Index(fields=["tenant", "organization", "group"], name="organization_groups_of")]


class AttributeSubject(models.TextChoices):
    """What has the attribute."""

    USER = "user", _("User")
    ORGANIZATION = "organization", _("Organization")


class AttributeKind(models.TextChoices):
    """What an attribute's values are."""

    TEXT = "text", _("Text")
    NUMBER = "number", _("Number")
    DATE = "date", _("Date")
    YES_NO = "yes_no", _("Yes or no")
    CHOICE = "choice", _("One of a list")


@tracked(word="custom_attribute", label=_("custom attribute"))
class CustomAttribute(TenantRow):
    """A tenant's own field for users or organizations. Values stand in `attributes`, as text under the name."""

    grants = "SELECT, INSERT, UPDATE, DELETE"

    subject = ShortText(_("of"), choices=AttributeSubject.choices, max_length=20)
    name = ShortText(_("name"), max_length=60)
    name_key = folded("name")
    # What addresses call it. Neither this nor the name changes: values stand under the name.
    code = ShortText(_("code"), max_length=80)
    kind = ShortText(_("type"), choices=AttributeKind.choices, max_length=20)
    choices = models.JSONField(_("allowed values"), default=list, blank=True)
    mandatory = models.BooleanField(_("mandatory"), default=False)

    objects = CustomAttributeQuerySet.as_manager()

    class Meta:
        ordering = ["name_key", "pk"]
        constraints = [
            own_key("custom_attribute"),
            models.UniqueConstraint("tenant", "subject", Lower("name"), name="custom_attribute_name_once"),
            models.UniqueConstraint(fields=["tenant", "subject", "code"], name="custom_attribute_code_once"),
            models.CheckConstraint(
                condition=models.Q(subject__in=AttributeSubject.values), name="custom_attribute_subject"
            ),
            models.CheckConstraint(condition=models.Q(kind__in=AttributeKind.values), name="custom_attribute_kind"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def field_name(self) -> str:
        """What forms, columns and filters call it."""
        return f"attribute_{self.code}"


@tracked(word="billing_profile", label=_("billing profile"))
class BillingProfile(TenantRow):
    """Whom a tenant's invoices go to. Only its owners know that there is one."""

    company = ShortText(_("company"), blank=True, default="")
    address = models.TextField(_("address"), blank=True, default="")
    tax_id = ShortText(_("tax number"), blank=True, default="", max_length=60)
    email = models.EmailField(_("billing email"), max_length=254, blank=True, default="")
    purchase_order = ShortText(_("purchase order"), blank=True, default="", max_length=100)

    # What its owners change.
    held: ClassVar[tuple[str, ...]] = ("company", "address", "tax_id", "email", "purchase_order")

    class Meta:
        constraints = [
            own_key("billing_profile"),
            models.UniqueConstraint(fields=["tenant"], name="billing_profile_once_a_tenant"),
        ]

    @property
    def version(self) -> str:
        """What it holds, in short: a form that was drawn before another edit must not overwrite that."""
        return fingerprint(self, self.held)
