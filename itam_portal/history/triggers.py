"""The trigger that writes an entry for each row inserted, updated or deleted: what it held before, and after.

Written out for each table, field by field: comparing rows as a whole would cost half as much again for each row.
"""

from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models

from itam_portal.history.kinds import LINKS, Kind

_WRITE = """
{comparisons}
INSERT INTO history_entry (
    tenant_id, at, action, object_type, object_id, object_name, object_name_key, {links},
    actor_id, actor_name, actor_key, operation, reason, reason_key, via, via_name, request, receipt_id, changes, fields
) VALUES (
    {tenant}, now(), lower(TG_OP), '{word}', {id}, {name}, {name_key}, {linked},
    (about ->> 'by')::bigint, COALESCE(about ->> 'by_name', ''),
    COALESCE(about ->> 'by_key', itam_fold(about ->> 'by_name'), ''),
    COALESCE(about ->> 'operation', ''), COALESCE(about ->> 'reason', ''),
    COALESCE(about ->> 'reason_key', itam_fold(about ->> 'reason'), ''),
    COALESCE(about ->> 'via', ''), COALESCE(about ->> 'via_name', ''), COALESCE(about ->> 'request', ''),
    (about ->> 'receipt')::bigint, changed, names
);
RETURN NULL;
"""
_COMPARE = """IF {condition} THEN
    changed := changed || jsonb_build_object('{name}', jsonb_build_array(OLD."{column}", NEW."{column}"));
    names := names || '{name} ';
END IF;"""


class Write(pgtrigger.Trigger):
    """Writes the entries of one kind of object. What is empty is not mentioned where a row begins or ends."""

    when = pgtrigger.After
    declare = [
        ("about", "jsonb := NULLIF(current_setting('pghistory.context_metadata', true), '')::jsonb"),
        ("changed", "jsonb := '{}'"),
        ("names", "text := ' '"),
    ]

    def __init__(self, kind: Kind, *, tenant: str, **facts: Any) -> None:
        self.kind, self.tenant = kind, tenant
        super().__init__(**facts)

    def get_func(self, model: Any) -> str:
        """The body of the function."""
        links, name = self.kind.links(), self.kind.name_field
        differs = _is_changed if self.operation == pgtrigger.Update else _is_given
        return _WRITE.format(
            comparisons="\n".join(
                _COMPARE.format(condition=differs(one), name=one.name, column=one.column)
                for one in self.kind.fields.values()
            ),
            links=", ".join(f"{word}_id" for word in LINKS),
            linked=", ".join(_either(links[word]) if word in links else "NULL" for word in LINKS),
            tenant=_either(self.tenant),
            word=self.kind.word,
            id=_either("id"),
            name=_either(name) if name else "''",
            name_key=_folded(model, name) if name else "''",
        )

    def get_condition(self, model: Any) -> Any:
        """An update that changes nothing of what is written down does not even call the function."""
        if self.operation != pgtrigger.Update:
            return None
        return pgtrigger.Condition(" OR ".join(_is_changed(one) for one in self.kind.fields.values()))


def _either(column: str) -> str:
    return f'COALESCE(NEW."{column}", OLD."{column}")'


def _folded(model: Any, name: str) -> str:
    """The folded name: the row's own where it has one."""
    has_key = any(one.name == f"{name}_key" for one in model._meta.fields)
    return _either(f"{name}_key") if has_key else f"itam_fold({_either(name)})"


def _is_changed(one: models.Field) -> str:
    return f'OLD."{one.column}" IS DISTINCT FROM NEW."{one.column}"'


def _is_given(one: models.Field) -> str:
    held = _either(str(one.column))
    if isinstance(one, models.JSONField):
        return f"{held} NOT IN ('{{}}', '[]', '\"\"')"
    if isinstance(one, ArrayField):
        return f"{held} <> '{{}}'"
    if isinstance(one, models.CharField | models.TextField):
        return f"{held} <> ''"
    return f"{held} IS NOT NULL"


def triggers(kind: Kind, *, tenant: str) -> list[Write]:
    """What a table needs so that nothing of it changes unwritten."""
    begins_or_ends = pgtrigger.Insert | pgtrigger.Delete
    return [
        Write(kind, tenant=tenant, name="write_history", operation=begins_or_ends),
        Write(kind, tenant=tenant, name="write_history_of_change", operation=pgtrigger.Update),
    ]
