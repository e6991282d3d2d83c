"""Imports: saying what each line would do, and doing all of it or nothing."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from accounts.models import Account
from itam_portal.lists.models import Receipt
from organizations.models import Tenant
from tests.cast import account_named, organization
from tests.users.test_attributes import define
from tests.users.test_pages import add, text_of
from users.importing.showing import reasons_of
from users.models import BlockedUsername, ComputerUser, ImportLine, ImportState, UserImport
from users.operations import map_columns, upload_file
from users.operations.imports import check_lines, confirm_import, purge_imports, read_lines, take_back, write_import
from users.operations.people import edit_user

HEADS = "Full name,Username,Email,Employee ID,Job title,Status,Organization,Manager"


@pytest.fixture
def browser(scope: None, client_of: Any) -> Client:
    """Olivia's."""
    return client_of(account_named("olivia"))


def checked(text: str, *, by: Account, mapping: list[str] | None = None, **more: Any) -> UserImport:
    """A file, mapped by its heads and checked."""
    home = organization("emea") if by.name.startswith("Uma") else None
    made = upload_file(by.tenant, by=by, file=io.BytesIO(text.encode()), name="people.csv", home=home)
    given = {"mapping": mapping or mapped(made), "match": "username", "clears": False, "home": home, **more}
    one = map_columns(made, by=by, **given)
    while read_lines(one, by=by, most=100):
        pass
    return check_lines(one, by=by)


def mapped(one: UserImport) -> list[str]:
    names = {"Full name": "display_name", "Organization": "home", "Employee ID": "employee_id"}
    return [names.get(head, head.lower().replace(" ", "_")) for head in one.heads]


def outcomes(one: UserImport) -> list[str]:
    return list(ImportLine.objects.of(one).order_by("number").values_list("outcome", flat=True))


def reasons(one: UserImport) -> list[str]:
    wrong = ImportLine.objects.of(one).with_outcome("wrong")
    return [" ".join(reasons_of(line, one.heads)) for line in wrong]


def written(one: UserImport, *, by: Account, leaves_out: bool = False) -> Receipt | None:
    return write_import(confirm_import(one, by=by, leaves_out=leaves_out), by=by)


# --- what lines would do --------------------------------------------------------------------------------------------


def test_lines_are_new_changed_unchanged_or_wrong(scope: None, northwind: Tenant, olivia: Account) -> None:
    pat = add(northwind, "Pat Person", username="pat", job_title="Clerk")
    add(northwind, "Same Person", username="same", job_title="Boss")
    text = (
        f"{HEADS}\n"
        "Pat Person,PAT,,,Chief,,,\n"
        "New Person,new,new@x.example,,,retired,emea,\n"
        "Same Person,same,,,Boss,Active,,Pat Person (pat)\n"
        "Wrong Person,wrong,no address,,,asleep,nowhere,Nobody\n"
        "Same Person,same,,,King,,,\n"
        ",,,,Nameless,,,\n"
    )
    one = checked(text, by=olivia, home=organization("emea"))

    assert outcomes(one) == ["changed", "new", "changed", "wrong", "wrong", "wrong"]
    first = ImportLine.objects.of(one).get(number=2)
    assert first.before == {"username": "pat", "job_title": "Clerk"}
    whole = " ".join(reasons(one))
    for why in ("valid email", "“asleep” is no status.", "“nowhere”", "manager", "earlier line", "neither a full name"):
        assert why in whole
    assert ComputerUser.objects.get(pk=pat.pk).job_title == "Clerk"


