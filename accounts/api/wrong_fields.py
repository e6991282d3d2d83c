"""What is wrong with an account's fields, in the words of the body that asked for it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from accounts.operations import WrongFields
from itam_portal.api.problems import WrongBody
from itam_portal.refusals import Refused


class AccountTaken(Refused):
    """Another account has this login or address already."""

    code = "account_taken"

    def __init__(self, message: str, errors: list[tuple[str, Any]]) -> None:
        self.errors = errors
        super().__init__(message)


@contextmanager
def naming(names: Mapping[str, str], *, taken: str) -> Iterator[None]:
    """Name wrong fields as the body does: raises WrongBody, or AccountTaken with `taken` where all are another's."""
    try:
        yield
    except WrongFields as refusal:
        errors = [(names.get(one.field, one.field), one.message) for one in refusal.problems]
        is_taken = all(one.account_id for one in refusal.problems)
        raise (AccountTaken(taken, errors) if is_taken else WrongBody(errors)) from refusal
