"""The settings, as an operator meets them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from honcho.environ import parse_procfile

from trenddrop.celery import app
from trenddrop.gateways import GATEWAY_SECRETS, GATEWAY_SETTINGS, SELLER
from trenddrop.platforms import MUSIC_SETTINGS, PLATFORM_SETTINGS, SEARCH_SETTINGS
from trenddrop.settings import MEDIA_TASKS

ROOT = Path(__file__).resolve().parent.parent
GOOD = {"PRODUCTION": "1", "DEBUG": "0", "SECRET_KEY": "q7x" * 20 + "Zk3", "ALLOWED_HOSTS": "trenddrop.example"}


def start(*tell: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Load the settings in a process of their own, which may tell some of them, a line each."""
    merged = {**os.environ, **GOOD, **environment}
    told = "".join(f"\nprint(settings.{name})" for name in tell)
    command = [sys.executable, "-c", f"from trenddrop import settings{told}"]
    return subprocess.run(command, cwd=ROOT, env=merged, capture_output=True, text=True, check=False)


def test_production_starts_with_a_strong_secret() -> None:
    assert start().returncode == 0


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"DEBUG": "1"}, "DEBUG"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY"),
        ({"SECRET_KEY": "django-insecure-" + "x1y2z3" * 10}, "SECRET_KEY"),
    ],
)
def test_production_refuses_debug_and_weak_secrets(environment: dict[str, str], words: str) -> None:
    ended = start(**environment)
    assert ended.returncode != 0
    assert "ImproperlyConfigured: PRODUCTION=1" in ended.stderr
    assert words in ended.stderr


def test_every_variable_the_settings_read_is_named_in_the_example() -> None:
    read = re.findall(r'env(?:\.\w+)?\(\s*"([A-Z0-9_]+)"', (ROOT / "trenddrop" / "settings.py").read_text())
    named = (ROOT / ".env.example").read_text()
    wanted = [*read, *PLATFORM_SETTINGS, *MUSIC_SETTINGS, *SEARCH_SETTINGS, *GATEWAY_SETTINGS, *GATEWAY_SECRETS]
    wanted += [name for name, _usual in SELLER.values()]
    assert [name for name in wanted if not re.search(rf"^# {name}=", named, re.MULTILINE)] == []


@pytest.mark.parametrize("hours", [None, 1, 9])
def test_a_tool_gives_up_before_its_task_is_ended_and_its_task_before_another_worker_gets_it(hours: int | None) -> None:
    given = {"FFMPEG_TIMEOUT": str(hours * 3600)} if hours else {}
    names = ["FFMPEG_TIMEOUT", "CELERY_TASK_SOFT_TIME_LIMIT", "CELERY_TASK_TIME_LIMIT"]
    names.append("CELERY_BROKER_TRANSPORT_OPTIONS['visibility_timeout']")
    seconds = [float(line) for line in start(*names, **given).stdout.split()]
    assert len(seconds) == len(names)
    assert seconds == sorted(set(seconds))
    assert seconds[0] == (hours or 4) * 3600


@pytest.mark.parametrize(
    ("given", "broker"),
    [
        ("redis://cache:6379/0", "redis://cache:6379/0"),
        ("unix:///run/redis.sock?db=1", "redis+socket:///run/redis.sock?db=1"),
        ("rediss://:secret@cache:6380/0", "rediss://:secret@cache:6380/0?ssl_cert_reqs=required"),
        ("rediss://cache/0?timeout=5", "rediss://cache/0?timeout=5&ssl_cert_reqs=required"),
        ("rediss://cache/0?ssl_cert_reqs=none", "rediss://cache/0?ssl_cert_reqs=none"),
    ],
)
def test_a_broker_behind_tls_has_to_show_its_certificate(given: str, broker: str) -> None:
    assert start("CELERY_BROKER_URL", REDIS_URL=given).stdout.strip() == broker


@pytest.mark.parametrize("name", ["worker", "media"])
def test_whoever_runs_the_procfile_gets_workers_that_hand_back_what_they_cannot_finish(name: str) -> None:
    command = parse_procfile((ROOT / "Procfile").read_text()).processes[name]
    assert command.startswith("env REMAP_SIGTERM=SIGQUIT python -m celery ")


@pytest.mark.parametrize("name", MEDIA_TASKS)
def test_what_works_on_media_for_minutes_never_takes_the_processes_that_publish(name: str) -> None:
    app.loader.import_default_modules()
    full = f"content.tasks.{name}"
    assert full in app.tasks
    assert app.amqp.router.route({}, full)["queue"].name == "media"
