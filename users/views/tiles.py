"""The counts of the overview, each with its words and the list it leads to."""

from typing import Any

from django.utils.translation import gettext as _

from itam_portal.lists.finder import Total
from itam_portal.shell import Shell
from users.queries import JOINED_WITHIN

Counts = dict[str, Total]


def _tile(name: str, label: str, total: Total, url: str, icon: str, hint: str = "") -> dict[str, Any]:
    return {"name": name, "label": label, "total": total, "url": url, "icon": icon, "hint": hint}


def attention(accounts: Counts, people: Counts | None, *, shell: Shell) -> list[dict[str, Any]]:
    """What somebody should look at: leavers, movers, dormant accounts, and joiners where the reader sees people."""
    hints = {
        "left": (_("Left"), "user-x", _("Enabled accounts whose user is inactive or retired")),
        "moved": (
            _("Moved"),
            "arrow-right",
            _("Enabled accounts whose user has another organization, corporate unit, job title or manager"),
        ),
        "dormant": (_("Dormant"), "moon", _("Enabled accounts that nobody used for 90 days")),
    }
    found = [
        _tile(name, label, accounts[name], shell.carry("accounts", change=name), icon, hint)
        for name, (label, icon, hint) in hints.items()
    ]
    if people is None:
        return found
    days = {"status": "active", "has_account": "no", "created__after": f"-{JOINED_WITHIN + 1}d"}
    hint = _("Active users without an account, recorded in the last %(days)s days") % {"days": JOINED_WITHIN}
    return [*found, _tile("joined", _("Joined"), people["joined"], shell.carry("users", **days), "user-plus", hint)]


def accounts(found: Counts, *, shell: Shell) -> list[dict[str, Any]]:
    """Accounts of which one should know, beside their status."""
    return [
        _tile("unassigned", _("Without a role"), found["unassigned"], shell.carry("accounts_unassigned"), "shield"),
        _tile("services", _("Service accounts"), found["services"], shell.carry("accounts", type="service"), "cpu"),
    ]


def people(found: Counts, *, shell: Shell) -> list[dict[str, Any]]:
    """Users by their status."""
    labels = {"active": _("Active"), "inactive": _("Inactive"), "retired": _("Retired")}
    return [
        _tile(name, label, found[name], shell.carry("users", status=name), "user-round")
        for name, label in labels.items()
    ]


def overlap(accounts: Counts, people: Counts | None, *, shell: Shell) -> dict[str, Any]:
    """How far accounts and users are the same humans: a sentence, and the four numbers behind it."""
    rows = [
        _tile("linked", _("Accounts with a user"), accounts["linked"], shell.carry("accounts", has_user="yes"), ""),
        _tile("unlinked", _("Accounts without one"), accounts["unlinked"], shell.carry("accounts", has_user="no"), ""),
    ]
    if people is not None:
        with_one, without = shell.carry("users", has_account="yes"), shell.carry("users", has_account="no")
        rows += [
            _tile("people_linked", _("Users with an account"), people["linked"], with_one, ""),
            _tile("people_unlinked", _("Users without one"), people["unlinked"], without, ""),
        ]
    extent, words = _extent(accounts)
    return {"extent": extent, "words": words, "rows": rows}


def _extent(accounts: Counts) -> tuple[str, str]:
    if not accounts["linked"].number:
        return "none", _(
            "None of these accounts belongs to a user: whoever operates the portal is not among your users."
        )
    if not accounts["operators_unlinked"].number:
        return "all", _("Every operator account belongs to a user: all who operate the portal are among your users.")
    return "some", _("Some accounts belong to users: part of those who operate the portal are among your users.")


def shares(found: Counts, *, shell: Shell) -> list[dict[str, Any]]:
    """Accounts by status, each with its part of the bar in per cent."""
    labels = {"enabled": _("Enabled"), "disabled": _("Disabled")}
    whole, before, parts = sum(total.number for total in found.values()) or 1, 0.0, []
    for status, label in labels.items():
        width = 100 * found[status].number / whole
        url = shell.carry("accounts", status=status)
        parts.append({**_tile(status, label, found[status], url, ""), "x": f"{before:.2f}", "width": f"{width:.2f}"})
        before += width
    return parts
