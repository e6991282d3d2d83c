"""History is what the database itself recorded: triggers on every table that grants, denies or describes access."""

from collections.abc import Callable
from typing import Any, TypeVar

import pghistory
import pgtrigger
from django.db import models

from itam_portal.history.kinds import Kind, add_kind
from itam_portal.history.triggers import triggers

Model = TypeVar("Model", bound=type[models.Model])


def tracked(
    *, exclude: tuple[str, ...] = (), tenant: str = "tenant", word: str = "", label: Any = ""
) -> Callable[[Model], Model]:
    """Record every insert, update and delete of this model's rows, apart from the excluded columns.

    Twice: as an event with the whole row, and as an entry of the tenant's history with what changed. Both can be added
    and read, never changed: a trigger refuses it to everybody, the owner included.
    `tenant` names the field an entry's tenant comes from: "tenant", "self" for Tenant, "" for a global model.
    `word` is what the history calls such an object, `label` what its readers call it.
    """

    def track(model: Model) -> Model:
        if tenant:
            kind = Kind(
                word=word or str(model._meta.model_name),
                model=model,
                label=label or model._meta.verbose_name,
                excluded=frozenset(exclude),
            )
            pgtrigger.register(*triggers(add_kind(kind), tenant="id" if tenant == "self" else "tenant_id"))(model)
        return _with_events(model, exclude=exclude, tenant=tenant)

    return track


def _with_events(model: Model, *, exclude: tuple[str, ...], tenant: str) -> Model:
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
