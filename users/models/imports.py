"""A file of people on its way into the portal: first its lines as they came, then what each would do."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from itam_portal.tenancy.models import TenantRow, belongs_to, own_key, same_tenant
from itam_portal.tenancy.text import ShortText
from users.queries import ImportLineQuerySet, UserImportQuerySet


class ImportState(models.TextChoices):
    """How far an import is."""

    UPLOADED = "uploaded", _("To be mapped")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("To be confirmed")
    RUNNING = "running", _("Being written")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


class LineOutcome(models.TextChoices):
    """What a line would do."""

    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    UNCHANGED = "unchanged", _("Unchanged")
    WRONG = "wrong", _("Wrong")


class MatchBy(models.TextChoices):
    """By what a line is known to be about somebody who is there already."""

    USERNAME = "username", _("Username")
    EMAIL = "email", _("Email")
    EMPLOYEE_ID = "employee_id", _("Employee ID")


class UserImport(TenantRow):
    """One file, from its upload to its receipt. Its maker alone sees it."""

    grants = "SELECT, INSERT, UPDATE, DELETE"

    account = belongs_to("accounts.Account")
    file_name = ShortText(_("file"))
    heads = models.JSONField(default=list)
    state = ShortText(choices=ImportState.choices, default=ImportState.UPLOADED, max_length=20)
    # The field of each column, '' for one that is left out.
    mapping = models.JSONField(default=list)
    match = ShortText(choices=MatchBy.choices, default=MatchBy.USERNAME, max_length=20)
    clears = models.BooleanField(default=False)
    home = belongs_to("organizations.Organization", null=True, blank=True)
    total = models.PositiveIntegerField(default=0)
    # How many lines were read so far.
    seen = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    # What the lines would do, in short: when it is another at the end, somebody changed something meanwhile.
    digest = ShortText(blank=True, default="", max_length=40)
    problem = models.TextField(blank=True, default="")
    leaves_out = models.BooleanField(default=False)
    reason = models.TextField(blank=True, default="")
    receipt = belongs_to("lists.Receipt", null=True, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = UserImportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            own_key("user_import"),
            *same_tenant(
                "user_import",
                account="accounts_account",
                home="organizations_organization",
                receipt="lists_receipt",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "account", "id"], name="user_imports_of_account")]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        """The import's own page."""
        return reverse("users_import", args=[self.pk])

    @property
    def is_busy(self) -> bool:
        """Whether the worker has it."""
        return self.state in (ImportState.CHECKING, ImportState.RUNNING)

    @property
    def number(self) -> dict[str, int]:
        """How many lines have each outcome."""
        return {outcome: self.counts.get(outcome, 0) for outcome in LineOutcome.values}


class ImportLine(TenantRow):
    """One line of a file: its cells, and after the check its values and what it would do."""

    grants = "SELECT, INSERT, UPDATE, DELETE"

    user_import = belongs_to("users.UserImport", related_name="lines", on_delete=models.CASCADE)
    number = models.PositiveIntegerField()
    cells = models.JSONField(default=list)
    values = models.JSONField(default=dict)
    # The text by which somebody is looked for.
    key = models.TextField(default="")
    # Pairs of a column and a sentence, of what was read; and codes, of what the database knows.
    problems = models.JSONField(default=list)
    refusals = models.JSONField(default=list)
    outcome = ShortText(choices=LineOutcome.choices, blank=True, default="", max_length=20)
    # Whom it is about, who manages them, or the line that is about who does.
    user_id = models.BigIntegerField(null=True)
    manager_id = models.BigIntegerField(null=True)
    manager_line = models.PositiveIntegerField(null=True)
    # What the person holds now in the fields that would change.
    before = models.JSONField(default=dict)

    objects = ImportLineQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            *same_tenant("import_line", user_import="users_userimport"),
            models.UniqueConstraint(fields=["tenant", "user_import", "number"], name="import_line_once"),
        ]
        indexes = [
            models.Index(fields=["tenant", "user_import", "outcome", "number"], name="import_lines_by_outcome"),
        ]
