"""What the pages about an account say of its human: who that is, and what about them has changed."""

from typing import Any
from zoneinfo import ZoneInfo

from accounts import guards as refusing
from accounts.models import Account
from accounts.queries import Change
from itam_portal import guards
from itam_portal.history.changes import changes_of
from itam_portal.history.models import Entry
from itam_portal.history.names import Names
from roles.rights import Right

MOST = 10


def people_and_changes(found: Account, *, reader: Any) -> dict[str, Any]:
    """What the account's page needs to say who its human is, and why somebody should look at it."""
    people = guards.ask("account.people", found, reader=reader) if found.has_user else []
    changes = found.changes
    has_moved = Change.MOVED in changes
    return {
        "people": people,
        "changes": changes,
        "gone": [one for one in people if one["is_gone"]],
        "moves": _moves(found, people, reader=reader) if has_moved else [],
        "may_confirm": has_moved and _may_confirm(found, reader=reader),
    }


def _may_confirm(found: Account, *, reader: Any) -> bool:
    return reader.may(Right.GIVE_ROLES) and refusing.refusal_of_confirming(found, by=reader) is None


def _moves(found: Account, people: list[dict[str, Any]], *, reader: Any) -> list[dict[str, Any]]:
    """What changed about the people this reader sees, from the history: the newest first."""
    names = guards.ask("account.moves_by")
    seen = [one["pk"] for one in people]
    entries: Any = Entry.objects.all().changes_of_people(found, seen, since=found.moved_at)
    rows = [row for row in entries.values()[:MOST] if names & row["changes"].keys()]
    said, zone = Names(rows, reader=reader), ZoneInfo(reader.tenant.time_zone)
    moves = []
    for row in rows:
        only = {**row, "changes": {name: row["changes"][name] for name in names & row["changes"].keys()}}
        texts = [str(one) for one in changes_of(only, said, zone)]
        moves.append({"at": row["at"], "name": row["object_name"], "texts": texts})
    return moves
