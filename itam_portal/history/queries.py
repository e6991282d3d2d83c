"""Questions about the history."""

from typing import Any, Self

from django.db import models

READ_HISTORY = "history.read"


class EntryQuerySet(models.QuerySet):
    """Entries, always of one tenant."""

    def visible_to(self, account: Any) -> Self:
        """The whole history of the tenant, for those who may read it everywhere."""
        entries = self.filter(tenant_id=account.tenant_id)
        return entries if account.may(READ_HISTORY, account.tenant) else entries.none()

    def about(self, found: Any, word: str = "account") -> Self:
        """The history of one object, given by the history's word for its kind, and of everything that points at it."""
        return self.filter(tenant_id=found.tenant_id, **{f"{word}_id": found.pk})

    def changes_of_people(self, account: Any, people: list[int], *, since: Any) -> Self:
        """What changed about these people, given by number, since they had this account; the newest first."""
        found = self.about(account).filter(object_type="user", action="update", at__gte=since, user_id__in=people)
        return found.order_by("-at", "-pk")

    def newest_of(self, numbers: dict[str, set[int]]) -> Self:
        """The last entry of each of these objects, given by kind."""
        wanted = models.Q(pk__in=[])
        for word, keys in numbers.items():
            wanted |= models.Q(object_type=word, object_id__in=keys)
        ordered = self.filter(wanted).order_by("object_type", "object_id", "-at", "-pk")
        return ordered.distinct("object_type", "object_id")
