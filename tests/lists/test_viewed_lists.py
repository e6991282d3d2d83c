"""What a list shows at an address that names a view, and at one that asks for nothing."""

from urllib.parse import urlencode

from accounts.models import Account
from itam_portal.lists.models import ListPreference
from itam_portal.lists.saved_views import begin_with, begin_with_for_all
from tests.accounts.test_views import columns, ids, page, total
from tests.cast import account_named, role_named
from tests.lists.viewed import Browse, bar, current_tab, enabled_logins, link, save, shown

# --- what a list shows ----------------------------------------------------------------------------------------------


def test_a_view_shows_its_rows_columns_order_and_size(olivia: Account, client_of: Browse) -> None:
    view = save(olivia)

    html = page(client_of(olivia), f"/accounts/?view={view.pk}")

    assert shown(html) == {
        "rows": enabled_logins(),
        "columns": ["name", "type", "login"],
        "size": ["25"],
        "sorted": [("login", "descending")],
    }
    assert current_tab(html) == "Mine"
    assert "Changed" not in bar(html)


def test_without_a_view_or_default_the_list_is_plain(olivia: Account, client_of: Browse) -> None:
    html = page(client_of(olivia), "/accounts/")

    assert bar(html) == ""
    assert current_tab(html) == "All accounts"


def test_somebody_elses_private_view_is_not_there(olivia: Account, adam: Account, client_of: Browse) -> None:
    view = save(adam)

    html = page(client_of(olivia), f"/accounts/?view={view.pk}", status=400)

    assert ids(html) == []
    assert "Mine" not in html


def test_a_view_of_another_list_or_tenant_is_not_there(olivia: Account, mallory: Account, client_of: Browse) -> None:
    other = save(olivia, list_name="accounts_unassigned")

    assert page(client_of(olivia), f"/accounts/?view={other.pk}", status=400)
    assert page(client_of(mallory), f"/accounts/unassigned/?view={other.pk}", status=400)
    assert page(client_of(olivia), f"/accounts/unassigned/?view={other.pk}")


def test_the_readers_default_is_shown_where_nothing_is_asked_and_the_page_says_so(
    olivia: Account, client_of: Browse
) -> None:
    browser, view = client_of(olivia), save(olivia)
    begin_with(view, by=olivia)

    html = page(browser, "/accounts/")

    assert shown(html)["rows"] == enabled_logins()
    assert "your default" in bar(html)
    assert current_tab(html) == "Mine"
    plain = page(browser, link(html, r'href="([^"]*)">Leave view<'))
    assert total(plain) == str(Account.objects.count())
    assert (bar(plain), current_tab(plain)) == ("", "All accounts")
    everything = page(browser, link(html, r'href="([^"]*)"[^>]*>All accounts<'))
    assert shown(everything) == shown(plain)


def test_the_tenants_default_is_for_who_chose_none(olivia: Account, adam: Account, client_of: Browse) -> None:
    view = save(adam, "Everybody", is_shared=True)
    begin_with_for_all(view, by=adam)

    assert "the tenant&#39;s default" in bar(page(client_of(olivia), "/accounts/"))
    begin_with(save(olivia), by=olivia)
    assert "your default" in bar(page(client_of(olivia), "/accounts/"))
    assert "the tenant&#39;s default" in bar(page(client_of(adam), "/accounts/"))


def test_an_explicit_address_beats_the_default_entirely(olivia: Account, client_of: Browse) -> None:
    begin_with(save(olivia), by=olivia)

    html = page(client_of(olivia), "/accounts/?status=disabled")

    assert bar(html) == ""
    assert shown(html)["rows"] == [account_named("dora").pk]
    assert shown(html)["columns"][:3] == ["name", "login", "email"]


def test_the_chosen_organization_goes_with_a_view_without_changing_it(olivia: Account, client_of: Browse) -> None:
    browser, view = client_of(olivia), save(olivia)
    begin_with(view, by=olivia)

    for address in ("/accounts/?organization=emea", f"/accounts/?view={view.pk}&organization=emea"):
        html = page(browser, address)

        assert set(ids(html)) == {account_named("uma").pk, account_named("emil").pk}
        assert "Changed" not in bar(html)
        assert f'href="?view={view.pk}&amp;organization=emea"' in html


def test_switching_the_organization_keeps_the_view(olivia: Account, client_of: Browse) -> None:
    browser, view = client_of(olivia), save(olivia)

    html = page(browser, f"/switch/?{urlencode({'next': f'/accounts/?view={view.pk}&page=2'})}")

    assert f"/accounts/?view={view.pk}&amp;organization=emea" in html


def test_a_view_that_names_what_its_reader_cannot_see_shows_the_error_and_no_rows(
    adam: Account, uma: Account, client_of: Browse
) -> None:
    for name, query in (("Role", f"role={role_named('Owner').pk}"), ("There", "organization=apac")):
        view = save(adam, name, query=query, is_shared=True)
        html = page(client_of(uma), f"/accounts/?view={view.pk}", status=400)
        assert ids(html) == []
        assert ids(page(client_of(adam), f"/accounts/?view={view.pk}"))
    begin_with_for_all(view, by=adam)

    begins = page(client_of(uma), "/accounts/", status=400)

    assert ids(begins) == []
    assert 'role="alert"' in begins
    assert "the tenant&#39;s default" in bar(begins)
    assert page(client_of(uma), link(begins, r'href="([^"]*)">Clear search and filters<'))


def test_a_view_of_a_role_that_is_gone_says_so(olivia: Account, client_of: Browse) -> None:
    view = save(olivia, query="role=999999")

    html = page(client_of(olivia), f"/accounts/?view={view.pk}", status=400)

    assert ids(html) == []
    assert "999999" in html


def test_opening_a_view_changes_nobodys_preferences(olivia: Account, client_of: Browse) -> None:
    view = save(olivia)
    browser = client_of(olivia)

    page(browser, f"/accounts/?view={view.pk}")

    assert not ListPreference.objects.filter(account=olivia, list_name="accounts").exists()
    assert len(columns(page(browser, "/accounts/"))) == 7
