"""The pages about the API: the reference for anybody, and the page in the portal."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Account
from tests.api import conformity
from tests.api.caller import Caller

Browse = Callable[[Account], Client]


def test_anybody_may_read_the_reference_and_every_operation_is_in_it(client: Client) -> None:
    answer = client.get("/api/docs/")

    page = answer.content.decode()
    assert answer.status_code == 200
    for path, operations in conformity.document()["paths"].items():
        for method, operation in operations.items():
            assert f'data-operation="{method.upper()} {path} ' in page
            assert operation["summary"] in page
            for one in operation["parameters"]:
                assert f"<code>{one['name']}</code>" in page, one["name"]


def test_the_reference_says_where_the_api_is_and_runs_nothing_of_its_own(client: Client) -> None:
    page = client.get("/api/docs/", headers={"host": "localhost"}).content.decode()

    assert "http://localhost/api/v1" in page
    assert "http://testserver" not in page
    assert not re.search(r"<script(?![^>]* src=)|\sstyle=|\son\w+=|<style", page)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", ["olivia", "adam", "victor", "uma"])
def test_everybody_may_read_how_programs_call(name: str, request: Any, client_of: Browse) -> None:
    answer = client_of(request.getfixturevalue(name)).get("/api/")

    assert answer.status_code == 200
    assert "http://testserver/api/v1/users" in answer.content.decode()
    assert "--tenant northwind" in answer.content.decode()


def test_only_owners_see_keys_and_their_calls(
    admin: Caller, olivia: Account, adam: Account, mallory: Account, client_of: Browse
) -> None:
    admin.get("/accounts/emea")
    admin.get("/nowhere")

    own, others, foreign = [client_of(one).get("/api/").content.decode() for one in (olivia, adam, mallory)]

    assert re.search(r"/api/v1/accounts/emea</td>.*?200", own, re.DOTALL)
    assert re.search(r"/api/v1/nowhere</td>.*?404", own, re.DOTALL)
    assert admin.key.prefix in own
    assert admin.headers["Authorization"].removeprefix("Bearer ") not in own
    for page in (others, foreign):
        assert "/api/v1/nowhere" not in page
        assert admin.key.prefix not in page


def test_a_key_s_own_page_shows_its_calls(admin: Caller, owner: Caller, olivia: Account, client_of: Browse) -> None:
    admin.get("/accounts/emea")
    owner.get("/accounts/apac")

    page = client_of(olivia).get(f"/access-keys/{admin.key.pk}/").content.decode()

    assert "/api/v1/accounts/emea" in page
    assert "/api/v1/accounts/apac" not in page
