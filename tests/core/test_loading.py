"""What is loaded before the first work is there: views, and addresses in every language."""

import subprocess
import sys

import pytest

ENTRIES = {
    "a web server": "import trenddrop.wsgi",
    "a worker": "import trenddrop.celery; from celery import signals; signals.worker_init.send(sender=None)",
}
ASKED = """
import gc, sys
from django.conf import settings
from django.urls import get_resolver
from django.utils import translation
known = set(sys.modules)
for language, _name in settings.LANGUAGES:
    with translation.override(language):
        get_resolver().reverse('today')
assert set(sys.modules) == known, set(sys.modules) - known
assert gc.get_freeze_count() > 100_000, gc.get_freeze_count()
"""


@pytest.mark.parametrize("entry", ENTRIES)
def test_everything_is_loaded_before_the_first_work(entry: str) -> None:
    words = [sys.executable, "-c", f"{ENTRIES[entry]}\n{ASKED}"]
    ended = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
