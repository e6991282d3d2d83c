"""Questions about roles."""

from collections.abc import Iterable
from typing import Any, Self

from django.db import models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Lower, Now

from roles.rights import Builtin, Right

MOST_COUNTED = 10_000


class CountUpTo(Subquery):
    """How many rows a sliced query finds: counting stops where the slice does."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS few)"
    output_field = models.IntegerField()


class RoleQuerySet(models.QuerySet):
    """Roles, always of one tenant."""

    def visible_to(self, account: Any) -> Self:
        """The roles this account may read; only their names are shown to others, on rows they see."""
        roles = self.filter(tenant_id=account.tenant_id)
        return roles if account.may(Right.READ_ROLES, account.tenant) else roles.none()

    def builtin(self, builtin: Builtin) -> Self:
        """The tenant's built-in role of this kind."""
        return self.filter(builtin=builtin.value)

    def numbered(self, number: int) -> Any:
        """The role with this number among these, if there is one."""
        return self.filter(pk=number).first()

    def numbered_among(self, numbers: Iterable[int]) -> Self:
        """Those with these numbers."""
        return self.filter(pk__in=list(numbers))

    def named_among(self, tenant_id: int, names: Iterable[str]) -> dict[str, Any]:
        """The tenant's roles of these names, in any case, by the name in small letters."""
        wanted = {name.lower() for name in names}
        found: Any = self.filter(tenant_id=tenant_id).annotate(lower_name=Lower("name")).filter(lower_name__in=wanted)
        return {role.name.lower(): role for role in found}

    def with_holders(self) -> Self:
        """Adds `accounts`: how many hold the role now, own or through a group; beyond 10,000 one more than that."""
        held: Any = self.model._meta.get_field("holders").related_model
        live = held.objects.filter(tenant_id=OuterRef("tenant_id"), role=OuterRef("pk"), until__gt=Now())
        return self.annotate(accounts=CountUpTo(live.order_by().values("pk")[: MOST_COUNTED + 1]))
