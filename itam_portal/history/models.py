"""The history of a tenant: one entry for each row that began, changed or ended. Written by triggers alone."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from itam_portal.history.queries import EntryQuerySet
from itam_portal.tenancy.models import TenantRow


class Action(models.TextChoices):
    """What happened to the object."""

    INSERT = "insert", _("Created")
    UPDATE = "update", _("Changed")
    DELETE = "delete", _("Deleted")


class Via(models.TextChoices):
    """Through what somebody acted."""

    PAGE = "page", _("Page")
    KEY = "key", _("Access key")
    COMMAND = "command", _("Command")
    JOB = "job", _("Background job")


class Entry(TenantRow):
    """One change of one object: when, who, which operation, from what to what, why, and through what.

    Its numbers are no foreign keys: an entry outlives all that it tells of, its tenant included.
    """

    grants = "SELECT, INSERT"

    tenant = models.ForeignKey(
        "organizations.Tenant", on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    at = models.DateTimeField()
    action = models.TextField(choices=Action.choices)
    object_type = models.TextField()
    object_id = models.BigIntegerField()
    object_name = models.TextField()
    # The object itself, or what it points at: for the history of that one.
    account_id = models.BigIntegerField(null=True)
    group_id = models.BigIntegerField(null=True)
    role_id = models.BigIntegerField(null=True)
    organization_id = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.TextField()
    operation = models.TextField()
    reason = models.TextField()
    via = models.TextField(choices=Via.choices)
    via_name = models.TextField()
    request = models.TextField()
    receipt_id = models.BigIntegerField(null=True)
    changes = models.JSONField(help_text="by field: what it held before, and after")
    fields = models.TextField(help_text="the names of the changed fields, each between blanks")

    # Folded by whoever writes, once for many entries: a generated column would fold the same words for each.
    object_name_key = models.TextField()
    actor_key = models.TextField()
    reason_key = models.TextField()

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["tenant", "at", "id"], name="history_by_time"),
            models.Index(fields=["tenant", "actor_key", "at", "id"], name="history_by_actor"),
            models.Index(fields=["tenant", "operation", "at", "id"], name="history_by_operation"),
            models.Index(fields=["tenant", "object_type", "object_id", "at", "id"], name="history_by_object"),
            *[
                models.Index(
                    fields=["tenant", f"{name}_id", "at", "id"],
                    condition=models.Q(**{f"{name}_id__isnull": False}),
                    name=f"history_of_{name}",
                )
                for name in ("account", "group", "role", "organization", "user", "receipt")
            ],
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="never_emptied",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
            ),
        ]
