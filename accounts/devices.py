"""What a browser calls itself, in words people use."""

import re

from django.utils.translation import gettext as _

# The first that fits counts: every browser also claims to be the ones it came after.
BROWSERS = (
    ("Edge", r"Edg(?:e|A|iOS)?/"), ("Opera", r"OPR/|Opera"), ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"), ("Chrome", r"HeadlessChrome/|Chrome/|CriOS/"), ("Safari", r"Safari/"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", r"iPhone"), ("iPad", r"iPad"), ("Android", r"Android"), ("Windows", r"Windows"),
    ("macOS", r"Macintosh|Mac OS X"), ("ChromeOS", r"CrOS"), ("Linux", r"Linux"),
)  # fmt: skip


def name(user_agent: str) -> str:
    """Return "Firefox on Windows", as far as the browser tells."""
    browser, system = _first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown browser")


def is_phone(user_agent: str) -> bool:
    """Say whether it is held in the hand."""
    return bool(re.search(r"Mobile|iPhone|Android", user_agent))


def _first(table: tuple[tuple[str, str], ...], text: str) -> str:
    return next((label for label, pattern in table if re.search(pattern, text)), "")
