"""The test database is made by the owner and used as the app's role; the cast is the same everywhere."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connections
from django.test import TransactionTestCase
from django.test.utils import setup_databases, teardown_databases
from django.utils import translation
from environ import Env
from hypothesis import settings as chance
from psycopg import pq

from accounts import installation, tenancy
from publishing.delivery import adapters
from tests import databases
from tests.cast import Cast, gather
from trenddrop.core import loading

LOGIN = ("USER", "PASSWORD")
chance.register_profile("same", derandomize=True, deadline=None)  # the same examples on every machine
chance.register_profile("explore", deadline=None, max_examples=2000)
chance.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


def pytest_collection_finish() -> None:
    """All that is loaded stays until the end: no collection of garbage walks over it between tests."""
    loading.settle()


def log_in(**login: str) -> None:
    """Use another role on the same database from here on."""
    connection = connections["default"]
    connection.close()
    connection.settings_dict.update(login)


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: Any
) -> Iterator[None]:
    """Create and migrate as the owner, then work as a role that owns nothing and that row-level security binds."""
    owner = Env.db_url_config(os.environ["DATABASE_OWNER_URL"])
    app = {key: str(settings.DATABASES["default"][key]) for key in LOGIN}
    suffix = os.environ.get("TEST_DB_SUFFIX", "")
    worker = getattr(request.config, "workerinput", {}).get("workerid", "")
    with django_db_blocker.unblock():
        connections["default"].settings_dict["TEST"]["NAME"] = "_".join(
            filter(None, ["test_trenddrop", suffix, worker])
        )
        log_in(**{key: owner[key] for key in LOGIN})
        connections["default"].settings_dict["TEST"]["TEMPLATE"] = databases.migrated()
        made = setup_databases(verbosity=0, interactive=False)
        log_in(**app)
    yield
    with django_db_blocker.unblock():
        log_in(**{key: owner[key] for key in LOGIN})
        databases.end_sessions(str(connections["default"].settings_dict["NAME"]))
        databases.end_sessions(str(connections["default"].settings_dict["NAME"]))
        teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session", autouse=True)
def place_for_static_files() -> None:
    """Servers of the session look there before a test's own settings hold."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


KEPT = {"django_migrations", "django_content_type", "auth_permission"}


def clean_as_owner(_case: TransactionTestCase) -> None:
    """Empty the tables after a test that committed; only their owner may."""
    ours = connections["default"]
    if ours.connection is not None and ours.connection.info.transaction_status != pq.TransactionStatus.IDLE:
        ours.close()
    owner = databases.owner_of(str(ours.settings_dict["NAME"]))
    with owner.transaction():
        databases.empty(owner, {model._meta.db_table: model for model in apps.get_models()}, kept=KEPT)


TransactionTestCase._fixture_teardown = clean_as_owner  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def own_folders(settings: Any, tmp_path: Any) -> None:
    """Files stay with the test, static files come from where they are written, and passwords cost nothing."""
    settings.REDIS_PREFIX = f"test:{uuid.uuid4().hex}"
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": settings.REDIS_PREFIX}}
    settings.PLATFORM_RULES_OVERRIDES = ""  # what operators say is asked by the tests that are about it
    installation.start_with_defaults()
    adapters.close()  # the next call builds its client from this test's settings
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True  # found when asked for
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.UPLOAD_ROOT = tmp_path / "uploads"
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "media"},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """A page leaves the thread in its reader's language; the next test begins in English."""
    with translation.override("en"):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    """Asha, Ben, Chitra and Esha of Kesar Naturals, and Dev of Lisbon Rooftops."""
    return gather()


@pytest.fixture
def kesar(cast: Cast) -> Iterator[Cast]:
    """The cast, inside Kesar's scope as a task would be."""
    with tenancy.of_organization(cast.kesar.pk):
        yield cast


@pytest.fixture
def everywhere(cast: Cast) -> Iterator[Cast]:
    """The cast, in the operator's scope."""
    with tenancy.operator():
        yield cast
