"""The bulk actions on invitations, and how the history and the shell call what this floor has."""

from collections.abc import Callable
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import guards as accounts_guards
from accounts.jobs.giving import role_of, scope_in_words
from accounts.models import Group
from invitations import guards
from invitations.models import Invitation
from invitations.operations import copy_links, resend_invitations, revoke_invitations
from itam_portal import shell
from itam_portal.history import kinds
from itam_portal.lists.actions import BulkAction, register
from itam_portal.lists.models import Receipt
from roles.models import Role
from roles.rights import Right

Words = Callable[[int], dict[str, str]]


def _words(title: Any, one: tuple[str, str], done: tuple[str, str], consequence: Any) -> Words:
    def words(number: int) -> dict[str, str]:
        shown = {"number": number_format(number, force_grouping=True)}
        button = ngettext(*one, number) % shown
        return {
            "title": str(title),
            "question": f"{button}?",
            "consequence": str(consequence),
            "button": button,
            "done": ngettext(*done, number) % shown,
        }

    return words


def _action(name: str, operate: Any, judge: Any, words: Words, **facts: Any) -> BulkAction:
    return register(
        BulkAction(
            name=name,
            rows=Invitation.objects.all,
            operate=operate,
            judge=judge,
            refusals=reasons,
            words=words,
            url_name="invitation",
            list_url_name="invitations",
            back=gettext_lazy("Back to the invitations"),
            named=("email", "email_key"),
            **facts,
        )
    )


def reasons() -> dict[str, Any]:
    """Why an invitation was skipped, by the refusal's code."""
    own = (guards.Malformed, guards.NamedTwice)
    return {**accounts_guards.refusal_labels(), **{refusal.code: refusal.message for refusal in own}}


def _send(rows: Any, *, by: Any, reason: str, receipt: Receipt) -> Receipt:
    raise NotImplementedError("new invitations are sent by invite_many()")


def _copy(rows: Any, *, by: Any, reason: str, receipt: Receipt) -> Receipt:
    return copy_links(rows, by=by, reason=reason, receipt=receipt)[0]


def _describe(wanted: dict[str, Any]) -> list[tuple[Any, Any]]:
    """What was offered, and why some addresses were skipped."""
    roles = [_offered(one) for one in wanted.get("roles", [])]
    groups = list(Group.objects.filter(pk__in=wanted.get("groups", [])).order_by("name_key"))
    said: list[tuple[Any, Any]] = [(_("Roles"), ", ".join(roles))] if roles else []
    said += [(_("Groups"), ", ".join(group.name for group in groups))] if groups else []
    for code, number in wanted.get("skipped", {}).items():
        said.append((_("Skipped"), f"{number_format(number, force_grouping=True)} · {reasons().get(code, code)}"))
    return said


def _offered(wanted: dict[str, Any]) -> str:
    if not Role.objects.filter(pk=wanted["role"]).exists():
        return _("A role that is gone")
    role, scope, _day = role_of(wanted)
    return f"{role.name} ({scope_in_words(scope)})"


SEND = _action(
    "invitations.send",
    _send,
    lambda rows, by: guards.judge_sending(rows, by=by),
    _words(
        gettext_lazy("Invite users"),
        ("Invite %(number)s user", "Invite %(number)s users"),
        ("%(number)s invitation sent.", "%(number)s invitations sent."),
        "",
    ),
    describe=_describe,
)
RESEND = _action(
    "invitations.resend",
    resend_invitations,
    lambda rows, by: guards.judge_sending(rows, by=by),
    _words(
        gettext_lazy("Send invitations again"),
        ("Send %(number)s invitation again", "Send %(number)s invitations again"),
        ("%(number)s invitation sent again.", "%(number)s invitations sent again."),
        gettext_lazy("A new link goes out, good for seven days. Earlier links cannot be used any more."),
    ),
)
COPY = _action(
    "invitations.copy_link",
    _copy,
    lambda rows, by: guards.judge_sending(rows, by=by),
    _words(
        gettext_lazy("Copy links"),
        ("Make %(number)s link", "Make %(number)s links"),
        ("%(number)s link made.", "%(number)s links made."),
        gettext_lazy(
            "New links, good for seven days, are shown once, for you to hand over. "
            "No mail is sent, and earlier links cannot be used any more."
        ),
    ),
)
REVOKE = _action(
    "invitations.revoke",
    revoke_invitations,
    lambda rows, by: guards.judge_revoking(rows, by=by),
    _words(
        gettext_lazy("Revoke invitations"),
        ("Revoke %(number)s invitation", "Revoke %(number)s invitations"),
        ("%(number)s invitation revoked.", "%(number)s invitations revoked."),
        gettext_lazy("Their links cannot be used any more. You can invite the same addresses anew."),
    ),
    is_dangerous=True,
)


def _seen(reader: Any) -> Any:
    may = reader.may(Right.READ_INVITATIONS)
    return Invitation.objects.visible_to(reader) if may else Invitation.objects.none()


kinds.describe("invitation", url_name="invitation", opens=_seen)
kinds.describe("offered_role", labels={"expires_at": gettext_lazy("expires at")})
kinds.name_operations(
    {
        "invitations.send": gettext_lazy("Invite users"),
        "invitations.resend": gettext_lazy("Send invitations again"),
        "invitations.copy_link": gettext_lazy("Copy links of invitations"),
        "invitations.revoke": gettext_lazy("Revoke invitations"),
        "invitations.accept": gettext_lazy("Accept an invitation"),
        "invitations.decline": gettext_lazy("Decline an invitation"),
        "invitations.purge": gettext_lazy("Purge invitations"),
    }
)
shell.add_place(shell.Place(gettext_lazy("Invitations"), "invitations", "mail", Right.READ_INVITATIONS))
shell.add_administration(
    shell.Place(
        gettext_lazy("Invitations"),
        "invitations",
        "mail",
        Right.READ_INVITATIONS,
        description=gettext_lazy("Who was invited, and what became of it"),
    )
)
