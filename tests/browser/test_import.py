"""A file of people on its way in: chosen, mapped, looked at, confirmed."""

import re

from playwright.sync_api import Page, expect

from tests.browser.lists import column

FILE = """Name of person;Login at work;Title of job
Ilse Import;ilse.import;Clerk
Ivo Import;ivo.import;Clerk
;nameless;Clerk
"""


def upload(page: Page) -> None:
    page.goto("/users/")
    page.get_by_role("link", name="Import", exact=True).click()
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": FILE.encode("cp1252")}
    page.get_by_label("File", exact=True).set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("people.csv")


def test_a_file_is_mapped_looked_at_and_imported(olivia: Page) -> None:
    upload(olivia)
    olivia.get_by_label("Name of person").select_option("Full name")
    olivia.get_by_label("Login at work").select_option("Username")
    olivia.get_by_label("Title of job").select_option("Job title")
    olivia.get_by_role("button", name="Check the lines").click()

    expect(olivia.get_by_role("link", name=re.compile("^New"))).to_contain_text("2")
    expect(olivia.get_by_role("link", name=re.compile("^Wrong"))).to_contain_text("1")
    expect(olivia.get_by_role("main")).to_contain_text("neither a full name nor a part of it")
    olivia.get_by_label("Leave 1 wrong line out and import the others").check()
    olivia.get_by_role("button", name="Import 2 users").click()
    expect(olivia.get_by_role("status")).to_contain_text("2 new, 0 changed, 0 unchanged. 1 wrong line was left out.")

    olivia.goto("/users/?q=ilse.import&columns=display_name,job_title")
    assert column(olivia, "job_title") == ["Clerk"]


def test_a_mapping_is_remembered_and_a_file_dropped(olivia: Page) -> None:
    upload(olivia)
    olivia.get_by_label("Login at work").select_option("Username")
    olivia.get_by_label("Title of job").select_option("Location")
    olivia.get_by_role("button", name="Check the lines").click()
    expect(olivia.get_by_text("Nothing is written yet.")).to_be_visible()
    olivia.get_by_role("button", name="Drop the file").click()
    expect(olivia.locator("#messages")).to_contain_text("The file is dropped.")

    upload(olivia)

    expect(olivia.get_by_label("Title of job")).to_have_value("location")
