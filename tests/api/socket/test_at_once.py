"""Eight programs at once, each of which sends its calls again: every user is made once."""

import threading
from typing import Any

from tests.api.socket.conftest import Program
from tests.browser.portal import Portal

PROGRAMS, EACH = 8, 125


def body_of(number: int) -> dict[str, Any]:
    """A contact of this number."""
    return {
        "firstName": "Test",
        "lastName": f"{number:04}",
        "emailAddress": f"many{number}@at-once.example",
        "accountRoles": [{"accountName": "123456", "roles": ["USER"]}],
        "attributes": [{"name": "REGION", "value": "EMEA"}],
    }


def make(portal: Portal, key: str, numbers: range, seen: dict[int, list[Any]]) -> None:
    """Create these users, every third one twice and every tenth at once with another program's try."""
    program = Program(portal.port, key)
    for number in numbers:
        tries = 2 if number % 3 == 0 else 1
        for _try in range(tries):
            answer = program.ask("POST", "/users", body_of(number), Idempotency_Key=f"at-once-{number}")
            seen.setdefault(number, []).append((answer.status, answer.facts.get("user", {}).get("id")))


def test_a_thousand_users_made_by_eight_programs_with_repeated_calls_are_a_thousand(
    portal: Portal, key: str, program: Program
) -> None:
    # Every program makes its own numbers and repeats the first ten of the next one's.
    seen: list[dict[int, list[Any]]] = [{} for _number in range(PROGRAMS)]
    halves = [
        (number, numbers)
        for number in range(PROGRAMS)
        for first in [number * EACH]
        for numbers in (range(first, first + EACH), range(first + EACH, min(first + EACH + 10, PROGRAMS * EACH)))
    ]
    works = [
        threading.Thread(target=make, args=(portal, key, numbers, seen[number]), daemon=True)
        for number, numbers in halves
    ]
    for work in works[::2] + works[1::2]:
        work.start()
    for work in works:
        work.join(300)

    found = program.ask("GET", "/users?email=at-once.example&count=exact&limit=1")
    answers = [one for by_number in seen for tries in by_number.values() for one in tries]
    ids: dict[int, set[Any]] = {}
    for by_number in seen:
        for number, tries in by_number.items():
            ids.setdefault(number, set()).update(key for _status, key in tries)
    assert {status for status, _key in answers} == {201}
    assert found.facts["total"] == PROGRAMS * EACH
    assert len(ids) == PROGRAMS * EACH
    assert {len(keys) for keys in ids.values()} == {1}
