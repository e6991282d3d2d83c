"""Every example of document 3, over a real socket, with only the base address and the key changed."""

import re
import shlex
from typing import Any

from tests.api.socket.conftest import Program

# The examples as the document writes them; BASE stands for its base address.
LIST = """
curl -i -X GET \\
  'BASE/v1/users?userName=string&displayName=string&email=string&accountId=string&accountName=string&accountType=string\
&status=string&sort_by=string&sort_order=string&page=0&limit=0'
"""
CREATE = """
curl -i -X POST \\
  BASE/v1/users \\
  -H 'Content-Type: application/json' \\
  -d '{
    "firstName": "John",
    "lastName": "Doe",
    "displayName": "John Doe",
    "emailAddress": "johndoe@xyz.com",
    "phoneNumber": "989915487",
    "faxNumber": "01154785",
    "street": "High Street",
    "city": "New York",
    "state": "The Empire State",
    "zipcode": "10118",
    "country": "US",
    "locale": "en_US",
    "portalLogin": true,
    "userName": "johndoe@xyz.com",
    "status": "Active",
    "timezone": "GMT-6.0DST0",
    "shared": false,
    "accountRoles": [
      {
        "accountName": "123456",
        "expiryDate": "2025-12-30",
        "roles": [
          "USER",
          "ADMIN"
        ]
      }
    ],
    "attributes": [
      {
        "name": "REGION",
        "value": "EMEA"
      }
    ],
    "optIn": false,
    "canLogin": true
  }'
"""
GET = """
curl -i -X GET \\
  'BASE/v1/users/{userName}'
"""


def run(program: Program, command: str, **values: str) -> Any:
    """What curl would do: method, address, headers and body of a command."""
    words = shlex.split(re.sub(r"\\\n", " ", command))
    method = words[words.index("-X") + 1]
    address = next(word for word in words if word.startswith("BASE/v1"))
    body = words[words.index("-d") + 1] if "-d" in words else None
    path = address.removeprefix("BASE/v1").format(**values) if values else address.removeprefix("BASE/v1")
    return program.ask(method, path, body)


def test_the_list_s_example_is_told_what_is_wrong_with_it(program: Program) -> None:
    answer = run(program, LIST)

    wrong = {error["field"] for error in answer.facts["errors"]}
    assert answer.status == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert wrong == {"page", "limit", "accountType", "status", "sort_by", "sort_order"}


def test_the_example_makes_a_user_who_is_found_changed_and_deleted(program: Program) -> None:
    made = run(program, CREATE)
    found = run(program, GET, userName="johndoe@xyz.com")
    listed = program.ask("GET", "/users?userName=johndoe&accountName=&status=active&sort_by=email&sort_order=asc")
    again = run(program, CREATE)
    changed = program.ask("PATCH", "/users/johndoe@xyz.com", {"city": "Boston"}, If_Match=found.headers["ETag"])
    gone = program.ask("DELETE", "/users/johndoe@xyz.com")
    missing = run(program, GET, userName="johndoe@xyz.com")

    assert (made.status, made.facts["status"]) == (201, "success")
    assert found.facts["user"] == made.facts["user"]
    assert made.facts["user"]["timezone"] == "Etc/GMT+6"
    assert [user["userName"] for user in listed.facts["users"]] == ["johndoe@xyz.com"]
    assert again.status == 409
    assert changed.facts["user"]["city"] == "Boston"
    assert (gone.status, missing.status) == (200, 404)


def test_accounts_are_listed_made_found_changed_and_deleted(program: Program) -> None:
    listed = program.ask(
        "GET", "/accounts?accountId=1234&accountName=&accountType=CUSTOMER&rootAccountOnly=false&page=1"
    )
    made = program.ask("POST", "/accounts", {"accountId": "S-1", "name": "Socket", "accountType": "CUSTOMER"})
    found = program.ask("GET", "/accounts/S-1")
    changed = program.ask("PATCH", "/accounts/S-1", {"description": "Changed"})
    gone = program.ask("DELETE", "/accounts/S-1")

    assert "123456" in [one["accountId"] for one in listed.facts["accounts"]] or listed.facts["total"] == 0
    assert [answer.status for answer in (made, found, changed, gone)] == [201, 200, 200, 200]


def test_a_body_in_chunks_and_a_body_without_end_are_refused(program: Program) -> None:
    program.connection.putrequest("POST", "/api/v1/users")
    program.connection.putheader("Authorization", f"Bearer {program.key}")
    program.connection.putheader("Content-Type", "application/json")
    program.connection.putheader("Transfer-Encoding", "chunked")
    program.connection.endheaders()
    program.connection.send(b"2\r\n{}\r\n0\r\n\r\n")

    assert program.connection.getresponse().status in (411, 422)


def test_one_connection_serves_many_calls(program: Program) -> None:
    codes = [program.ask("GET", path).status for path in ("/users", "/nowhere", "/accounts", "/users?limit=0")]

    assert codes == [200, 404, 200, 400]
