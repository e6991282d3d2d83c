"""What every row of a tenant has in common: the tenant, and keys that cannot leave it."""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement


class SameTenant(models.BaseConstraint):
    """A foreign key (tenant_id, x_id) to (tenant_id, id): a row never points at another tenant's row.

    Foreign keys ignore row-level security, so the ordinary key alone would allow it. The ordinary Django
    field beside it is made with `belongs_to`, which leaves out its own database constraint.
    """

    def __init__(self, *, field: str, table: str, name: str, **kwargs: Any) -> None:
        self.field, self.table = field, table
        super().__init__(name=name, **kwargs)

    def _clause(self, model: type[models.Model], editor: BaseDatabaseSchemaEditor) -> str:
        column = editor.quote_name(str(model._meta.get_field(self.field).column))  # type: ignore[union-attr]
        tenant = editor.quote_name("tenant_id")
        return f"FOREIGN KEY ({tenant}, {column}) REFERENCES {editor.quote_name(self.table)} ({tenant}, id)"

    def constraint_sql(self, model, schema_editor):  # type: ignore[no-untyped-def]
        self.create_sql(model, schema_editor)

    def create_sql(self, model, schema_editor):  # type: ignore[no-untyped-def]
        """Leave the key to the migration's end: the unique key that it refers to may come later in it."""
        table, name = schema_editor.quote_name(model._meta.db_table), schema_editor.quote_name(self.name)
        key = self._clause(model, schema_editor)
        schema_editor.deferred_sql.append(Statement(f"ALTER TABLE {table} ADD CONSTRAINT {name} {key}"))

    def remove_sql(self, model, schema_editor):  # type: ignore[no-untyped-def]
        table = schema_editor.quote_name(model._meta.db_table)
        return Statement(f"ALTER TABLE {table} DROP CONSTRAINT {schema_editor.quote_name(self.name)}")

    def validate(self, model, instance, exclude=None, using="default") -> None:  # type: ignore[no-untyped-def]
        """The database checks it; there is nothing to ask beforehand."""

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        return path, tuple(args), {**kwargs, "field": self.field, "table": self.table}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SameTenant) and self.deconstruct() == other.deconstruct()

    __hash__ = None  # type: ignore[assignment]


def belongs_to(model: str, *, on_delete: Any = models.PROTECT, **kwargs: Any) -> models.ForeignKey:
    """A foreign key whose database constraint is a SameTenant; indexes are named explicitly where needed."""
    kwargs.setdefault("related_name", "+")
    return models.ForeignKey(model, on_delete=on_delete, db_constraint=False, db_index=False, **kwargs)


def same_tenant(name: str, **fields: str) -> list[SameTenant]:
    """One SameTenant for each field=table pair; `name` begins the constraints' names."""
    return [SameTenant(field=field, table=table, name=f"{name}_{field}_same_tenant") for field, table in fields.items()]


def own_key(name: str) -> models.UniqueConstraint:
    """The unique (tenant, id) that SameTenant keys of other tables refer to."""
    return models.UniqueConstraint(fields=["tenant", "id"], name=f"{name}_tenant_id_key")


class TenantRow(models.Model):
    """A row that belongs to one tenant. The database shows it only inside that tenant's scope."""

    tenant = models.ForeignKey("organizations.Tenant", on_delete=models.PROTECT, related_name="+", db_index=False)

    # What the serving role may do with this table; never DELETE unless a model says so.
    grants = "SELECT, INSERT, UPDATE"

    class Meta:
        abstract = True
