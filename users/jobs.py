"""What this floor gives the shared parts when the program starts: the history's words."""

from typing import Any

from django.db.models import QuerySet

from itam_portal.history import kinds
from itam_portal.tenancy.reach import ALL
from roles.rights import Right
from users.models import ComputerUser


def _seen_by(reader: Any) -> QuerySet:
    """The users whose home this reader's rights reach."""
    people = ComputerUser.objects.filter(tenant_id=reader.tenant_id)
    reach = reader.reach(Right.READ_USERS)
    return people if reach is ALL else people.filter(home_id__in=reach)


kinds.describe("user", sees=_seen_by)
