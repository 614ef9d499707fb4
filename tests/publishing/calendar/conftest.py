"""A plan, and a browser."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Membership
from publishing.services import posts
from tests.cast import Cast
from tests.publishing.calendar.plan import Enter, Plan
from tests.publishing.conftest import make_connection


@pytest.fixture
def plan(kesar: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Plan:
    """Kesar's plan, and nothing that is sent."""
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.wire.Small"}
    monkeypatch.setattr(posts, "_ring", lambda _post: None)
    return Plan(kesar, make_connection(kesar.kesar))


@pytest.fixture
def enter(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Enter:
    """Somebody's browser, signed in."""
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.wire.Small"}
    monkeypatch.setattr(posts, "_ring", lambda _post: None)

    def browser(member: Membership) -> Client:
        client = Client()
        client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return browser
