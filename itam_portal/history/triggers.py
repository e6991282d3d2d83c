"""The trigger that writes an entry for each row inserted, updated or deleted: what it held before, and after.

Written out for each table, so that a row costs one statement with a plan that is made once.
"""

from typing import Any

import pgtrigger

from itam_portal.history.kinds import LINKS, Kind

_WRITE = """
INSERT INTO history_entry (
    tenant_id, at, action, object_type, object_id, object_name, {links}, actor_id, actor_name,
    operation, reason, via, via_name, request, receipt_id, changes, fields
)
SELECT {tenant}, now(), lower(TG_OP), '{word}', {id}, {name}, {linked},
    (about ->> 'by')::bigint, COALESCE(about ->> 'by_name', about ->> 'by_system', ''),
    COALESCE(about ->> 'operation', ''), COALESCE(about ->> 'reason', ''), COALESCE(about ->> 'via', ''),
    COALESCE(about ->> 'via_name', ''), COALESCE(about ->> 'request', ''), (about ->> 'receipt')::bigint,
    COALESCE(changed.fields, '{{}}'), COALESCE(' ' || changed.names || ' ', '')
FROM (
    SELECT jsonb_object_agg(name, jsonb_build_array(before, after)), string_agg(name, ' ')
    FROM (VALUES {fields}) AS held (name, before, after)
    WHERE before IS DISTINCT FROM after
        AND (TG_OP = 'UPDATE' OR COALESCE(after, before) NOT IN ('""', '{{}}', '[]'))
) AS changed (fields, names);
RETURN NULL;
"""
_ABOUT = ("about", "jsonb := NULLIF(current_setting('pghistory.context_metadata', true), '')::jsonb")


class Write(pgtrigger.Trigger):
    """Writes the entries of one kind of object. What is empty is not mentioned where a row begins or ends."""

    when = pgtrigger.After
    declare = [_ABOUT]

    def __init__(self, kind: Kind, *, tenant: str, **facts: Any) -> None:
        self.kind, self.tenant = kind, tenant
        super().__init__(**facts)

    def get_func(self, model: Any) -> str:
        """The body of the function."""
        links, name = self.kind.links(), self.kind.name_field
        return _WRITE.format(
            links=", ".join(f"{word}_id" for word in LINKS),
            linked=", ".join(_either(links[word]) if word in links else "NULL" for word in LINKS),
            tenant=_either(self.tenant),
            word=self.kind.word,
            id=_either("id"),
            name=_either(self.kind.fields[name].column) if name else "''",
            fields=", ".join(_pair(one.name, one.column) for one in self.kind.fields.values()),
        )

    def get_condition(self, model: Any) -> Any:
        """An update that changes nothing of what is written down does not even call the function."""
        if self.operation != pgtrigger.Update:
            return None
        columns = [one.column for one in self.kind.fields.values()]
        return pgtrigger.Condition(" OR ".join(f'OLD."{name}" IS DISTINCT FROM NEW."{name}"' for name in columns))


def _either(column: str) -> str:
    return f'COALESCE(NEW."{column}", OLD."{column}")'


def _pair(name: str, column: str) -> str:
    return f"('{name}', to_jsonb(OLD.\"{column}\"), to_jsonb(NEW.\"{column}\"))"


def triggers(kind: Kind, *, tenant: str) -> list[Write]:
    """What a table needs so that nothing of it changes unwritten."""
    begins_or_ends = pgtrigger.Insert | pgtrigger.Delete
    return [
        Write(kind, tenant=tenant, name="write_history", operation=begins_or_ends),
        Write(kind, tenant=tenant, name="write_history_of_change", operation=pgtrigger.Update),
    ]
