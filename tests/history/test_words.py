"""Whatever the history tells has words: operations, kinds, fields and values."""

import ast
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Account
from itam_portal.history.changes import Sayer
from itam_portal.history.kinds import Kind, known_kinds, known_operations, operation_in_words
from itam_portal.history.names import Names
from itam_portal.lists.actions import known_actions
from tests.test_architecture import PRODUCT, at


def operations_in_the_code() -> dict[str, str]:
    """The code of every operation that is written down, with where it is."""
    found = {}
    for path in PRODUCT:
        if "bench" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            is_context = isinstance(node, ast.Call) and ast.unparse(node.func) in ("context", "history.context")
            if is_context and node.args and isinstance(node.args[0], ast.Constant):
                found[str(node.args[0].value)] = at(path, node)
    return found


def test_every_operation_has_words() -> None:
    codes = operations_in_the_code() | dict.fromkeys(known_actions(), "a bulk action")

    assert "accounts.disable" in codes
    assert {code: where for code, where in codes.items() if code not in known_operations()} == {}


def test_an_operation_without_words_is_told_by_its_code_and_none_as_the_databases() -> None:
    assert operation_in_words("no.such") == "no.such"
    assert operation_in_words("") == "Directly in the database"


@pytest.mark.parametrize("kind", known_kinds().values(), ids=list(known_kinds()))
def test_every_field_has_a_label_that_begins_with_a_capital(kind: Kind) -> None:
    for name in kind.fields:
        label = kind.label_of(name)
        assert label
        assert label[0] == label[0].upper()
        assert "_" not in label


def test_a_field_that_is_no_more_is_told_by_its_name(olivia: Account) -> None:
    kind, sayer = known_kinds()["account"], Sayer(Names([], reader=olivia), ZoneInfo("UTC"))

    assert kind.label_of("shoe_size") == "Shoe_size"
    assert sayer.say(kind, "shoe_size", 7) == "7"


def test_values_are_told_as_pages_tell_them(olivia: Account) -> None:
    kinds, sayer = known_kinds(), Sayer(Names([], reader=olivia), ZoneInfo("Asia/Tokyo"))

    assert sayer.say(kinds["account"], "status", "disabled") == "Disabled"
    assert sayer.say(kinds["account"], "status", "gone") == "gone"
    assert sayer.say(kinds["account"], "shared", True) == "Yes"
    assert sayer.say(kinds["account"], "job_title", "") == "–"
    assert sayer.say(kinds["account"], "home", 10**15) == "no. 1000000000000000"
    assert sayer.say(kinds["role"], "allows", ["roles.read", "made.up"]) == "See roles, made.up"
    assert sayer.say(kinds["assignment"], "expires_on", "2026-12-31") == "Dec. 31, 2026"
    assert sayer.say(kinds["assignment"], "expires_at", "2026-12-31T23:00:00+00:00") == "Jan. 1, 2027, 8 a.m."
    assert sayer.say(kinds["organization"], "attributes", {"a": ["é"]}) == '{"a": ["é"]}'
