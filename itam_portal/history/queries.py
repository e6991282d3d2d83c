"""Questions about the history."""

from typing import Any, Self

from django.db import models

from itam_portal.history import kinds

READ_HISTORY = "history.read"


class EntryQuerySet(models.QuerySet):
    """Entries, always of one tenant."""

    def visible_to(self, account: Any) -> Self:
        """The whole history of the tenant, for those who may read it everywhere."""
        entries = self.filter(tenant_id=account.tenant_id).open_to(account)
        return entries if account.may(READ_HISTORY, account.tenant) else entries.none()

    def about(self, found: Any, word: str = "account") -> Self:
        """The history of one object, given by the history's word for its kind, and of everything that points at it."""
        return self.filter(tenant_id=found.tenant_id, **{f"{word}_id": found.pk})

    def changes_of_people(self, account: Any, people: list[int], *, since: Any) -> Self:
        """What changed about these people, given by number, since they had this account; the newest first."""
        found = self.about(account).filter(object_type="user", action="update", at__gte=since, user_id__in=people)
        return found.order_by("-at", "-pk")

    def open_to(self, reader: Any) -> Self:
        """Without what only some of those who read the history may see: billing and access keys are the owners'."""
        hidden = kinds.hidden_from(reader)
        return self.exclude(object_type__in=hidden) if hidden else self

    def of(self, word: str, number: int, *, tenant_id: int) -> Self:
        """The entries of one object itself, by the history's word for its kind."""
        return self.filter(tenant_id=tenant_id, object_type=word, object_id=number)

    def newest_of(self, numbers: dict[str, set[int]]) -> Self:
        """The last entry of each of these objects, given by kind."""
        wanted = models.Q(pk__in=[])
        for word, keys in numbers.items():
            wanted |= models.Q(object_type=word, object_id__in=keys)
        ordered = self.filter(wanted).order_by("object_type", "object_id", "-at", "-pk")
        return ordered.distinct("object_type", "object_id")
