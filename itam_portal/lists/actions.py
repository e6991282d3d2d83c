"""What can be done to many rows at once: each app registers its actions when the program starts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from itam_portal.lists.models import Receipt
from itam_portal.lists.receipts import GONE, record_gone
from itam_portal.lists.search import AnyOf, as_array

BACK = _("Back to the accounts")


@dataclass(frozen=True)
class BulkAction:
    """One action: its operation, the guards that judge each row, and its words."""

    name: str
    rows: Callable[[], Any]
    operate: Callable[..., Any]
    judge: Callable[[Any, Any], Any]
    refusals: Callable[[], dict[str, Any]]
    words: Callable[[int], dict[str, str]]
    is_dangerous: bool = False
    # What a row is called, and the column that orders rows by it.
    named: tuple[str, str] = ("name", "name_key")
    # A row's own page.
    url_name: str = "account"
    # The list that it is done to, and the words for the way back there.
    list_url_name: str = "accounts"
    back: Any = BACK
    # What it set, in words: pairs of a label and a text. Most actions have no choice.
    describe: Callable[[dict[str, Any]], list[tuple[Any, Any]]] = lambda wanted: []

    def carry_out(self, receipt: Receipt, keys: list[int], *, by: Any) -> None:
        """Do it to these rows, and write down under the receipt what became of each."""
        rows = self.rows().filter(AnyOf(F("pk"), as_array(keys)), tenant_id=receipt.tenant_id)
        known = receipt.changed + receipt.skipped
        self.operate(rows, by=by, reason=receipt.reason, receipt=receipt)
        if receipt.changed + receipt.skipped < known + len(keys):
            record_gone(receipt, keys)

    def reason(self, code: str) -> Any:
        """Why a row with this outcome was skipped, in words."""
        return {GONE: _("It is not there any more."), **self.refusals()}.get(code, code)


_actions: dict[str, BulkAction] = {}


def register(action: BulkAction) -> BulkAction:
    """Let the worker and the receipts know this action."""
    _actions[action.name] = action
    return action


def action_of(name: str) -> BulkAction:
    """The action of this name. Raises KeyError for an unknown one."""
    return _actions[name]


def known_actions() -> list[str]:
    """The names of all actions."""
    return list(_actions)
