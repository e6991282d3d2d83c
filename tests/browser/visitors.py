"""Browsers of people: each has its own cookies, and a watch over all that must never happen on any page."""

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

from tests.browser.portal import Portal

PASSWORD = "itam-portal-demo"
DESKTOP = {"width": 1440, "height": 900}
NARROW = {"width": 390, "height": 844}
REFUSED = re.compile(r"^Failed to load resource: the server responded with a status of (\d+)")
# The content security policy as the browser saw it broken, beside what the console says of it.
LISTEN = """document.addEventListener("securitypolicyviolation", (event) =>
    console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));"""


@dataclass
class Watch:
    """Collects errors of the console, breaches of the policy, requests to the outside and refused requests."""

    address: str
    provoked: frozenset[Any]
    seen: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        """Watch this page too."""
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.seen.append(f"script: {error}"))
        page.on("request", self._follow)
        page.on("response", self._check)

    def _hear(self, message: ConsoleMessage) -> None:
        refused = REFUSED.match(message.text)
        is_expected = refused and int(refused[1]) in self.provoked
        is_offline = "offline" in self.provoked and re.search("ERR_INTERNET_DISCONNECTED|Failed to fetch", message.text)
        if message.type in ("error", "warning") and not (is_expected or is_offline):
            self.seen.append(f"console: {message.text}")

    def _follow(self, request: Request) -> None:
        if not request.url.startswith(self.address + "/"):
            self.seen.append(f"outside: {request.url}")

    def _check(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.provoked:
            self.seen.append(f"refused: {response.status} {response.url}")


@dataclass
class Visitors:
    """Opens browsers for one test, and closes them."""

    chromium: Browser
    portal: Portal
    watch: Watch
    # Signing in costs a password's hash, and a new browser reads all scripts again: these serve every test.
    shared: dict[str, BrowserContext]
    own: list[BrowserContext] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)

    def stranger(self, **options: Any) -> Page:
        """A page of somebody who has not signed in, in a browser of its own."""
        context = self._browser(**options)
        context.on("page", self._welcome)
        self.own.append(context)
        return context.new_page()

    def person(self, email: str, **options: Any) -> Page:
        """A page of somebody signed in, in a session that other tests use too."""
        key = f"{email} {sorted(options.items())}"
        if key not in self.shared:
            cookies = self.afresh(email).context.storage_state()
            self.shared[key] = self._browser(storage_state=cookies, **options)
        page = self.shared[key].new_page()
        self._welcome(page)
        return page

    def afresh(self, email: str, **options: Any) -> Page:
        """A page in a session of its own, for a test that ends the session or changes its tenant."""
        page = self.stranger(**options)
        page.goto("/sign-in/")
        sign_in(page, email)
        page.wait_for_url("**/accounts/")
        return page

    def leave(self) -> None:
        """Close what this test has opened."""
        for page in self.pages:
            page.close()
        for context in self.own:
            context.close()

    def _browser(self, **options: Any) -> BrowserContext:
        calm = {"viewport": DESKTOP, "base_url": self.portal.address, "reduced_motion": "reduce"}
        context = self.chromium.new_context(**{**calm, **options})
        context.add_init_script(LISTEN)
        return context

    def _welcome(self, page: Page) -> None:
        self.watch.over(page)
        self.pages.append(page)


def sign_in(page: Page, login: str, password: str = PASSWORD) -> None:
    """Fill in the sign-in form and send it."""
    page.get_by_label("Email or login").fill(login)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
