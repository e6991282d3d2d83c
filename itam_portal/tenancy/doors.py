"""Doors: the few SECURITY DEFINER functions that read before a tenant is known. They never write."""

from dataclasses import dataclass
from typing import Any

from django.db import connection


@dataclass(frozen=True)
class Door:
    """One function of the database, owned by the owner, callable by the serving role."""

    name: str
    arguments: str
    returns: str
    body: str
    language: str = "sql"
    settings: str = ""

    @property
    def sql(self) -> str:
        return (
            f"CREATE OR REPLACE FUNCTION {self.name}({self.arguments}) RETURNS {self.returns} "
            f"LANGUAGE {self.language} STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp "
            f"{self.settings} AS $door${self.body}$door$"
        )

    def read(self, *values: Any) -> list[dict[str, Any]]:
        """The rows behind this door, each as a dictionary."""
        marks = ", ".join(["%s"] * len(values))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {self.name}({marks})", list(values))  # noqa: S608
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


_doors: dict[str, Door] = {}


def register(door: Door) -> Door:
    """Make this door part of the database from the next migration on."""
    _doors[door.name] = door
    return door


def registered() -> list[Door]:
    """Every door there is."""
    return list(_doors.values())
