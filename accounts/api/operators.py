"""`/operators`: operator and service accounts."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field

from accounts.api.describing import COLUMNS, OperatorFacts, one_of, with_facts
from accounts.jobs import DISABLE, ENABLE
from accounts.models import Account
from accounts.operations import disable_accounts, enable_accounts
from accounts.views.lists import AccountsList
from itam_portal.api.answers import success
from itam_portal.api.bodies import Body, FilledLine, Flag, Reason, Text
from itam_portal.api.bulk import DoneAnswer, PreviewFacts, ReceiptFacts, do_to_many, preview_facts, receipt_facts
from itam_portal.api.document import Answer, described_list, one
from itam_portal.api.endpoints import DRY_RUN, endpoint, refuse_unknown
from itam_portal.api.lists import ApiList
from itam_portal.api.problems import WrongBody
from itam_portal.lists.actions import BulkAction
from itam_portal.lists.bulk import preview
from roles.rights import Right

router = Router(tags=["Operators"])
OPERATORS = ApiList(
    word="operators",
    page=AccountsList,
    facts=with_facts,
    columns=COLUMNS,
)
# So many accounts can be named in one call; everything that matches has no limit.
MOST_NAMED = 1_000


class ManyOperators(Body):
    """Which accounts: these, or everything that the parameters of the address match."""

    operators: list[FilledLine] = Field([], max_length=MOST_NAMED, description="Logins or ids.")
    everything: Flag = Field(False, description="Everything that matches the list's parameters in the address.")
    reason: Text = Field("", description="Why: it stands in the history and on the receipt.")


class SwitchAnswer(Answer):
    """The account as it is, with the receipt of what was done, or with dry_run what would be done."""

    operator: OperatorFacts
    receipt: ReceiptFacts | None = None
    preview: PreviewFacts | None = None


def found_or_404(account: Any, login: str) -> Account:
    """The account of this login, in any case, else of this number, that the caller sees."""
    found = Account.objects.visible_to(account).with_login(login)
    if found is None:
        raise Http404
    return found


@router.get("/operators", **described_list(OPERATORS, OperatorFacts, "List operators"))
@endpoint(Right.READ_ACCOUNTS, lists=True)
def list_operators(request: HttpRequest) -> HttpResponse:
    """Operator and service accounts, by all parameters that the list on the page knows."""
    return OPERATORS.answer(request)


@router.post("/operators/enable", **one("Enable many operators", DoneAnswer, code_202=DoneAnswer))
@endpoint(Right.ENABLE_ACCOUNTS, lists=True)
def enable_many(request: Any, body: ManyOperators, dry_run: bool = DRY_RUN) -> HttpResponse:
    """Let these accounts be used again. More than 10,000 are enabled by the worker: follow the receipt."""
    return _do(request, body, ENABLE, dry_run=dry_run)


@router.post("/operators/disable", **one("Disable many operators", DoneAnswer, code_202=DoneAnswer))
@endpoint(Right.DISABLE_ACCOUNTS, lists=True)
def disable_many(request: Any, body: ManyOperators, dry_run: bool = DRY_RUN) -> HttpResponse:
    """Keep these accounts from being used. More than 10,000 are disabled by the worker: follow the receipt."""
    return _do(request, body, DISABLE, dry_run=dry_run)


@router.post("/operators/{path:login}/enable", **one("Enable an operator", SwitchAnswer))
@endpoint(Right.ENABLE_ACCOUNTS, query=("dry_run",))
def enable_one(request: Any, login: str, body: Reason | None = None, dry_run: bool = DRY_RUN) -> HttpResponse:
    """Let an account be used again, with the rights that it holds."""
    return _switch(request, login, ENABLE, enable_accounts, body=body, dry_run=dry_run)


@router.post("/operators/{path:login}/disable", **one("Disable an operator", SwitchAnswer))
@endpoint(Right.DISABLE_ACCOUNTS, query=("dry_run",))
def disable_one(request: Any, login: str, body: Reason | None = None, dry_run: bool = DRY_RUN) -> HttpResponse:
    """Keep an account from being used: its sessions end at once."""
    return _switch(request, login, DISABLE, disable_accounts, body=body, dry_run=dry_run)


def _switch(
    request: Any, login: str, action: BulkAction, operate: Any, *, body: Reason | None, dry_run: bool
) -> HttpResponse:
    """Preview it for one account, or do it; who may not be changed is refused by the guard's own name."""
    account, found = request.account, found_or_404(request.account, login)
    chosen = Account.objects.numbered_among([found.pk])
    if dry_run:
        return success(operator=one_of(found), preview=preview_facts(preview(action, chosen, by=account)))
    receipt = operate(chosen, by=account, reason=body.reason if body else "")
    return success(operator=one_of(found), receipt=receipt_facts(receipt))


def _do(request: Any, body: ManyOperators, action: BulkAction, *, dry_run: bool) -> HttpResponse:
    account, asked = request.account, {}
    if body.everything == bool(body.operators):
        raise WrongBody([("operators", _("Name the operators, or say everything: one of both."))])
    if body.everything:
        rows = OPERATORS.whole(request, beside=("dry_run",)).matching()
        asked = {
            "query": request.META.get("QUERY_STRING", ""),
            "list_name": AccountsList.list_name(),
            "everything": True,
        }
    else:
        refuse_unknown(request, ("dry_run",))
        rows = Account.objects.visible_to(account).numbered_among(numbers_named(account, body.operators))
    return do_to_many(rows, action, by=account, dry_run=dry_run, reason=body.reason, **asked)


def numbers_named(account: Any, names: list[str]) -> list[int]:
    """The numbers of accounts that are named by login or number. Raises WrongBody with each that is not seen."""
    found = Account.objects.visible_to(account).with_logins(names)
    missing = [(f"operators[{at}]", name) for at, name in enumerate(names) if name.lower() not in found]
    if missing:
        text = _("There is no operator “%(value)s”.")
        raise WrongBody([(where, text % {"value": name[:60]}) for where, name in missing])
    return sorted({found[name.lower()] for name in names})
