"""Organizations in a browser: setting one, opening the tree in place, filling a group; and the same without scripts."""

import re

from playwright.sync_api import Page, expect

from tests.browser.lists import rows
from tests.browser.visitors import Visitors


def test_setting_an_organization_marks_it_and_narrows_the_pages_that_follow(olivia: Page) -> None:
    olivia.goto("/organizations/?code=123456&sort=-name")

    rows(olivia).first.get_by_role("link", name="Set organization to").click()

    expect(rows(olivia).first.get_by_text("Current")).to_be_visible()
    expect(olivia).to_have_url(re.compile(r"code=123456.*organization=123456"))
    name = rows(olivia).first.get_by_role("rowheader").get_by_role("link").inner_text()
    expect(olivia.locator("[data-organization-label]")).to_have_text(name)
    olivia.get_by_label("Main").get_by_role("link", name="Accounts").click()
    expect(olivia).to_have_url(re.compile(r"/accounts/\?organization="))


def test_the_tree_opens_in_place_and_back_closes_it(olivia: Page) -> None:
    olivia.goto("/organizations/tree/")
    lines = olivia.locator("[data-tree] > li")
    number = lines.count()

    olivia.locator("[data-toggle=closed]").first.click()

    expect(olivia.locator("[data-toggle=open]")).to_have_count(1)
    expect(olivia.locator('[data-step="1"]').first).to_be_visible()
    assert lines.count() > number
    expect(olivia).to_have_url(re.compile(r"\?open=\d+"))
    olivia.go_back()
    expect(lines).to_have_count(number)


def test_the_tree_and_the_picker_work_without_scripts(visitors: Visitors) -> None:
    olivia = visitors.person("olivia@northwind.example", java_script_enabled=False)
    olivia.goto("/organizations/tree/")

    olivia.locator("[data-toggle=closed]").first.click()
    expect(olivia.locator("[data-toggle=open]")).to_have_count(1)

    olivia.goto("/organization-groups/")
    rows(olivia).first.get_by_role("rowheader").get_by_role("link").click()
    olivia.get_by_role("link", name="Manage organizations").click()
    before = olivia.locator("[data-side=members] > li").count()
    olivia.locator("[data-side=available] [name=plus]").first.click()
    expect(olivia.locator("[data-pending=add]")).to_have_count(1)
    olivia.get_by_role("button", name="Save").click()
    expect(olivia.get_by_role("status").first).to_contain_text("1 added")
    olivia.get_by_role("link", name="Manage organizations").click()
    expect(olivia.locator("[data-side=members] > li")).to_have_count(before + 1)
