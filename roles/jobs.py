"""What this floor gives the shared parts when the program starts: the history's words."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from itam_portal.history import kinds
from roles.rights import Right


def _rights() -> dict[str, Any]:
    return {right.value: right.label for right in Right}


kinds.describe(
    "role",
    labels={"allows": _("allows"), "denies": _("denies")},
    values={"allows": _rights, "denies": _rights},
)
