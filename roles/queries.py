"""Questions about roles."""

from typing import Any, Self

from django.db import models

from roles.rights import Builtin, Right


class RoleQuerySet(models.QuerySet):
    """Roles, always of one tenant."""

    def visible_to(self, account: Any) -> Self:
        """The roles this account may read; only their names are shown to others, on rows they see."""
        roles = self.filter(tenant_id=account.tenant_id)
        return roles if account.may(Right.READ_ROLES, account.tenant) else roles.none()

    def builtin(self, builtin: Builtin) -> Self:
        """The tenant's built-in role of this kind."""
        return self.filter(builtin=builtin.value)
