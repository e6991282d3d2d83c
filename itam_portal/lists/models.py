"""What lists keep: preferences, views, frozen selections and the receipts of bulk actions."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from itam_portal.tenancy.models import TenantRow, belongs_to, own_key, same_tenant
from itam_portal.tenancy.text import ShortText, folded


class ListPreference(TenantRow):
    """Columns, page size and grouping of one list: an account's own, or without account the tenant's default."""

    grants = "SELECT, INSERT, UPDATE, DELETE"

    account = belongs_to("accounts.Account", null=True, blank=True)
    list_name = ShortText(max_length=60)
    columns = models.JSONField(default=list)
    per_page = models.PositiveSmallIntegerField(null=True, blank=True)
    group = ShortText(max_length=120, blank=True, default="")

    class Meta:
        constraints = [
            *same_tenant("list_preference", account="accounts_account"),
            models.UniqueConstraint(
                fields=["tenant", "account", "list_name"], nulls_distinct=False, name="list_preference_once"
            ),
        ]


class SavedView(TenantRow):
    """A kept list state, private or shared. Without a name it only stands for an address that grew too long."""

    grants = "SELECT, INSERT, UPDATE, DELETE"

    account = belongs_to("accounts.Account")
    list_name = ShortText(max_length=60)
    name = ShortText(_("name"), blank=True, default="", max_length=60)
    query = models.TextField()
    is_shared = models.BooleanField(default=False)
    is_pinned = models.BooleanField(default=False, help_text="a tab for everybody who reads the list")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            own_key("saved_view"),
            *same_tenant("saved_view", account="accounts_account"),
            models.UniqueConstraint(
                "tenant",
                "account",
                "list_name",
                Lower("name"),
                condition=~models.Q(name=""),
                name="saved_view_name_once",
            ),
            models.UniqueConstraint(
                "tenant", "list_name", Lower("name"), condition=models.Q(is_shared=True), name="shared_view_name_once"
            ),
            models.CheckConstraint(
                condition=models.Q(is_shared=False) | ~models.Q(name=""), name="saved_view_shared_has_name"
            ),
            models.CheckConstraint(
                condition=models.Q(is_pinned=False) | models.Q(is_shared=True), name="saved_view_pinned_is_shared"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "account", "list_name"], name="views_of_account")]

    def __str__(self) -> str:
        return self.name


class PinnedView(TenantRow):
    """A view that one account has as a tab."""

    grants = "SELECT, INSERT, UPDATE, DELETE"

    account = belongs_to("accounts.Account")
    view = belongs_to("lists.SavedView", on_delete=models.CASCADE)

    class Meta:
        constraints = [
            *same_tenant("pinned_view", account="accounts_account", view="lists_savedview"),
            models.UniqueConstraint(fields=["tenant", "view", "account"], name="pinned_view_once"),
        ]


class DefaultView(TenantRow):
    """The view a list begins with: an account's own, or without account the tenant's."""

    grants = "SELECT, INSERT, UPDATE, DELETE"

    account = belongs_to("accounts.Account", null=True, blank=True)
    list_name = ShortText(max_length=60)
    view = belongs_to("lists.SavedView", on_delete=models.CASCADE)

    class Meta:
        constraints = [
            *same_tenant("default_view", account="accounts_account", view="lists_savedview"),
            models.UniqueConstraint(
                fields=["tenant", "account", "list_name"], nulls_distinct=False, name="default_view_once"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "view"], name="default_views_by_view")]


class SelectionManager(models.Manager["Selection"]):
    """Selections without their keys, which can be a million: they are asked for by receipts.keys_of()."""

    def get_queryset(self) -> models.QuerySet["Selection"]:
        return super().get_queryset().defer("keys")


class Selection(TenantRow):
    """A frozen set of rows: a bulk action changes exactly these, whatever has changed in between."""

    grants = "SELECT, INSERT, UPDATE, DELETE"

    account = belongs_to("accounts.Account")
    operation = ShortText(max_length=60)
    list_name = ShortText(max_length=60, blank=True, default="")
    query = models.TextField(blank=True, default="")
    everything = models.BooleanField(default=False)
    keys = ArrayField(models.BigIntegerField(), default=list, help_text="in ascending order")
    total = models.PositiveIntegerField(default=0)
    wanted = models.JSONField(default=dict, help_text="what the action shall set, where it has a choice")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = SelectionManager()

    class Meta:
        constraints = [own_key("selection"), *same_tenant("selection", account="accounts_account")]
        indexes = [models.Index(fields=["tenant", "made_at"], name="selections_by_time")]


class ReceiptState(models.TextChoices):
    """How far a bulk action is."""

    WAITING = "waiting", _("Waiting for the worker")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Stopped by an error")


class Receipt(TenantRow):
    """What a bulk action did: stored from its start, fit to be undone."""

    account = belongs_to("accounts.Account", null=True, blank=True)
    by_name = ShortText(default="")
    operation = ShortText(max_length=60)
    reason = models.TextField(blank=True, default="")
    selection = belongs_to("lists.Selection", null=True, blank=True)
    wanted = models.JSONField(default=dict, help_text="what the action set, where it had a choice")
    state = ShortText(choices=ReceiptState.choices, default=ReceiptState.RUNNING, max_length=20)
    total = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    drift = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True, default="")
    made_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    by_key = folded("by_name")
    reason_key = folded("reason")

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            own_key("receipt"),
            *same_tenant("receipt", account="accounts_account", selection="lists_selection"),
        ]
        indexes = [
            models.Index(fields=["tenant", "made_at", "id"], name="receipts_by_time"),
            models.Index(fields=["tenant", "account", "made_at", "id"], name="receipts_of_account"),
            models.Index(fields=["tenant", "by_key", "made_at", "id"], name="receipts_by_actor"),
            models.Index(fields=["tenant", "operation", "made_at", "id"], name="receipts_by_operation"),
            models.Index(fields=["tenant", "state", "made_at", "id"], name="receipts_by_state"),
            models.Index(fields=["tenant", "total", "id"], name="receipts_by_total"),
            models.Index(fields=["tenant", "changed", "id"], name="receipts_by_changed"),
            models.Index(fields=["tenant", "skipped", "id"], name="receipts_by_skipped"),
        ]

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in (ReceiptState.DONE, ReceiptState.FAILED)


class ReceiptRow(TenantRow):
    """What happened to one row: changed, or skipped by which guard; and what it held before."""

    grants = "SELECT, INSERT"

    CHANGED = "changed"

    pk = models.CompositePrimaryKey("tenant_id", "receipt_id", "object_id")
    receipt = belongs_to("lists.Receipt", related_name="rows", on_delete=models.CASCADE)
    object_id = models.BigIntegerField()
    outcome = ShortText(max_length=40)
    before = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [*same_tenant("receipt_row", receipt="lists_receipt")]
        indexes = [models.Index(fields=["tenant", "receipt", "outcome", "object_id"], name="receipt_rows_by_outcome")]


class ExportState(models.TextChoices):
    """How far an export came."""

    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    CUT = "cut", _("Cut off")


class Export(TenantRow):
    """Who took which rows of a list away as a file."""

    account = belongs_to("accounts.Account", null=True, blank=True)
    by_name = ShortText(default="")
    list_name = ShortText(max_length=60)
    format = ShortText(max_length=10)
    query = models.TextField(blank=True, default="", help_text="the list's address without its path")
    columns = models.TextField(blank=True, default="")
    state = ShortText(choices=ExportState.choices, default=ExportState.RUNNING, max_length=20)
    rows = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    by_key = folded("by_name")
    query_key = folded("query")

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [own_key("export"), *same_tenant("export", account="accounts_account")]
        indexes = [
            models.Index(fields=["tenant", "made_at", "id"], name="exports_by_time"),
            models.Index(fields=["tenant", "account", "made_at", "id"], name="exports_of_account"),
            models.Index(fields=["tenant", "by_key", "made_at", "id"], name="exports_by_actor"),
            models.Index(fields=["tenant", "list_name", "made_at", "id"], name="exports_by_list"),
            models.Index(fields=["tenant", "state", "made_at", "id"], name="exports_by_state"),
            models.Index(fields=["tenant", "rows", "id"], name="exports_by_rows"),
        ]
