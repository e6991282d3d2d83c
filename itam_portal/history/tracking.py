"""History is what the database itself recorded: triggers on every table that grants, denies or describes access."""

from collections.abc import Callable
from typing import TypeVar

import pghistory
from django.db import models

Model = TypeVar("Model", bound=type[models.Model])


def tracked(*, exclude: tuple[str, ...] = (), tenant: str = "tenant") -> Callable[[Model], Model]:
    """Record every insert, update and delete of this model's rows, apart from the excluded columns.

    Entries can be added and read, never changed: a trigger refuses it to everybody, the owner included.
    `tenant` names the field an entry's tenant comes from: "tenant", "self" for Tenant, "" for a global model.
    """

    def track(model: Model) -> Model:
        generated = [f.name for f in model._meta.fields if isinstance(f, models.GeneratedField)]
        decorate = pghistory.track(
            pghistory.InsertEvent(),
            pghistory.UpdateEvent(),
            pghistory.DeleteEvent(),
            exclude=[*exclude, *generated],
            append_only=True,
            context_field=pghistory.ContextJSONField(),
            context_id_field=pghistory.ContextUUIDField(),
            obj_field=pghistory.ObjForeignKey(related_name="events", null=False, db_index=False),
            attrs=_attributes(tenant),
            meta={"indexes": _indexes(str(model._meta.model_name), tenant)},
        )
        return decorate(model)

    return track


def _attributes(tenant: str) -> dict[str, models.Field]:
    key: dict[str, models.Field] = {"pgh_id": models.BigAutoField(primary_key=True)}
    # The entry of a tenant belongs to that tenant: its policy needs the column.
    return {"tenant_id": _tenant_itself(), **key} if tenant == "self" else key


def _indexes(name: str, tenant: str) -> list[models.Index]:
    led_by = {"tenant": ["tenant"], "self": ["tenant_id"], "": []}[tenant]
    return [
        models.Index(fields=[*led_by, "pgh_created_at", "pgh_id"], name=f"{name}_event_time"[-30:]),
        models.Index(fields=[*led_by, "pgh_obj", "pgh_created_at"], name=f"{name}_event_of"[-30:]),
    ]


def _tenant_itself() -> models.GeneratedField:
    return models.GeneratedField(
        expression=models.F("id"),  # type: ignore[arg-type]
        output_field=models.BigIntegerField(),
        db_persist=True,
        editable=False,
    )
