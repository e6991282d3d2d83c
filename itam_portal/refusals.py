"""Refusals have names. A broken rule raises a subclass of Refused, its message written for people."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, ClassVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from itam_portal.tenancy.actor import Actor


class Refused(Exception):
    """A rule was broken. Pages show the message, the API makes a problem document of it."""

    status: ClassVar[int] = HTTPStatus.CONFLICT
    code: ClassVar[str] = "refused"
    message: Any = _("That is not possible.")

    def __init__(self, message: Any = None) -> None:
        self.message = message or self.message
        super().__init__(str(self.message))


class NotAllowed(Refused):
    """The actor lacks the right."""

    status = HTTPStatus.FORBIDDEN
    code = "not_allowed"
    message = _("You do not hold the right to do this.")


class Malformed(Refused):
    """What was sent cannot be understood."""

    status = HTTPStatus.BAD_REQUEST
    code = "malformed"


class WrongTenant(Refused):
    """A form was drawn for another tenant than the session's."""

    status = HTTPStatus.CONFLICT
    code = "wrong_tenant"
    message = _(
        "This page was opened for another tenant. Nothing was changed. "
        "Switch back to that tenant, or reload the page to act in the present one."
    )


@contextmanager
def refusing(refusals: Mapping[str, Refused | type[Refused]]) -> Iterator[None]:
    """Should the database refuse what is done inside by one of these constraints, raise its refusal instead."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        refusal = refusals.get(getattr(diagnosis, "constraint_name", ""))
        if refusal is None:
            raise
        raise refusal from error


def require(by: Actor, right: str, target: Any = None) -> None:
    """Raise NotAllowed unless the actor holds the right."""
    if not by.may(right, target):
        raise NotAllowed
