"""Whatever is done to people and accounts: the marks on accounts are those that plain Python works out."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from accounts.models import Account, Status
from accounts.operations import confirm_rights, disable_accounts, enable_accounts, give_roles, take_roles
from accounts.queries import Scope
from itam_portal.refusals import Refused
from organizations.models import Tenant
from tests.cast import add_account, only, organization, role_named
from tests.users.test_pages import add
from users.models import ComputerUser, UserStatus
from users.operations import delete_user, edit_users, link_account, set_status, transfer_users

PEOPLE, ACCOUNTS = 3, 2
STEPS = some.lists(
    some.one_of(
        some.tuples(some.just("link"), some.integers(0, PEOPLE - 1), some.sampled_from([None, 0, 1])),
        some.tuples(some.just("status"), some.integers(0, PEOPLE - 1), some.sampled_from(UserStatus.values)),
        some.tuples(some.just("title"), some.integers(0, PEOPLE - 1), some.sampled_from(["", "Clerk", "Boss"])),
        some.tuples(some.just("unit"), some.integers(0, PEOPLE - 1), some.sampled_from(["", "North"])),
        some.tuples(some.just("transfer"), some.integers(0, PEOPLE - 1), some.sampled_from(["emea", "apac"])),
        some.tuples(some.just("delete"), some.integers(0, PEOPLE - 1), some.none()),
        *[
            some.tuples(some.just(step), some.integers(0, ACCOUNTS - 1), some.none())
            for step in ("confirm", "give", "take", "disable", "enable")
        ],
    ),
    max_size=12,
)


class Plain:
    """People and accounts as dictionaries, with the rules written out."""

    def __init__(self, home: str) -> None:
        person = {"account": None, "status": "active", "title": "", "unit": "", "home": home}
        self.people: dict[int, dict[str, Any]] = {number: dict(person) for number in range(PEOPLE)}
        self.accounts = [{"moved": False, "role": False, "enabled": True} for _number in range(ACCOUNTS)]

    def step(self, what: str, number: int, value: Any) -> None:
        if what in ("confirm", "give", "take", "disable", "enable"):
            return self._to_account(what, self.accounts[number])
        person = self.people.get(number)
        if person is None:
            return None
        if what == "delete":
            del self.people[number]
            return None
        if what in ("title", "unit", "transfer"):
            name = "home" if what == "transfer" else what
            if person[name] != value and person["account"] is not None:
                self.accounts[person["account"]]["moved"] = True
            person[name] = value
            return None
        person["account" if what == "link" else what] = value
        return None

    @staticmethod
    def _to_account(what: str, account: dict[str, Any]) -> None:
        if what == "confirm":
            # A disabled account is not listed as moved, and nobody confirms it.
            account["moved"] = account["moved"] and not account["enabled"]
        elif what in ("give", "take"):
            if account["role"] != (what == "give"):
                account["role"], account["moved"] = what == "give", False
        else:
            account["enabled"] = what == "enable"

    def marks(self) -> list[tuple[bool, bool, bool]]:
        """Of each account: whether it has a user, whether one of them left, whether one moved."""
        return [
            (bool(owners), any(one["status"] != "active" for one in owners), account["moved"])
            for number, account in enumerate(self.accounts)
            for owners in [[one for one in self.people.values() if one["account"] == number]]
        ]


class Real:
    """The same through the operations."""

    def __init__(self, by: Account, tenant: Tenant) -> None:
        self.by, count = by, Account.objects.count()
        self.people = [add(tenant, f"Person {number}") for number in range(PEOPLE)]
        self.accounts = [add_account(tenant, f"Own{count}x{number}", signs_in=False) for number in range(ACCOUNTS)]

    def step(self, what: str, number: int, value: Any) -> None:
        try:
            if what in ("confirm", "give", "take", "disable", "enable"):
                self._to_account(what, only(self.accounts[number]))
            else:
                self._to_person(what, ComputerUser.objects.filter(pk=self.people[number].pk), value)
        except Refused:
            # Nothing to do; what was refused changes nothing.
            pass

    def _to_account(self, what: str, rows: Any) -> None:
        role: dict[str, Any] = {"role": role_named("Viewer"), "scope": Scope()}
        {
            "confirm": lambda: confirm_rights(rows, by=self.by),
            "give": lambda: give_roles(rows, by=self.by, **role),
            "take": lambda: take_roles(rows, by=self.by, **role),
            "disable": lambda: disable_accounts(rows, by=self.by),
            "enable": lambda: enable_accounts(rows, by=self.by),
        }[what]()

    def _to_person(self, what: str, rows: Any, value: Any) -> None:
        person = rows.first()
        if person is None:
            return
        field = {"title": "job_title", "unit": "corporate_unit"}.get(what, "")
        {
            "link": lambda: link_account(person, by=self.by, account=None if value is None else self.accounts[value]),
            "status": lambda: set_status(rows, by=self.by, to=UserStatus(value)),
            "title": lambda: edit_users(rows, by=self.by, changes={field: value}),
            "unit": lambda: edit_users(rows, by=self.by, changes={field: value}),
            "transfer": lambda: transfer_users(rows, by=self.by, to=organization(value).pk),
            "delete": lambda: delete_user(person, by=self.by),
        }[what]()

    def marks(self) -> list[tuple[bool, bool, bool]]:
        fresh = [account.refreshed() for account in self.accounts]
        assert {account.status for account in fresh} <= set(Status.values)
        return [(one.has_user, one.left_at is not None, one.moved_at is not None) for one in fresh]


@pytest.mark.usefixtures("scope")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_marks_follow_from_what_was_done(olivia: Account, northwind: Tenant, steps: list[Any]) -> None:
    plain, real = Plain("HOME"), Real(olivia, northwind)

    for step in steps:
        plain.step(*step)
        real.step(*step)

        assert real.marks() == plain.marks(), step
