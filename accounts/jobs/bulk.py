"""What this floor gives the shared parts when the program starts: bulk actions, the shell's facts, housekeeping."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import doors, guards
from accounts.models import Account
from accounts.operations import (
    confirm_rights,
    disable_accounts,
    edit_accounts,
    enable_accounts,
    end_expired_sessions,
    refresh_stale_roles,
)
from itam_portal import housekeeping, shell
from itam_portal.history import kinds
from itam_portal.lists.actions import BulkAction, register
from itam_portal.tenancy.actor import System
from organizations.models import Organization
from organizations.queries import organization_name
from roles.rights import Right


def _disabling(number: int) -> dict[str, str]:
    shown = {"number": number_format(number, force_grouping=True)}
    return {
        "title": _("Disable accounts"),
        "question": ngettext("Disable %(number)s account?", "Disable %(number)s accounts?", number) % shown,
        "consequence": _(
            "Whoever uses them is signed out at once and cannot sign in until they are enabled again. "
            "Their roles and their history stay."
        ),
        "button": ngettext("Disable %(number)s account", "Disable %(number)s accounts", number) % shown,
        "done": ngettext("%(number)s account disabled.", "%(number)s accounts disabled.", number) % shown,
    }


def _enabling(number: int) -> dict[str, str]:
    shown = {"number": number_format(number, force_grouping=True)}
    return {
        "title": _("Enable accounts"),
        "question": ngettext("Enable %(number)s account?", "Enable %(number)s accounts?", number) % shown,
        "consequence": _("Whoever they belong to can sign in again, with the roles the accounts hold."),
        "button": ngettext("Enable %(number)s account", "Enable %(number)s accounts", number) % shown,
        "done": ngettext("%(number)s account enabled.", "%(number)s accounts enabled.", number) % shown,
    }


def _confirming(number: int) -> dict[str, str]:
    shown = {"number": number_format(number, force_grouping=True)}
    return {
        "title": _("Confirm rights"),
        "question": ngettext(
            "Confirm the rights of %(number)s account?", "Confirm the rights of %(number)s accounts?", number
        )
        % shown,
        "consequence": _(
            "Their humans have another organization, corporate unit, job title or manager now. You say that the roles "
            "they hold are still right: nothing about them changes, and they are no longer listed as moved."
        ),
        "button": ngettext(
            "Confirm the rights of %(number)s account", "Confirm the rights of %(number)s accounts", number
        )
        % shown,
        "done": ngettext("Rights of %(number)s account confirmed.", "Rights of %(number)s accounts confirmed.", number)
        % shown,
    }


def _editing(number: int) -> dict[str, str]:
    shown = {"number": number_format(number, force_grouping=True)}
    return {
        "title": _("Edit accounts"),
        "question": ngettext("Edit %(number)s account?", "Edit %(number)s accounts?", number) % shown,
        "consequence": "",
        "button": ngettext("Edit %(number)s account", "Edit %(number)s accounts", number) % shown,
        "done": ngettext("%(number)s account edited.", "%(number)s accounts edited.", number) % shown,
    }


def _settings(wanted: dict[str, Any]) -> list[tuple[Any, Any]]:
    """What an edit of many accounts set, in words."""
    said: list[tuple[Any, Any]] = []
    if "job_title" in wanted:
        said.append((_("Job title"), wanted["job_title"] or _("Empty")))
    if "home" in wanted:
        home = Organization.objects.filter(pk=wanted["home"]).first()
        said.append((_("Organization"), home.name if home else "–"))
    if "shared" in wanted:
        said.append((_("Shared"), _("Yes") if wanted["shared"] else _("No")))
    return said


def editing_with(wanted: dict[str, Any]) -> BulkAction:
    """The action that sets exactly this, for its preview."""
    sets = "; ".join(_("%(field)s becomes: %(value)s") % {"field": f, "value": v} for f, v in _settings(wanted))
    return replace(
        EDIT,
        judge=lambda rows, by: guards.judge_editing_together(rows, by=by, changes=wanted),
        words=lambda number: {**_editing(number), "consequence": f"{sets}. " + _("Nothing else of them changes.")},
    )


EDIT = register(
    BulkAction(
        name="accounts.edit",
        rows=Account.objects.all,
        operate=lambda rows, *, by, reason, receipt: edit_accounts(
            rows, by=by, changes=receipt.wanted, reason=reason, receipt=receipt
        ),
        judge=lambda rows, by: guards.judge_editing(rows, by=by),
        refusals=guards.refusal_labels,
        words=_editing,
        describe=_settings,
    )
)
DISABLE = register(
    BulkAction(
        name="accounts.disable",
        rows=Account.objects.all,
        operate=disable_accounts,
        judge=lambda rows, by: guards.judge_disabling(rows, by=by, right=Right.DISABLE_ACCOUNTS),
        refusals=guards.refusal_labels,
        words=_disabling,
        is_dangerous=True,
    )
)
ENABLE = register(
    BulkAction(
        name="accounts.enable",
        rows=Account.objects.all,
        operate=enable_accounts,
        judge=lambda rows, by: guards.judge_enabling(rows, by=by, right=Right.ENABLE_ACCOUNTS),
        refusals=guards.refusal_labels,
        words=_enabling,
    )
)
CONFIRM = register(
    BulkAction(
        name="accounts.confirm",
        rows=Account.objects.all,
        operate=confirm_rights,
        judge=lambda rows, by: guards.judge_confirming(rows, by=by),
        refusals=guards.refusal_labels,
        words=_confirming,
    )
)


kinds.describe(
    "account",
    labels={"identity": gettext_lazy("sign-in")},
    url_name="account",
    opens=lambda reader: (
        Account.objects.visible_to(reader) if reader.may(Right.READ_ACCOUNTS) else Account.objects.none()
    ),
    sees=Account.objects.visible_to,
)
kinds.describe("assignment", labels={"expires_at": gettext_lazy("expires at")})
kinds.name_operations(
    {
        "accounts.edit": gettext_lazy("Edit account"),
        "accounts.type": gettext_lazy("Change type"),
        "accounts.disable": gettext_lazy("Disable accounts"),
        "accounts.confirm": gettext_lazy("Confirm rights"),
        "accounts.enable": gettext_lazy("Enable accounts"),
        "tenant.found": gettext_lazy("Found the tenant"),
        "identity.theme": gettext_lazy("Choose a theme"),
    }
)

shell.add_source("organization_name", organization_name)
shell.add_place(shell.Place(gettext_lazy("Accounts"), "accounts", "users", Right.READ_ACCOUNTS))
shell.add_place(shell.Place(gettext_lazy("Groups"), "groups", "users-round", Right.READ_GROUPS, everywhere=True))
shell.add_place(
    shell.Place(
        gettext_lazy("History"),
        "history",
        "history",
        Right.READ_HISTORY,
        heading=gettext_lazy("Records"),
        everywhere=True,
    )
)
shell.add_place(shell.Place(gettext_lazy("Receipts"), "receipts", "receipt-text", "", heading=gettext_lazy("Records")))
shell.add_administration(
    shell.Place(
        gettext_lazy("Users"),
        "administration_users",
        "users",
        Right.READ_ACCOUNTS,
        description=gettext_lazy("The accounts that people sign in with"),
    )
)


@housekeeping.chore
def end_idle_sessions(by: System) -> int:
    """End sessions that nobody used for as long as a session lives."""
    return end_expired_sessions(before=timezone.now() - timedelta(seconds=settings.SESSION_IDLE_SECONDS), by=by)


@housekeeping.chore
def sort_by_live_roles(by: System) -> int:
    """Roles that expired since the last time no longer decide where an account stands in a list."""
    return refresh_stale_roles(by=by)


def automation_of(tenant: Any) -> str:
    """The name of the service account that keeps house; disabling it stops housekeeping for its tenant."""
    found = Account.objects.filter(tenant=tenant).enabled().automation()
    return found.values_list("name", flat=True).first() or ""


housekeeping.performed_by(automation_of)
housekeeping.tenants_from(lambda: [row["tenant_id"] for row in doors.all_tenants.read()])
