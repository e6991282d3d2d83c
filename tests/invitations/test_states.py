"""All states of an invitation and all that can be done to it, in any order, with time moved by the second."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.models import Account, Identity
from invitations.models import LIVES, Invitation
from invitations.operations import (
    accept_invitation,
    copy_links,
    decline_invitation,
    invite,
    purge_invitations,
    renew_token,
    resend_invitations,
    revoke_invitations,
)
from itam_portal.refusals import Refused
from itam_portal.tenancy.actor import System
from itam_portal.tokens import hash_of
from organizations.models import Tenant
from tests.invitations.making import EMAIL, PASSWORD, Line, offering, pass_time

SEVEN_DAYS = int(LIVES.total_seconds())
# Seconds around every border: a moment, nearly seven days, seven days, thirty-seven.
SPANS = st.sampled_from([1, 2, 3_600, SEVEN_DAYS - 3_600, SEVEN_DAYS - 1, SEVEN_DAYS, 30 * 86_400])


class Invitations(RuleBasedStateMachine):
    """What the program does beside a model of it in a few lines."""

    owner: Account
    tenant: Tenant

    def __init__(self) -> None:
        super().__init__()
        # What each invitation should be, in the order in which they were made: state, seconds left, link, whether it
        # was replaced.
        self.wanted: dict[int, dict[str, Any]] = {}
        self.accepted = 0

    @initialize()
    def begin(self) -> None:
        self.savepoint = transaction.savepoint()

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            transaction.savepoint_rollback(self.savepoint)

    # --- the model ------------------------------------------------------------------------------------------------

    def state(self, number: int) -> str:
        one = self.wanted[number]
        return "expired" if one["state"] == "pending" and one["left"] <= 0 else one["state"]

    def newest(self) -> Invitation | None:
        return Invitation.objects.filter(pk__in=self.wanted).order_by("-pk").first()

    def attempt(self, operate: Any) -> bool:
        """Whether it was done; a refusal leaves everything as it was."""
        try:
            with transaction.atomic():
                operate()
        except Refused:
            return False
        return True

    # --- what can be done -----------------------------------------------------------------------------------------

    @rule()
    def send(self) -> None:
        made: list[Invitation] = []
        to = Line(EMAIL)

        def operate() -> None:
            made.append(invite(self.tenant, by=self.owner, to=to, offered=offering("Viewer")))

        is_open = any(self.state(number) == "pending" for number in self.wanted)
        assert self.attempt(operate) == (not is_open and not self.accepted)
        for one in self.wanted.values() if made else ():
            one["replaced"] = one["replaced"] or one["state"] == "pending"
        for one in made:
            self.wanted[one.pk] = {"state": "pending", "left": SEVEN_DAYS, "link": "", "replaced": False}

    @rule(copies=st.booleans())
    def send_again(self, copies: bool) -> None:
        for number, one in list(self.wanted.items()):
            rows, tokens = Invitation.objects.filter(pk=number), {}

            def operate(rows: Any = rows, tokens: Any = tokens) -> None:
                if copies:
                    tokens.update(copy_links(rows, by=self.owner)[1])
                else:
                    resend_invitations(rows, by=self.owner)

            allowed = one["state"] == "pending" and not one["replaced"] and not self.accepted
            assert self.attempt(operate) == allowed
            if allowed:
                one |= {"left": SEVEN_DAYS, "link": hash_of(tokens[number]) if copies else ""}

    @rule()
    def mail_goes_out(self) -> None:
        found = self.newest()
        if found and self.state(found.pk) == "pending":
            token = renew_token(found, by=System("Mail", self.tenant))
            self.wanted[found.pk]["link"] = hash_of(token)

    @rule()
    def revoke(self) -> None:
        found = self.newest()
        if found is None:
            return
        rows = Invitation.objects.filter(pk=found.pk)
        allowed = self.state(found.pk) == "pending"
        assert self.attempt(lambda: revoke_invitations(rows, by=self.owner)) == allowed
        if allowed:
            self.wanted[found.pk]["state"] = "revoked"

    @rule(accepts=st.booleans(), knows_link=st.booleans())
    def answer(self, accepts: bool, knows_link: bool) -> None:
        found = self.newest()
        if found is None:
            return
        one, by = self.wanted[found.pk], System("Invitee", self.tenant)
        link = one["link"] if knows_link else hash_of("an older one")
        person = {"identity": Identity.objects.filter(email=EMAIL).first(), "name": "Newt", "password": PASSWORD}

        def operate() -> None:
            if accepts:
                accept_invitation(found, by=by, link=link, **person)
            else:
                decline_invitation(found, by=by, link=link)

        allowed = self.state(found.pk) == "pending" and knows_link and bool(one["link"])
        assert self.attempt(operate) == allowed
        if allowed:
            one["state"] = "accepted" if accepts else "declined"
            self.accepted += accepts

    @rule(seconds=SPANS)
    def time_passes(self, seconds: int) -> None:
        for number, one in self.wanted.items():
            pass_time(Invitation(pk=number), seconds=seconds)
            one["left"] -= seconds

    @rule()
    def house_is_kept(self) -> None:
        over = [n for n, one in self.wanted.items() if one["left"] <= -30 * 86_400 and one["state"] != "accepted"]
        purge_invitations(self.tenant, by=System("Automation", self.tenant), now=timezone.now())
        for number in over:
            del self.wanted[number]

    # --- what always holds ----------------------------------------------------------------------------------------

    @invariant()
    def the_program_says_what_the_model_says(self) -> None:
        rows = Invitation.objects.filter(pk__in=self.wanted).with_state()
        # A test takes less than a second for a rule: borders are moved by whole seconds.
        assert {one.pk: one.state for one in rows} == {number: self.state(number) for number in self.wanted}
        assert {one.pk: one.state_now for one in rows} == {number: self.state(number) for number in self.wanted}
        assert {one.pk: one.token_hash for one in rows} == {n: one["link"] for n, one in self.wanted.items()}

    @invariant()
    def there_is_at_most_one_open_invitation_and_one_account(self) -> None:
        assert Invitation.objects.filter(pk__in=self.wanted).open().count() <= 1
        assert Account.objects.filter(email=EMAIL).count() == self.accepted <= 1


@pytest.mark.usefixtures("scope")
def test_every_action_in_every_state_does_what_the_model_says(olivia: Account, northwind: Tenant) -> None:
    Invitations.owner, Invitations.tenant = olivia, northwind
    few = settings(
        max_examples=40,
        stateful_step_count=25,
        deadline=timedelta(seconds=30),
        suppress_health_check=list(HealthCheck),
    )

    run_state_machine_as_test(Invitations, settings=few)  # type: ignore[no-untyped-call]
