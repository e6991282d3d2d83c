"""Who acts. Operations take an actor as `by` and know nothing else about it."""

from dataclasses import dataclass
from typing import Any, Protocol

from itam_portal.tenancy.reach import ALL, Reach


class Actor(Protocol):
    """An account, or `System`: whoever an operation is done by."""

    @property
    def tenant(self) -> Any: ...

    @property
    def is_system(self) -> bool: ...

    @property
    def pk(self) -> Any: ...

    @property
    def holdings(self) -> Any: ...

    def may(self, right: str, target: Any = None) -> bool:
        """Whether this actor holds the right, at the target's place if one is given."""

    def reach(self, right: str) -> Reach:
        """Where this actor holds the right."""


@dataclass(frozen=True)
class System:
    """Housekeeping and commands: holds every right, and is bound by every guard."""

    name: str
    tenant: Any
    is_system: bool = True
    pk: None = None
    # What an account holds is asked of accounts only: the system holds every right.
    holdings: None = None

    def may(self, right: str, target: Any = None) -> bool:
        return True

    def reach(self, right: str) -> Reach:
        return ALL