def test_what_is_confirmed_is_written_with_a_receipt(scope: None, northwind: Tenant, olivia: Account) -> None:
    pat = add(northwind, "Pat Person", username="pat", job_title="Clerk", phone="1")
    text = f"{HEADS}\nPat Person,pat,,,Chief,,,Bea Boss\n\nBea Boss,bea,b@x.example,E1,,inactive,emea,\n"
    one = checked(text, by=olivia, home=organization("apac"))

    receipt = written(one, by=olivia)

    bea = ComputerUser.objects.get(username="bea")
    changed = ComputerUser.objects.get(pk=pat.pk)
    assert (bea.status, bea.home.code, bea.employee_id, bea.inventory_source) == ("inactive", "emea", "E1", "Import")
    assert (changed.job_title, changed.phone, changed.manager_id, changed.version) == ("Chief", "1", bea.pk, 2)
    assert receipt is not None
    assert (receipt.total, receipt.changed, receipt.skipped) == (2, 2, 0)
    assert receipt.rows.get(object_id=pat.pk).before == {"job_title": "Clerk", "manager": ""}
    assert UserImport.objects.get(pk=one.pk).state == ImportState.DONE


def test_wrong_lines_are_left_out_only_when_somebody_says_so(scope: None, olivia: Account) -> None:
    one = checked(f"{HEADS}\nA,a,,,,,emea,\nB,b,bad,,,,emea,\nC,c,,,,,emea,B\n", by=olivia)

    with pytest.raises(Exception, match="wrong lines"):
        confirm_import(one, by=olivia, leaves_out=False)
    written(one, by=olivia, leaves_out=True)

    assert outcomes(one) == ["new", "wrong", "wrong"]
    assert set(ComputerUser.objects.filter(username__in=["a", "b", "c"]).values_list("username", flat=True)) == {"a"}


def test_a_change_after_the_preview_takes_everything_back(scope: None, northwind: Tenant, olivia: Account) -> None:
    pat = add(northwind, "Pat Person", username="pat", job_title="Clerk")
    one = checked(f"{HEADS}\nPat Person,pat,,,Chief,,,\nNew,new,,,,,emea,\n", by=olivia)
    running = confirm_import(one, by=olivia, leaves_out=False)
    fields = {"display_name": "Pat Person", "username": "pat", "job_title": "King", "home": pat.home}
    edit_user(pat, by=olivia, version=1, fields=fields)

    with pytest.raises(Exception, match="Nothing was imported") as refused:
        write_import(running, by=olivia)
    take_back(running, by=olivia, problem=str(refused.value))

    again = UserImport.objects.get(pk=one.pk)
    assert (again.state, again.problem != "") == (ImportState.CHECKED, True)
    assert not ComputerUser.objects.filter(username="new").exists()
    assert ComputerUser.objects.get(pk=pat.pk).job_title == "King"
    assert written(again, by=olivia) is not None
    assert ComputerUser.objects.get(pk=pat.pk).job_title == "Chief"


def test_uma_imports_only_into_her_organization_and_learns_nothing_of_others(
    scope: None, northwind: Tenant, uma: Account
) -> None:
    add(northwind, "Hidden Person", username="hidden")
    one = checked("Username,Full name,Organization\nhidden,X,\nfree,Y,HOME\nmine,Z,\n", by=uma)

    assert outcomes(one) == ["wrong", "wrong", "new"]
    assert reasons(one)[0] == "Another user has this username."
    assert "HOME" in reasons(one)[1]


def test_empty_cells_leave_or_clear(scope: None, northwind: Tenant, olivia: Account) -> None:
    pat = add(northwind, "Pat Person", username="pat", job_title="Clerk")
    text = "Username,Job title\npat,\n"

    kept, cleared = checked(text, by=olivia), checked(text, by=olivia, clears=True)
    written(cleared, by=olivia)

    assert (outcomes(kept), outcomes(cleared)) == (["unchanged"], ["changed"])
    assert ComputerUser.objects.get(pk=pat.pk).job_title == ""


def test_attributes_are_imported_and_a_missing_mandatory_one_is_refused_by_name(
    scope: None, northwind: Tenant, olivia: Account
) -> None:
    define(northwind, "Level", "number", mandatory=True)
    define(northwind, "It's 100% $x", "text")
    own = ["username", "display_name", "attribute:Level", "attribute:It's 100% $x", "home"]
    text = "U,N,L,I,O\na,A,7.50,x,emea\nb,B,,y,emea\nc,C,many,,emea\n"
    one = checked(text, by=olivia, mapping=own)

    assert outcomes(one) == ["new", "wrong", "wrong"]
    assert reasons(one)[0] == "“Level” is mandatory."
    assert "“many” is no number." in reasons(one)[1]
    written(one, by=olivia, leaves_out=True)
    assert ComputerUser.objects.get(username="a").attributes == {"Level": "7.5", "It's 100% $x": "x"}
    again = checked("U,I\na,z\n", by=olivia, mapping=["username", "attribute:It's 100% $x"])
    written(again, by=olivia)
    assert ComputerUser.objects.get(username="a").attributes == {"Level": "7.5", "It's 100% $x": "z"}


