"""The ceiling on giving: whatever anybody does in whatever order, nobody's reach grows beyond what the giver held."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from accounts.models import Account, Group, GroupMember, RoleAssignment, Type
from accounts.operations import (
    change_members,
    change_type,
    copy_group,
    date_assignment,
    delete_group,
    disable_accounts,
    enable_accounts,
    give_group_role,
    give_roles,
    take_assignment,
    take_roles,
)
from accounts.queries import Grant, Holdings, Scope
from itam_portal.refusals import Refused
from itam_portal.tenancy.reach import ALL, Reach, covers
from organizations.models import Organization, OrganizationGroup, OrganizationGroupMember
from organizations.operations import gather_organizations
from roles.models import Role
from roles.operations import edit_role
from roles.rights import Right
from tests.cast import account_named, add_account, gather, give, join, make_role, only, organization

PLAIN = [Right.READ_ACCOUNTS, Right.DISABLE_ACCOUNTS, Right.ENABLE_ACCOUNTS]
GIVING = [
    *(Right.GIVE_ROLES, Right.CHANGE_ROLES, Right.CHANGE_GROUPS, Right.CHANGE_MEMBERS),
    Right.CHANGE_ORGANIZATION_GROUPS,
]
RIGHTS = [*PLAIN, *GIVING, Right.EDIT_ACCOUNTS]
NAMES = ("ann", "bob", "cay", "dan", "olivia")
# Most of what is tried is tried by those who may give something: refusals for want of any right teach little.
ACTORS = ("ann", "ann", "ann", "ann", "bob", "bob", "bob", "cay", "olivia")
GROUPS = ("day", "night")
ROLES = ("Giver", "B", "C", "D", "Owner", "Administrator")
PLACES = ("everywhere", "everywhere", "emea", "near", "far")
DAYS = (None, None, 1, 400)
MACHINES, STEPS = 100, 40

plain = some.frozensets(some.sampled_from(PLAIN), max_size=3)
denied = some.frozensets(some.sampled_from(PLAIN), max_size=2)
actors, names, groups = some.sampled_from(ACTORS), some.sampled_from(NAMES), some.sampled_from(GROUPS)
roles = some.sampled_from([*ROLES[:4], *ROLES[:4], *ROLES])
places, days = some.sampled_from(PLACES), some.sampled_from(DAYS)


def everything() -> dict[int, dict[str, Reach]]:
    """Where every account holds each right, by plain reading of all there is."""
    known = {role.pk: role for role in Role.objects.all()}
    members: dict[int, list[int]] = defaultdict(list)
    for link in GroupMember.objects.all():
        members[link.group_id].append(link.account_id)
    gathered: dict[int | None, set[int]] = defaultdict(set)
    for place in OrganizationGroupMember.objects.all():
        gathered[place.group_id].add(place.organization_id)
    grants: dict[int, list[Grant]] = defaultdict(list)
    for one in RoleAssignment.objects.live():
        role = known[one.role_id]
        scope = one.organization_id, one.organization_group_id
        grant = Grant(frozenset(role.allows), frozenset(role.denies), *scope, role.builtin)
        for holder in members[one.group_id] if one.group_id else [one.account_id]:
            grants[holder].append(grant)  # type: ignore[index]
    behind = {key: frozenset(value) for key, value in gathered.items()}
    behind[None] = frozenset(Organization.objects.values_list("pk", flat=True))
    held = {key: Holdings(grants[key], behind) for key in Account.objects.values_list("pk", flat=True)}
    return {key: {right: holdings.reach(right) for right in RIGHTS} for key, holdings in held.items()}


def grown(before: Reach, after: Reach) -> Reach:
    """What of the reach is new."""
    if covers(before, after):
        return frozenset()
    return ALL if after is ALL else frozenset(after) - frozenset(before)  # type: ignore[arg-type]


class Giving(RuleBasedStateMachine):
    """People with random rights who give, take, join, leave, copy and change whatever they may."""

    tenant: Any

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.done = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize(
        made=some.lists(some.tuples(plain, denied), min_size=4, max_size=4),
        held=some.lists(
            some.tuples(some.sampled_from(("cay", "dan", *GROUPS)), some.sampled_from(ROLES[1:4]), places), max_size=6
        ),
        more=some.sampled_from(ROLES[1:4]),
        place=places,
        inside=some.lists(some.tuples(groups, some.sampled_from(NAMES[:4])), max_size=4),
    )
    def begin(self, made: Any, held: Any, more: str, place: str, inside: Any) -> None:
        for name in NAMES[:4]:
            add_account(self.tenant, name.title(), login=name)
        for name in GROUPS:
            Group.objects.create(tenant=self.tenant, name=name)
        self.places: dict[str, Any] = {"everywhere": None, "emea": organization("emea"), "apac": organization("apac")}
        self.places["near"] = gather(self.tenant, "near", self.places["emea"])
        self.places["far"] = gather(self.tenant, "far", self.places["emea"], self.places["apac"])
        for name, (allows, denies) in zip(ROLES[:4], made, strict=True):
            giving = GIVING if name == "Giver" else []
            make_role(self.tenant, name, allows={*allows, *giving}, denies=() if giving else denies)
        give(account_named("ann"), "Giver")
        give(account_named("bob"), "Giver", self.places[place])
        give(account_named("bob"), more, self.places[place])
        for subject, role, at in dict.fromkeys(held):
            give(self._subject(subject), role, self.places[at])
        for group, name in dict.fromkeys(inside):
            join(Group.objects.get(name=group), account_named(name))

    def _subject(self, name: str) -> Any:
        return Group.objects.get(name=name) if name in GROUPS else account_named(name)

    def _scope(self, place: str) -> Scope:
        found = self.places[place]
        is_group = isinstance(found, OrganizationGroup)
        return Scope(organization_group_id=found.pk) if is_group else Scope(found.pk if found else None)

    @contextmanager
    def _checked(self, actor: str) -> Iterator[Account]:
        """What happens inside is refused, or raises nobody above the actor, lowers not the actor, keeps an owner."""
        by, before = account_named(actor), everything()
        try:
            with transaction.atomic():
                yield by
        except Refused:
            return
        after = everything()
        for key, held in after.items():
            for right, reach in held.items():
                new = grown(before[key][right], reach)
                assert covers(before[by.pk][right], new), (actor, right, key)
        assert all(covers(after[by.pk][right], before[by.pk][right]) for right in RIGHTS)
        assert Account.objects.all().keeping().exists()

    @rule(actor=actors, name=names, role=roles, place=places, day=days)
    def give_a_role(self, actor: str, name: str, role: str, place: str, day: int | None) -> None:
        until = timezone.now().date() + timedelta(days=day) if day else None
        chosen = {"role": Role.objects.get(name=role), "scope": self._scope(place), "expires_on": until}
        with self._checked(actor) as by:
            give_roles(only(account_named(name)), by=by, **chosen)

    @rule(actor=actors, name=names, role=roles, place=places)
    def take_a_role(self, actor: str, name: str, role: str, place: str) -> None:
        with self._checked(actor) as by:
            chosen = {"role": Role.objects.get(name=role), "scope": self._scope(place)}
            take_roles(only(account_named(name)), by=by, **chosen)

    @rule(actor=actors, group=groups, role=roles, place=places)
    def give_a_group_a_role(self, actor: str, group: str, role: str, place: str) -> None:
        with self._checked(actor) as by:
            chosen = {"role": Role.objects.get(name=role), "scope": self._scope(place)}
            give_group_role(self._group(group), by=by, **chosen)

    @rule(actor=actors, at=some.integers(0, 30), day=days, takes=some.booleans())
    def date_or_take_any_assignment(self, actor: str, at: int, day: int | None, takes: bool) -> None:
        found = list(RoleAssignment.objects.order_by("pk"))
        assignment = found[at % len(found)]
        with self._checked(actor) as by:
            if takes:
                take_assignment(assignment, by=by)
            else:
                until = timezone.now().date() + timedelta(days=day) if day else None
                date_assignment(assignment, by=by, expires_on=until)

    @rule(actor=actors, group=groups, add=some.frozensets(names, max_size=2), remove=some.frozensets(names, max_size=2))
    def change_who_is_in_a_group(self, actor: str, group: str, add: Any, remove: Any) -> None:
        with self._checked(actor) as by:
            keys = [[account_named(name).pk for name in sorted(some_names)] for some_names in (add, remove)]
            change_members(self._group(group), by=by, add=keys[0], remove=keys[1])

    @rule(actor=actors, role=some.sampled_from(ROLES[1:4]), allows=plain, denies=denied)
    def change_a_role(self, actor: str, role: str, allows: Any, denies: Any) -> None:
        found = Role.objects.get(name=role)
        with self._checked(actor) as by:
            edit_role(found, by=by, was=found.version, description="", allows=allows, denies=denies)

    @rule(actor=actors, name=names, operation=some.sampled_from([disable_accounts, enable_accounts, change_type]))
    def disable_enable_or_retype(self, actor: str, name: str, operation: Callable[..., Any]) -> None:
        with self._checked(actor) as by:
            if operation is change_type:
                change_type(account_named(name), by=by, to=Type.SERVICE)
            else:
                operation(only(account_named(name)), by=by)

    @rule(actor=actors, group=groups, members=some.booleans())
    def copy_and_delete_a_group(self, actor: str, group: str, members: bool) -> None:
        with self._checked(actor) as by:
            made = copy_group(self._group(group), by=by, name="copy", description="", roles=True, members=members)
            delete_group(made, by=by)

    @rule(
        actor=actors,
        group=some.sampled_from(("near", "far")),
        add=some.frozensets(some.sampled_from(("emea", "apac")), max_size=2),
        remove=some.frozensets(some.sampled_from(("emea", "apac")), max_size=2),
    )
    def put_organizations_in_and_out(self, actor: str, group: str, add: Any, remove: Any) -> None:
        with self._checked(actor) as by:
            keys = [[self.places[code].pk for code in sorted(codes)] for codes in (add, remove)]
            gather_organizations(self.places[group], by=by, add=keys[0], remove=keys[1])

    def _group(self, name: str) -> Group:
        return Group.objects.get(name=name)


@pytest.mark.parametrize("part", [1, 2])
def test_nobody_ever_gives_more_than_they_hold(scope: None, northwind: Any, part: int) -> None:
    """Two times 50 machines of 40 steps each: four thousand steps."""
    machine = type(f"Giving{part}", (Giving,), {"tenant": northwind})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=MACHINES // 2,
            stateful_step_count=STEPS,
            deadline=None,
            # A failing sequence is told as it was found: making it shorter would take minutes.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
