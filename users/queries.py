"""Questions about computer users."""

from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce

from itam_portal.lists.filters import Matches
from itam_portal.tenancy.reach import ALL
from roles.rights import Right


class ComputerUserQuerySet(models.QuerySet):
    """Computer users, always of one tenant."""

    def visible_to(self, account: Any) -> Self:
        """The people whose organization this account may read."""
        people = self.filter(tenant_id=account.tenant_id)
        reach = account.reach(Right.READ_USERS)
        return people if reach is ALL else people.filter(home_id__in=reach)

    def numbered(self, number: int) -> Any:
        """The person with this number among these, if there is one."""
        return self.filter(pk=number).select_related("home", "manager", "account").first()

    def coded(self, text: str) -> Any:
        """The one person whose username, e-mail address or number this text is, None where it is nobody or several."""
        found = self.filter(Q(username__iexact=text) | Q(email__iexact=text))[:2]
        people = list(found) or list(self.filter(pk=int(text))[:1] if text.isascii() and text.isdigit() else [])
        return people[0] if len(people) == 1 else None

    def is_blocked(self, person: Any) -> bool:
        """Whether the block list covers this person's username."""
        return self.filter(tenant_id=person.tenant_id, pk=person.pk).filter(is_blocked()).exists()

    def managed_by(self, person: Any) -> Self:
        """Those whose manager this person is."""
        return self.filter(tenant_id=person.tenant_id, manager=person)

    def of_account(self, account: Any) -> Self:
        """The people whose operator account this is."""
        return self.filter(tenant_id=account.tenant_id, account=account)

    def with_names(self) -> Self:
        """Adds `manager_name` and `account_name`, '' where there is none."""
        none = Value("", output_field=CharField())
        return self.annotate(
            manager_name=Coalesce(F("manager__display_name"), none, output_field=CharField()),
            account_name=Coalesce(F("account__name"), none, output_field=CharField()),
        )

    def with_blocked(self) -> Self:
        """Adds `blocked`: whether the username is on the tenant's block list."""
        return self.annotate(blocked=Case(When(is_blocked(), then=Value(True)), default=Value(False)))


def is_blocked() -> Exists:
    """The condition that a pattern of the block list covers the username."""
    patterns = apps.get_model("users", "BlockedUsername").objects
    covering = patterns.filter(Matches(OuterRef("username_key"), F("pattern_key")))
    return Exists(covering.filter(tenant_id=OuterRef("tenant_id")).exclude(Q(pattern_key="")))