def test_several_people_of_one_address_are_not_guessed_between(scope: None, northwind: Tenant, olivia: Account) -> None:
    add(northwind, "One", email="both@x.example")
    add(northwind, "Two", email="BOTH@x.example")
    text = "Email,Job title\nboth@x.example,King\n"

    one = checked(text, by=olivia, match="email", mapping=["email", "job_title"])

    assert reasons(one) == ["Several users are known by this: it must be clear who is meant."]


def test_another_tenants_people_are_not_there(scope: None, northwind: Tenant, olivia: Account) -> None:
    one = checked(f"{HEADS}\nA,mallory,,,,,emea,\n", by=olivia)

    assert outcomes(one) == ["new"]


# --- our own files --------------------------------------------------------------------------------------------------

NAMES = some.text(some.sampled_from("ab =+-@'\"é李,;\t|#()1_x"), min_size=1, max_size=12).map(
    lambda text: " ".join(text.split())
)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=some.data())
def test_what_our_own_export_writes_comes_back_unchanged(
    scope: None, northwind: Tenant, olivia: Account, client_of: Any, ending: str, data: Any
) -> None:
    BlockedUsername.objects.all().delete()
    people = ComputerUser.objects.filter(domain="round")
    people.update(manager=None)
    people.delete()
    boss = None
    for number in range(data.draw(some.integers(1, 4))):
        texts = {name: data.draw(NAMES) for name in ("job_title", "city", "location")}
        name = data.draw(NAMES.filter(bool))
        flags = {"shared": data.draw(some.booleans()), "status": data.draw(some.sampled_from(["active", "retired"]))}
        facts = {**texts, **flags, "username": f"u{number}", "domain": "round", "manager": boss, "country": "DE"}
        boss = add(northwind, name, **facts)
    browser = client_of(olivia)
    columns = "display_name,username,job_title,city,location,domain,shared,status,organization,manager,country,account"
    file = browser.get(f"/users/export.{ending}?domain=round&columns={columns},compliance,created,opt_in")
    content = b"".join(file.streaming_content)

    upload = SimpleUploadedFile(f"people.{ending}", content)
    address = browser.post("/users/import/", {"file": upload, "home": ""}).headers["Location"]
    page = browser.get(address)
    form = page.context["form"]
    chosen = {name: form[name].value() or "" for name in form.fields}
    browser.post(address, {**chosen, "do": "map"})

    one = UserImport.objects.order_by("-pk")[0]
    assert one.number == {"new": 0, "changed": 0, "unchanged": one.total, "wrong": 0}, reasons(one) or list(
        ImportLine.objects.of(one).values_list("cells", "before")
    )


# --- the pages ------------------------------------------------------------------------------------------------------


