"""What the fields of an account may hold, in words, before the database refuses it by a constraint."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Type
from itam_portal.lists.filters import fold_of
from itam_portal.refusals import Refused, refusing
from itam_portal.tenancy.actor import Actor

EDITABLE = ("name", "login", "email", "job_title", "shared", "home")


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field; where another account holds the value already, its number."""

    field: str
    message: Any
    account_id: int | None = None


_LOGIN_IS_NO_EMAIL = Problem("login", _("A login with an @ must be the same as the email address."))
_LOGIN_TAKEN = Problem("login", _("Another account has this login."))
_EMAIL_TAKEN = Problem("email", _("Another operator has this email address."))
_CONSTRAINTS = {
    "account_login_with_at_is_its_email": _LOGIN_IS_NO_EMAIL,
    "account_login_once": _LOGIN_TAKEN,
    "account_email_once": _EMAIL_TAKEN,
}


class WrongFields(Refused):
    """Some fields cannot hold what was asked; each problem names its field."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "wrong_fields"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(str(problem.message) for problem in self.problems))


def require_sound(account: Account, *, by: Actor) -> None:
    """Raise WrongFields where this account, not saved yet, could not be kept beside the tenant's others."""
    problems = [*_malformed(account), *_taken(account)]
    if problems:
        raise WrongFields(problems)


@contextmanager
def constraints_in_words(*, by: Actor) -> Iterator[None]:
    """Should the database refuse a change after all, say so in the same words."""
    with refusing({name: WrongFields([problem]) for name, problem in _CONSTRAINTS.items()}):
        yield


def _malformed(account: Account) -> Iterable[Problem]:
    others = {field.name for field in Account._meta.fields} - set(EDITABLE)
    try:
        account.clean_fields(exclude=others)
    except ValidationError as error:
        for field, messages in error.message_dict.items():
            yield Problem(field, " ".join(messages))
    if "@" in account.login and not _is_same(account.login, account.email):
        yield _LOGIN_IS_NO_EMAIL


def _is_same(one: str, other: str) -> bool:
    """Whether the database takes the texts for the same in any case; Python's rules differ for some letters."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT lower(%s) = lower(%s)", [one, other])
        return bool(cursor.fetchone()[0])


def _taken(account: Account) -> Iterable[Problem]:
    others = Account.objects.filter(tenant_id=account.tenant_id).exclude(pk=account.pk)
    holder = _holding(others, "login", account.login)
    if holder:
        yield replace(_LOGIN_TAKEN, account_id=holder)
    if account.type == Type.OPERATOR and account.email:
        holder = _holding(others.filter(type=Type.OPERATOR), "email", account.email)
        if holder:
            yield replace(_EMAIL_TAKEN, account_id=holder)


def _holding(accounts: Any, field: str, text: str) -> int | None:
    """Who has this text in any case. The folded key finds the few that may: lower() has no index under a policy."""
    alike = accounts.filter(**{f"{field}_key": fold_of(text)}).order_by("pk")
    return alike.filter(Exact(Lower(field), Lower(Value(text)))).values_list("pk", flat=True).first()
