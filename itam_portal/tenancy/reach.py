"""How far a right reaches: everywhere in the tenant, or some organizations."""

from typing import Final


class All:
    """Every organization of the tenant, those to come included."""

    def __contains__(self, organization_id: int) -> bool:
        return True

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return "ALL"


ALL: Final = All()
NOWHERE: Final[frozenset[int]] = frozenset()
Reach = All | frozenset[int]


def covers(held: Reach, wanted: Reach) -> bool:
    """Whether the reach held includes the reach wanted."""
    if isinstance(held, All):
        return True
    return not isinstance(wanted, All) and wanted <= held