def test_a_file_is_imported_on_the_pages(browser: Client, northwind: Tenant) -> None:
    pat = add(northwind, "Pat Person", username="pat", job_title="Clerk")
    content = "User name;Full name;Title of job;City\npat;Pat Person;King;Bonn\nnew;New Person;;Köln\nbad;;;\n"
    upload = SimpleUploadedFile("people.csv", content.encode("cp1252"))

    address = browser.post("/users/import/", {"file": upload, "home": "HOME"}).headers["Location"]
    columns = browser.get(address)
    values = {"column-0": "username", "column-1": "display_name", "column-2": "job_title", "column-3": "city"}
    browser.post(address, {**values, "match": "username", "home": "HOME", "do": "map"})
    wrong, changed = browser.get(address), browser.get(f"{address}?show=changed")
    file = browser.get(f"{address}wrong.csv")
    refused = browser.post(address, {"do": "confirm"}, follow=True)
    done = browser.post(address, {"do": "confirm", "leave_out": "1", "reason": "Monday"}, follow=True)

    assert "Köln" in columns.content.decode()
    assert "neither a full name nor a part of it" in text_of(wrong)
    assert re_found(changed, "Clerk", "King")
    assert b"".join(file.streaming_content).decode("utf-8-sig").splitlines() == [
        "User name,Full name,Title of job,City,Reason",
        "bad,,,,There is neither a full name nor a part of it.",
    ]
    assert "There are wrong lines." in text_of(refused)
    assert "1 new, 1 changed, 0 unchanged. 1 wrong line was left out." in text_of(done)
    assert ComputerUser.objects.get(pk=pat.pk).city == "Bonn"
    assert "people.csv" in text_of(browser.get(f"/receipts/{UserImport.objects.latest('pk').receipt_id}/"))


def re_found(answer: Any, old: str, new: str) -> bool:
    return f"<del>{old}</del>" in answer.content.decode() and f"<ins>{new}</ins>" in answer.content.decode()


def test_a_mapping_is_remembered_for_the_same_heads(browser: Client) -> None:
    def upload() -> str:
        file = SimpleUploadedFile("p.csv", b"Kennung,Ganzer Name\nx,X\n")
        return browser.post("/users/import/", {"file": file, "home": "HOME"}).headers["Location"]

    first = upload()
    before = browser.get(first).context["form"]["column-0"].value()
    values = {"column-0": "username", "column-1": "display_name", "match": "username", "home": "HOME", "do": "map"}
    browser.post(first, values)
    browser.post(first, {"do": "drop"})
    after = browser.get(upload()).context["form"]["column-0"].value()

    assert (before, after) == ("", "username")
    assert "dropped" in text_of(browser.get(first))


def test_a_file_that_cannot_be_read_is_refused_beside_the_field(browser: Client) -> None:
    answer = browser.post("/users/import/", {"file": SimpleUploadedFile("x.csv", b""), "home": ""})
    missing = browser.post("/users/import/", {"home": ""})

    assert answer.status_code == missing.status_code == 422
    assert "The file is empty." in text_of(answer)
    assert not UserImport.objects.filter(file_name="x.csv").exists()


def test_a_file_of_more_than_sixty_megabytes_is_refused_in_words(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("itam_portal.uploads.MOST_BYTES", 1_000_000)

    answer = browser.post("/users/import/", {"file": SimpleUploadedFile("x.csv", b"a" * 3_000_000), "home": ""})

    assert answer.status_code == 413
    assert "larger than 60 MB" in text_of(answer)


def test_nobody_sees_anothers_import(scope: None, olivia: Account, client_of: Any, northwind: Tenant) -> None:
    one = checked(f"{HEADS}\nA,a,,,,,emea,\n", by=olivia)

    assert client_of(account_named("adam")).get(one.get_absolute_url()).status_code == 404


def test_a_mapping_that_makes_no_sense_is_refused(browser: Client) -> None:
    file = SimpleUploadedFile("p.csv", b"A,B\nx,X\n")
    address = browser.post("/users/import/", {"file": file, "home": "HOME"}).headers["Location"]
    twice = browser.post(address, {"column-0": "city", "column-1": "city", "match": "username", "do": "map"})

    assert twice.status_code == 422
    assert "Another column is this field already." in text_of(twice)
    assert "nobody could be known again" in text_of(twice)


def test_lines_are_forgotten_after_their_time(scope: None, olivia: Account, northwind: Tenant) -> None:
    one = checked(f"{HEADS}\nA,a,,,,,emea,\n", by=olivia)
    written(one, by=olivia)

    assert purge_imports(northwind, by=olivia) == 0
    UserImport.objects.filter(pk=one.pk).update(changed_at="2026-01-01T00:00Z")
    assert purge_imports(northwind, by=olivia) == 1
    assert purge_imports(northwind, by=olivia) == 0
