"""Operator and service accounts as the API shows them."""

from typing import Any, Literal

from django.contrib.postgres.fields import ArrayField
from django.db.models import Case, F, Func, Q, TextField, Value, When
from django.db.models.functions import Now, NullIf

from accounts.models import NEVER, NO_DURATION, Account
from accounts.queries import QUIET
from itam_portal.api.document import Facts
from itam_portal.api.rows import JsonRow, facts_of_one

# The columns of the list, with what each is called in the API.
COLUMNS = {
    "name": "name",
    "login": "login",
    "email": "email",
    "job_title": "jobTitle",
    "role": "roles",
    "status": "status",
    "type": "type",
    "last_login": "lastLogin",
    "login_duration": "lastLoginDuration",
    "organization": "accountId",
    "change": "changes",
    "has_user": "hasUser",
}


class OperatorFacts(Facts):
    """An operator or service account."""

    id: int
    login: str
    name: str
    email: str
    jobTitle: str
    type: Literal["operator", "service"]
    status: Literal["enabled", "disabled"]
    roles: list[str]
    shared: bool
    accountId: str
    accountName: str
    lastLogin: str | None
    lastLoginDuration: int | None
    changes: list[Literal["left", "moved", "dormant"]]
    hasUser: bool
    createdAt: str
    changedAt: str


class _Words(Func):
    """The texts that are there, as an array."""

    template = "array_remove(ARRAY[%(expressions)s], NULL)"
    output_field = ArrayField(TextField())


def _changes() -> Func:
    """What happened to the human behind an account, by the database's own clock."""
    happened = {
        "left": Q(left_at__isnull=False),
        "moved": Q(moved_at__isnull=False),
        "dormant": Q(quiet_since__lte=Now() - Value(QUIET)),
    }
    words = [
        Case(When(Q(status="enabled") & so, then=Value(word)), output_field=TextField())
        for word, so in happened.items()
    ]
    return _Words(*words)


def with_facts(accounts: Any) -> Any:
    """Adds `facts`: an account as the API shows it, as JSON."""
    facts = JsonRow(
        id="pk",
        login="login",
        name="name",
        email="email",
        jobTitle="job_title",
        type="type",
        status="status",
        roles=F("role_names"),
        shared="shared",
        accountId="home__code",
        accountName="home__name",
        lastLogin=NullIf("last_login_at", Value(NEVER)),
        lastLoginDuration=NullIf("last_login_duration", Value(NO_DURATION)),
        changes=_changes(),
        hasUser="has_user",
        createdAt="created_at",
        changedAt="changed_at",
    )
    return accounts.with_role_names().annotate(facts=facts)


def one_of(found: Account) -> dict[str, Any]:
    """One account as it is now."""
    return facts_of_one(with_facts(Account.objects.numbered_among([found.pk])))
