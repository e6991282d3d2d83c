"""What every endpoint states: the right that opens it, and the parameters that it knows."""

import functools
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query

from itam_portal.api.problems import WrongParameters
from itam_portal.refusals import NotAllowed
from itam_portal.requests import number_of

Endpoint = Callable[..., HttpResponse]
# A parameter of endpoints that change something.
DRY_RUN: Any = Query(False, description="Whether to do nothing, and to say what would be done.")


def endpoint(
    right: str | None, *, everywhere: bool = False, query: tuple[str, ...] = (), lists: bool = False
) -> Callable[[Endpoint], Endpoint]:
    """Let an endpoint be called with this right, `everywhere` where it is needed for the whole tenant.

    `query` names the parameters of the address; those of lists are checked by the list itself. Raises NotAllowed,
    WrongParameters.
    """

    def decorate(answer: Endpoint) -> Endpoint:
        @functools.wraps(answer)
        def checked(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            account = request.account
            if right and not account.may(right, account.tenant if everywhere else None):
                raise NotAllowed
            if not lists:
                refuse_unknown(request, query)
            return answer(request, *args, **kwargs)

        def describe(operation: Any) -> None:
            known = {"x-right": right or "", "x-everywhere": everywhere}
            operation.openapi_extra = {**(operation.openapi_extra or {}), **known}

        # What ninja calls with the operation that it makes of the endpoint.
        checked._ninja_contribute_to_operation = [describe]  # type: ignore[attr-defined]
        return checked

    return decorate


def numbered_or_404(rows: Any, text: str) -> Any:
    """The one of these rows with this number, which comes from an address. Raises Http404 where there is none."""
    found = rows.numbered(number_of(text) or 0)
    if found is None:
        raise Http404
    return found


def refuse_unknown(request: Any, known: tuple[str, ...]) -> None:
    """Raise WrongParameters where the address has a parameter that is not known here, or one twice."""
    errors = [(name, _("There is no parameter of this name here.")) for name in request.GET if name not in known]
    twice = [name for name in request.GET if name in known and len(request.GET.getlist(name)) > 1]
    errors += [(name, _("This parameter may be given only once.")) for name in twice]
    if errors:
        raise WrongParameters(errors)
