"""Receipts: what a bulk action changed, what it did not and why."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from itam_portal.history.queries import READ_HISTORY
from itam_portal.lists.actions import action_of
from itam_portal.lists.bulk import Group, outcome_in_words
from itam_portal.lists.models import Receipt, ReceiptRow
from itam_portal.pages import ObjectPage

NAMES_SHOWN = 50


def receipts_of(account: Any) -> QuerySet:
    """The receipts this account may read: its own, and with a tenant-wide right to the history everybody's."""
    found = Receipt.objects.filter(tenant_id=account.tenant_id)
    return found if account.may(READ_HISTORY, account.tenant) else found.filter(account=account)


class ReceiptPage(ObjectPage):
    """One receipt; while the worker is busy it is read again every two seconds."""

    rows = receipts_of
    template_name = "lists/receipt.html"
    place = "receipts"
    parents = ((_("Receipts"), "receipts"),)

    def context(self, found: Receipt) -> dict[str, Any]:
        self.title = action_of(found.operation).words(found.total)["title"]  # type: ignore[misc]
        action = action_of(found.operation)
        outcomes = found.rows.order_by().values_list("outcome").annotate(number=Count("object_id"))
        groups = {code: self._group(found, code, number) for code, number in outcomes}
        changed = groups.pop(ReceiptRow.CHANGED, Group(0, []))
        for code, group in groups.items():
            group.reason = action.reason(code)
        return {
            "receipt": found,
            "changed": changed,
            "skipped": list(groups.values()),
            "outcome": outcome_in_words(action, found) if found.is_finished else "",
            "action": action,
            "words": action.words(found.total),
            "settings": action.describe(found.wanted),
            "reads_history": self.account.may(READ_HISTORY, self.account.tenant),
        }

    def _group(self, receipt: Receipt, outcome: str, number: int) -> Group:
        keys = receipt.rows.filter(outcome=outcome).values("object_id")[:NAMES_SHOWN]
        action = action_of(receipt.operation)
        rows = action.rows().filter(Q(pk__in=list(keys.values_list("object_id", flat=True))))
        names = rows.visible_to(self.account).order_by(action.named[1], "pk").values_list("pk", action.named[0])
        return Group(number, [(key, name, reverse(action.url_name, args=[key])) for key, name in names])
