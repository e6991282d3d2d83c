"""Only the owner changes the schema."""

from typing import Any, ClassVar


class OwnerMigrates:
    """Migrations run through the alias `owner`; the serving role has no right to alter anything."""

    # While migrations run, code inside them that names no alias reads and writes as the owner too:
    # as the serving role it would wait for the locks of its own migration.
    migrating: ClassVar[bool] = False

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        return "owner" if self.migrating else None

    def db_for_write(self, model: Any, **hints: Any) -> str | None:
        return "owner" if self.migrating else None
