"""What the mails say that tell people of changes to their accounts, and who is told that a role ends soon."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Account, GroupMember, RoleAssignment
from accounts.operations.notices import Notice, line_of, tell_of_ends
from accounts.queries import Scope
from itam_portal import housekeeping
from itam_portal.mail.kinds import Letter, absolute, composer
from itam_portal.mail.models import Mail
from itam_portal.tenancy.actor import System

# The subject of each mail, and its first sentence.
WORDS: dict[str, tuple[Any, Any]] = {
    Notice.GIVEN: (
        gettext_lazy("New access in %(tenant)s"),
        gettext_lazy("your account in %(tenant)s was given this:"),
    ),
    Notice.CHANGED: (
        gettext_lazy("Your access in %(tenant)s ends at another time"),
        gettext_lazy("it was changed how long your account in %(tenant)s has this:"),
    ),
    Notice.EDITED: (
        gettext_lazy("Your access in %(tenant)s was changed"),
        gettext_lazy("what this role of your account in %(tenant)s allows was changed:"),
    ),
    Notice.TAKEN: (
        gettext_lazy("Access in %(tenant)s was taken away"),
        gettext_lazy("this was taken away from your account in %(tenant)s:"),
    ),
    Notice.ENDS: (
        gettext_lazy("Your access in %(tenant)s ends soon"),
        gettext_lazy("within seven days your account in %(tenant)s no longer has this:"),
    ),
    Notice.DISABLED: (
        gettext_lazy("Your account in %(tenant)s was disabled"),
        gettext_lazy("your account in %(tenant)s was disabled. Nobody can sign in with it until it is enabled again."),
    ),
    Notice.ENABLED: (
        gettext_lazy("Your account in %(tenant)s was enabled"),
        gettext_lazy("your account in %(tenant)s was enabled. You can sign in with it."),
    ),
}


def _account(number: int) -> Account | None:
    """The account that a mail is for; none where its tenant wants no notifications any more."""
    wanting = Account.objects.filter(pk=number, tenant__email_notifications=True)
    return wanting.select_related("tenant").first()


def _letter(mail: Mail, account: Account, lines: list[dict[str, str]]) -> Letter:
    tenant = account.tenant.name
    subject, sentence = (str(words) % {"tenant": tenant} for words in WORDS[mail.kind])
    facts = {"name": account.name, "sentence": sentence, "lines": [_in_words(line) for line in lines]}
    facts |= {"by": mail.facts.get("by", ""), "tenant": tenant, "address": absolute(reverse("home"))}
    return Letter(subject, "notice", facts)


def _in_words(line: dict[str, str]) -> str:
    """One role: what, where, until when. One without a place is the role itself, wherever it is held."""
    said = [_("role %(role)s") % line]
    if "place" in line:
        said.append(_("for %(place)s") % line if line["place"] else _("for the whole tenant"))
    if line.get("until"):
        day = date_format(date.fromisoformat(line["until"]), "DATE_FORMAT")
        said.append(_("until the end of %(day)s") % {"day": day})
    return ", ".join(said)


def told(mail: Mail) -> Letter | None:
    """The mail of what was done to an account, as it was when it was done."""
    account = _account(mail.about)
    return _letter(mail, account, mail.facts["roles"]) if account else None


@composer(Notice.ENDS)
def ends_soon(mail: Mail) -> Letter | None:
    """The mail of a role that ends; none where it ends on another day by now, or is not held any more."""
    account = _account(mail.facts["account"])
    found = RoleAssignment.objects.all().numbered(mail.about, tenant_id=mail.tenant_id)
    if account is None or found is None or not found.is_live or str(found.expires_on) != mail.facts["until"]:
        return None
    members = GroupMember.objects.filter(tenant_id=mail.tenant_id, group=found.group_id, account=account)
    if found.account_id != account.pk and not members.exists():
        return None
    line = line_of(found.role, scope=Scope.of(found), expires_on=found.expires_on, by=System("Mail", account.tenant))
    return _letter(mail, account, [line])


for _kind in Notice.values:
    if _kind != Notice.ENDS:
        composer(_kind)(told)


@housekeeping.chore
def tell_who_loses_a_role_soon(by: System) -> int:
    """Mail everybody whose role ends within seven days, each end once."""
    return tell_of_ends(by=by)
