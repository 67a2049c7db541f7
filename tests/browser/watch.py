"""What a browser tab complains about: errors of the console, of scripts, of the content policy, and requests that fail."""

from __future__ import annotations

from playwright.sync_api import ConsoleMessage, Page, Request, Response

# Chromium reports the policy's violations in the console too, but not all of them.
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (violation) => {
  console.error(`CSP ${violation.effectiveDirective} forbids ${violation.blockedURI}`);
});
"""


class Watch:
    """Collects the complaints of one tab; `complaints` has to be empty in the end."""

    def __init__(self, page: Page) -> None:
        self._said: list[str] = []
        self._right: tuple[str, ...] = ()
        self._pages: set[str] = set()
        page.add_init_script(REPORT_VIOLATIONS)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._said.append(f"script: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._response)

    @property
    def complaints(self) -> list[str]:
        """What has been complained of so far and isn't right."""
        return [said for said in self._said if not any(words in said for words in self._right)]

    def rightly(self, *words: str) -> None:
        """Complaints with any of these words are what this page deserves, also those that are still on their way."""
        self._right += words

    def _console(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        # A page that says no has an error's status, which Chromium notes although the page is what was wanted.
        if message.text.startswith("Failed to load resource") and message.location["url"] in self._pages:
            return
        self._said.append(f"console: {message.text}")

    def _failed(self, request: Request) -> None:
        if request.failure == "net::ERR_ABORTED":
            return  # the person went on before the page was complete
        self._said.append(f"request: {request.url} {request.failure}")

    def _response(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self._pages.add(response.url)
        elif response.status >= 400:
            self._said.append(f"response: {response.url} {response.status}")
