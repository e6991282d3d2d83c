"""The form of one account as a page and as a part: errors in words, and two people at once."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from accounts.models import Account
from accounts.operations import edit_account
from organizations.models import Organization, Tenant
from organizations.queries import LISTED
from roles.rights import Right
from tests.cast import account_named, give, make_role, organization

MakeAccount = Callable[..., Account]
Browse = Callable[[Account], Client]


def filled(account: Account, **changes: Any) -> dict[str, Any]:
    """The form as a browser sends it, with these fields changed."""
    account = account.refreshed()
    form = {name: getattr(account, name) for name in ("name", "login", "email", "job_title", "version")}
    form |= {"home": account.home.code, **({"shared": "on"} if account.shared else {})}
    initial = {f"initial-{name}": form[name] for name in form if name != "version"}
    return {**form, **initial, "initial-shared": str(account.shared), **changes}


def save(browser: Client, account: Account, form: dict[str, Any], **headers: Any) -> Any:
    """Send the form."""
    return browser.post(f"/accounts/{account.pk}/edit/", form, headers=headers)


def fields_of(html: str) -> dict[str, str]:
    """The inputs of a form that carry a value, as a browser would send them unchanged."""
    inputs = [dict(re.findall(r'([a-z-]+)="([^"]*)"', tag)) for tag in re.findall(r"<input [^>]*>", html)]
    return {one["name"]: one.get("value", "") for one in inputs if one.get("type") in ("hidden", "text", "email")}


# --- saving ----------------------------------------------------------------------------------------------------------


def test_saving_leads_to_the_account_which_says_so(olivia: Account, client_of: Browse) -> None:
    nina = account_named("nina")
    form = filled(nina, name="  Nina \n N. ", job_title="Analyst", shared="on", home="EMEA", reason="New post")

    answer = client_of(olivia).post(f"/accounts/{nina.pk}/edit/", form, follow=True)

    now = nina.refreshed()
    assert answer.redirect_chain == [(f"/accounts/{nina.pk}/", 302)]
    assert "Saved." in answer.content.decode()
    assert (now.name, now.job_title, now.shared, now.home.code) == ("Nina N.", "Analyst", True, "emea")
    assert now.events.latest("pgh_id").pgh_context["reason"] == "New post"


def test_in_a_panel_the_browser_is_told_where_to_go(olivia: Account, client_of: Browse) -> None:
    nina = account_named("nina")

    answer = save(client_of(olivia), nina, filled(nina, job_title="Analyst"), hx_request="true")

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, f"/accounts/{nina.pk}/")


def test_the_form_sent_as_it_came_changes_nothing(olivia: Account, client_of: Browse) -> None:
    victor = account_named("victor")
    browser = client_of(olivia)
    html = browser.get(f"/accounts/{victor.pk}/edit/").content.decode()

    save(browser, victor, {**fields_of(html), "home": victor.home.code})

    assert victor.refreshed().changed_at == victor.changed_at


def test_as_a_part_the_form_comes_without_the_page(olivia: Account, client_of: Browse) -> None:
    answer = client_of(olivia).get(f"/accounts/{account_named('nina').pk}/edit/", headers={"hx-request": "true"})

    assert "<html" not in answer.content.decode()
    assert 'id="panel-title"' in answer.content.decode()


@pytest.mark.parametrize("place", ["edit", "type", "many"])
def test_a_reason_may_hold_anything_that_can_be_typed(olivia: Account, client_of: Browse, place: str) -> None:
    nina, reason = account_named("nina"), {"reason": " Zer\0o 李 " + "x" * 3_000}
    browser = client_of(olivia)
    address = "/accounts/edit/" if place == "many" else f"/accounts/{nina.pk}/{place}/"
    form = {
        "edit": filled(nina, job_title="New"),
        "type": {"type": "service"},
        "many": {"selected": nina.pk, "change": "job_title", "job_title": "New", "confirm": "1"},
    }

    assert browser.post(address, {**form[place], **reason}).status_code == 302

    kept = nina.refreshed().events.latest("pgh_id").pgh_context["reason"]
    assert kept.startswith("Zero 李 xxx")
    assert len(kept) == 2_000


# --- errors ----------------------------------------------------------------------------------------------------------


def test_an_error_stands_beside_its_field_and_in_the_summary_and_input_is_kept(
    olivia: Account, client_of: Browse
) -> None:
    nina = account_named("nina")

    answer = save(client_of(olivia), nina, filled(nina, name="", job_title="Kept"))

    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'role="alert"' in html
    assert '<a href="#id_name">' in html
    assert 'id="id_name_error"' in html
    assert 'value="Kept"' in html
    assert nina.refreshed().job_title == ""


def test_a_taken_login_links_to_the_account_that_has_it(olivia: Account, client_of: Browse) -> None:
    nina, victor = account_named("nina"), account_named("victor")

    answer = save(client_of(olivia), nina, filled(nina, login="VICTOR"))

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Another account has this login." in html
    assert f'<a class="text-link" href="/accounts/{victor.pk}/" dir="auto">Victor Northwind</a>' in html


def test_whoever_does_not_see_that_account_learns_no_more_than_that_there_is_one(
    uma: Account, client_of: Browse, make_account: MakeAccount
) -> None:
    tess = make_account("Tess", home=organization("emea"))

    html = save(client_of(uma), tess, filled(tess, login="nina", email="nina@northwind.example")).content.decode()

    assert "Another account has this login." in html
    assert "Another operator has this email address." in html
    assert "Nina Northwind" not in html
    assert f"/accounts/{account_named('nina').pk}/" not in html


def test_a_name_of_markup_stays_text(olivia: Account, client_of: Browse, make_account: MakeAccount) -> None:
    evil = "<script>alert(1)</script>"
    Account.objects.filter(pk=make_account("Evil", signs_in=False).pk).update(name=evil)
    nina = account_named("nina")

    html = save(client_of(olivia), nina, filled(nina, login="evil", name=evil, home=evil)).content.decode()
    linked = save(client_of(olivia), nina, filled(nina, login="evil", job_title=evil)).content.decode()

    assert "<script>alert" not in html + linked
    assert escape(evil) in linked


@pytest.mark.parametrize(
    "wrong",
    [
        {"home": "nowhere"},
        {"home": ""},
        {"home": "\0"},
        {"name": "x" * 201},
        {"name": "\0"},
        {"login": "a@b"},
        {"email": "x" * 300 + "@x.example"},
        {"email": "\0"},
        {"job_title": "x" * 201},
    ],
)
def test_whatever_cannot_be_kept_is_a_422(olivia: Account, client_of: Browse, wrong: dict[str, Any]) -> None:
    nina = account_named("nina")

    answer = save(client_of(olivia), nina, filled(nina, **wrong))

    assert answer.status_code == 422
    assert "Nothing was saved" in answer.content.decode()
    assert nina.refreshed().version == nina.version


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30])
def test_a_form_without_a_version_is_refused_in_words(olivia: Account, client_of: Browse, version: str) -> None:
    nina = account_named("nina")

    answer = save(client_of(olivia), nina, filled(nina, version=version, name="New"))

    assert answer.status_code == 400
    assert "Nothing was changed." in answer.content.decode()
    assert nina.refreshed().name == nina.name


def test_a_guard_refuses_by_name_before_the_form_and_after_it(
    adam: Account, olivia: Account, client_of: Browse
) -> None:
    browser = client_of(adam)

    for answer in (browser.get(f"/accounts/{olivia.pk}/edit/"), save(browser, olivia, filled(olivia, name="O"))):
        assert answer.status_code == 409
        assert "Only an owner may change it." in answer.content.decode()
    assert olivia.refreshed().name == olivia.name


# --- the organization ------------------------------------------------------------------------------------------------


def test_only_organizations_where_the_reader_may_edit_are_offered(
    uma: Account, client_of: Browse, make_account: MakeAccount, northwind: Tenant
) -> None:
    give(uma, make_role(northwind, "Sees", allows=[Right.READ_ORGANIZATIONS]), organization("apac"))
    tess = make_account("Tess", home=organization("emea"))
    browser = client_of(account_named("uma"))

    html = browser.get(f"/accounts/{tess.pk}/edit/").content.decode()
    moved = save(browser, tess, filled(tess, home="apac"))
    hidden = save(browser, tess, filled(tess, home="HOME"))

    assert re.findall(r'<option value="([^"]*)"', html) == ["emea"]
    assert moved.status_code == hidden.status_code == 422
    assert "do not reach the organization" in moved.content.decode()
    assert "There is no organization “HOME”." in hidden.content.decode()
    assert tess.refreshed().home.code == "emea"


def test_of_very_many_organizations_the_code_is_written(olivia: Account, client_of: Browse, northwind: Tenant) -> None:
    for number in range(LISTED + 1):
        Organization.objects.create(tenant=northwind, code=f"c{number}", name=f"Customer {number}")
    nina = account_named("nina")
    browser = client_of(olivia)

    assert 'name="home" value="HOME"' in browser.get(f"/accounts/{nina.pk}/edit/").content.decode()
    save(browser, nina, filled(nina, home="C77"))

    assert nina.refreshed().home.code == "c77"


# --- two at once -----------------------------------------------------------------------------------------------------


def conflicts(html: str) -> list[str]:
    """The fields that are shown with both values."""
    return re.findall(r'data-conflict="([a-z_]+)"', html)


def chosen(html: str) -> dict[str, str]:
    """The values that are proposed."""
    return dict(re.findall(r'name="choose-([a-z_]+)" value="([a-z]+)" required checked', html))


def test_the_second_saver_sees_both_values_and_nothing_is_lost(
    olivia: Account, adam: Account, client_of: Browse
) -> None:
    nina = account_named("nina")
    mine = filled(nina, name="Nina of olivia", job_title="Auditor")
    theirs = {"job_title": "Analyst", "home": organization("emea")}
    edit_account(nina, by=adam, version=nina.version, changes=theirs)

    answer = save(client_of(olivia), nina, mine)

    html = answer.content.decode()
    assert answer.status_code == 409
    assert conflicts(html) == ["name", "job_title", "home"]
    for text in ("Nina of olivia", "Nina Northwind", "Auditor", "Analyst", "EMEA", "Northwind"):
        assert text in html
    # Only I changed the name, only the other one the home; the job title both of us.
    assert chosen(html) == {"name": "mine", "home": "stored"}
    assert nina.refreshed().job_title == "Analyst"
    assert nina.refreshed().name == "Nina Northwind"


@pytest.mark.parametrize(("choice", "title"), [("mine", "Auditor"), ("stored", "Analyst")])
def test_choosing_saves(olivia: Account, adam: Account, client_of: Browse, choice: str, title: str) -> None:
    nina = account_named("nina")
    mine = filled(nina, name="Nina of olivia", job_title="Auditor")
    edit_account(nina, by=adam, version=nina.version, changes={"job_title": "Analyst"})
    browser = client_of(olivia)
    form = {**fields_of(save(browser, nina, mine).content.decode()), "asked": ["name", "job_title"]}

    answer = save(browser, nina, {**form, "choose-name": "mine", "choose-job_title": choice})

    assert answer.status_code == 302
    assert (nina.refreshed().name, nina.refreshed().job_title) == ("Nina of olivia", title)


def test_what_is_not_chosen_is_asked_again(olivia: Account, adam: Account, client_of: Browse) -> None:
    nina = account_named("nina")
    mine = filled(nina, job_title="Auditor")
    edit_account(nina, by=adam, version=nina.version, changes={"job_title": "Analyst"})
    browser = client_of(olivia)
    form = {**fields_of(save(browser, nina, mine).content.decode()), "asked": ["job_title"]}

    answer = save(browser, nina, form)

    assert answer.status_code == 422
    assert conflicts(answer.content.decode()) == ["job_title"]
    assert nina.refreshed().job_title == "Analyst"


def test_a_third_saver_between_asking_and_choosing_is_seen_too(
    olivia: Account, adam: Account, client_of: Browse
) -> None:
    nina = account_named("nina")
    mine = filled(nina, job_title="Auditor")
    edit_account(nina, by=adam, version=nina.version, changes={"job_title": "Analyst"})
    browser = client_of(olivia)
    form = {**fields_of(save(browser, nina, mine).content.decode()), "asked": ["job_title"]}
    edit_account(nina, by=adam, version=nina.refreshed().version, changes={"job_title": "Architect"})

    answer = save(browser, nina, {**form, "choose-job_title": "mine"})

    assert answer.status_code == 409
    assert "Architect" in answer.content.decode()
    assert nina.refreshed().job_title == "Architect"


def test_two_who_saved_the_same_are_not_asked(olivia: Account, adam: Account, client_of: Browse) -> None:
    nina = account_named("nina")
    mine = filled(nina, job_title="Analyst")
    edit_account(nina, by=adam, version=nina.version, changes={"job_title": "Analyst"})

    answer = save(client_of(olivia), nina, mine)

    assert answer.status_code == 302


def test_sharing_is_a_value_like_any_other(olivia: Account, adam: Account, client_of: Browse) -> None:
    nina = account_named("nina")
    mine = filled(nina, job_title="Auditor")
    edit_account(nina, by=adam, version=nina.version, changes={"shared": True})
    browser = client_of(olivia)
    first = save(browser, nina, mine)
    form = {**fields_of(first.content.decode()), "asked": ["job_title", "shared"]}

    save(browser, nina, {**form, "choose-job_title": "mine", "choose-shared": "stored"})

    assert chosen(first.content.decode()) == {"job_title": "mine", "shared": "stored"}
    assert (nina.refreshed().job_title, nina.refreshed().shared) == ("Auditor", True)


def test_in_a_panel_both_values_are_drawn_there(olivia: Account, adam: Account, client_of: Browse) -> None:
    nina = account_named("nina")
    mine = filled(nina, job_title="Auditor")
    edit_account(nina, by=adam, version=nina.version, changes={"job_title": "Analyst"})

    answer = save(client_of(olivia), nina, mine, hx_request="true")

    assert (answer.status_code, answer.headers["HX-Reswap"]) == (409, "innerHTML")
    assert "<html" not in answer.content.decode()
