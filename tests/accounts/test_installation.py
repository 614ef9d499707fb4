"""Settings of the installation: of their kind, known everywhere at once, and each with an effect one can see."""

import subprocess
import sys
import time
from typing import Any

import pytest
from django.conf import settings as active
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts import installation
from accounts.doors import Door, Limit
from accounts.installation import KNOWN, setting
from accounts.models import SystemSetting, User
from accounts.services import installation as commands
from tests.accounts.test_rates import HOUR
from tests.cast import Cast
from tests.test_doors import signed_in
from trenddrop.core import rates


@pytest.fixture
def operator(cast: Cast) -> Client:
    User.objects.filter(pk=cast.dev.user_id).update(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(User.objects.get(pk=cast.dev.user_id))
    return client


@pytest.fixture
def told(django_capture_on_commit_callbacks: Any) -> Any:
    """Change a setting, as if the change were committed."""

    def change(key: str, value: Any) -> SystemSetting:
        with django_capture_on_commit_callbacks(execute=True):
            return commands.change(key, value)

    return change


def test_without_a_row_the_default_holds(db: None) -> None:
    assert [setting(key) for key in KNOWN] == [known.default for known in KNOWN.values()]


def test_a_setting_nobody_declared_is_a_mistake(db: None) -> None:
    with pytest.raises(KeyError):
        setting("signup_open")


@pytest.mark.parametrize("key", KNOWN)
def test_a_default_is_of_its_own_kind(key: str) -> None:
    assert KNOWN[key].read(KNOWN[key].default) == KNOWN[key].default


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("signups_open", "yes"),
        ("signups_open", 1),
        ("announcement", 5),
        ("announcement", "x" * 301),
        ("rate_multiplier", True),
        ("rate_multiplier", 0),
        ("rate_multiplier", "2"),
    ],
)
def test_a_value_of_another_kind_is_refused(key: str, value: Any, db: None) -> None:
    with pytest.raises(ValidationError):
        commands.change(key, value)
    assert not SystemSetting.objects.exists()


def test_a_change_holds_at_once_and_taking_it_back_too(
    told: Any, django_capture_on_commit_callbacks: Any, db: None
) -> None:
    row = told("announcement", "We pause at noon.")
    assert setting("announcement") == "We pause at noon."
    with django_capture_on_commit_callbacks(execute=True):
        commands.reset(row)
    assert setting("announcement") == ""


def test_reading_costs_no_query_while_nothing_changes(told: Any, db: None, django_assert_num_queries: Any) -> None:
    told("rate_multiplier", 2)
    setting("rate_multiplier")
    with django_assert_num_queries(0):
        assert [setting("rate_multiplier") for _ in range(5)] == [2.0] * 5


def test_another_process_hears_of_it(db: None) -> None:
    """A process of its own raises the version as `changed` does; this one reads again."""
    SystemSetting.objects.create(key="signups_open", value=False)
    assert setting("signups_open") is True, "what it holds in memory"
    place = f"{active.REDIS_PREFIX}:installation"
    script = f"import redis; redis.Redis.from_url({active.REDIS_URL!r}).incr({place!r})"
    subprocess.run([sys.executable, "-c", script], check=True)
    assert setting("signups_open") is False


def test_without_redis_settings_are_read_again_after_some_seconds(db: None, settings: Any, tmp_path: Any) -> None:
    settings.REDIS_URL = f"unix://{tmp_path}/nobody.sock"
    SystemSetting.objects.create(key="signups_open", value=False)
    assert setting("signups_open") is True
    installation._memory.read_at = time.monotonic() - installation.AGE_WITHOUT_REDIS - 1
    assert setting("signups_open") is False
    installation._Away.until = rates._Rest.until = 0.0


def test_what_is_public_is_told_and_nothing_else(db: None) -> None:
    assert installation.public() == {"signups_open": True, "announcement": ""}


def test_an_announcement_stands_on_every_page_escaped(told: Any, cast: Cast) -> None:
    told("announcement", "Pause at <noon>")
    for page in (signed_in(cast.asha).get("/today/"), Client().get("/"), Client().get("/accounts/login/")):
        assert b"Pause at &lt;noon&gt;" in page.content


def test_closed_sign_up_lets_nobody_new_in(told: Any, db: None) -> None:
    assert b"password1" in Client().get(reverse("account_signup")).content
    told("signups_open", False)
    assert b"password1" not in Client().get(reverse("account_signup")).content
    form = {"email": "new@people.example", "password1": "monsoon-marigold-7", "full_name": "New"}
    Client().post(reverse("account_signup"), form)
    assert not User.objects.filter(email="new@people.example").exists()


def test_limits_can_be_narrowed_for_everybody_at_once(told: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trenddrop.doors.DOORS", {"choose_brand": Door(Limit(4, HOUR))})
    told("rate_multiplier", 0.5)
    form = {"brand": cast.brand.pk}
    asha = signed_in(cast.asha)
    assert [asha.post("/brand/choose/", form).status_code for _ in range(3)] == [302, 302, 429]


def test_the_admin_offers_known_keys_and_refuses_a_wrong_kind(operator: Client) -> None:
    address = reverse("admin:accounts_systemsetting_add")
    assert b"rate_multiplier" in operator.get(address).content
    refused = operator.post(address, {"key": "rate_multiplier", "value": '"fast"'})
    assert b"Write a number from 0.1 to 100." in refused.content
    unknown = operator.post(address, {"key": "made_up", "value": "1"})
    assert unknown.status_code == 200
    assert not SystemSetting.objects.exists()
    assert operator.post(address, {"key": "rate_multiplier", "value": "2"}).status_code == 302
    assert SystemSetting.objects.get().value == 2.0


def test_the_operators_log_says_from_what_to_what(operator: Client, cast: Cast) -> None:
    operator.post(reverse("admin:accounts_systemsetting_add"), {"key": "signups_open", "value": "true"})
    row = SystemSetting.objects.get()
    operator.post(reverse("admin:accounts_systemsetting_change", args=[row.pk]), {"value": "false"})
    row.refresh_from_db()
    assert row.value is False
    log = LogEntry.objects.latest("action_time")
    assert log.user_id == cast.dev.user_id
    assert log.change_message == "from True to False"
    assert b"from True to False" in operator.get(reverse("admin:admin_logentry_changelist")).content
    assert (
        operator.post(reverse("admin:accounts_systemsetting_delete", args=[row.pk]), {"post": "yes"}).status_code == 302
    )
    assert not SystemSetting.objects.exists()
