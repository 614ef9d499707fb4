"""Databases and brokers: embedded ones, and the ones somebody names."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.runtime.standin import NOT_OURS, Checkout
from trenddrop.runtime import roles
from trenddrop.runtime.places import Places
from trenddrop.runtime.ports import free_port
from trenddrop.runtime.services import Services


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A server that plays the one an operator already has."""
    places = Places(root=tmp_path_factory.mktemp("operator"), name="test")
    places.prepare()
    services = Services(places, {}, careless=True)
    services.start()
    yield services
    services.stop()


@pytest.fixture
def owner(server: Services) -> Iterator[str]:
    """The address of a role that owns an empty database and may make roles."""
    postgres = server.postgres
    assert postgres is not None
    with postgres.connect() as superuser:
        superuser.execute("CREATE ROLE operator LOGIN CREATEROLE PASSWORD 'o'")
        superuser.execute("CREATE DATABASE given OWNER operator")
    yield postgres.address(user="operator", password="o", database="given")
    with postgres.connect() as superuser:
        superuser.execute("DROP DATABASE given WITH (FORCE)")
        superuser.execute("DROP ROLE operator")


def as_superuser(server: Services, statement: str) -> None:
    assert server.postgres is not None
    with server.postgres.connect() as superuser:
        superuser.execute(statement)


def test_a_database_made_by_the_owner_has_vectors_and_keeps_its_tables_to_itself_until_it_grants_them(
    server: Services,
) -> None:
    assert server.postgres is not None
    address = server.postgres.address
    with psycopg.connect(
        address(user=roles.OWNER, password=server.keys.owner, database=roles.DATABASE), autocommit=True
    ) as owner:
        owner.execute("CREATE DATABASE test_fresh")
    fresh_as_owner = address(user=roles.OWNER, password=server.keys.owner, database="test_fresh")
    with psycopg.connect(fresh_as_owner) as owner:
        owner.execute("CREATE TABLE note (id bigserial, at vector(2))")
    with psycopg.connect(address(user=roles.APP, password=server.keys.app, database="test_fresh")) as app:
        assert app.execute("SELECT vector '[1,2]' <-> '[1,2]'").fetchone() == (0.0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("SELECT * FROM note")


def test_the_broker_wants_its_password(server: Services) -> None:
    assert server.redis is not None
    with (
        redis.Redis(port=server.redis.port, retry=Retry(NoBackoff(), 0)) as stranger,
        pytest.raises(redis.AuthenticationError),
    ):
        stranger.ping()


def test_a_given_database_gets_a_role_that_owns_nothing(server: Services, owner: str) -> None:
    as_superuser(server, f"ALTER ROLE {roles.APP} RENAME TO set_aside")
    try:
        made = roles.use_given(owner, app_url=None, app_password="p")
        again = roles.use_given(owner, app_url=None, app_password="p")
        assert made == again
        with psycopg.connect(owner) as session:
            session.execute(f"CREATE TABLE note (id int); GRANT SELECT ON note TO {roles.APP}")
        with psycopg.connect(made.app) as app:
            assert app.execute("SELECT count(*), current_user::text FROM note").fetchone() == (0, roles.APP)
    finally:
        clean_up = f"DROP OWNED BY {roles.APP}; DROP ROLE {roles.APP}; ALTER ROLE set_aside RENAME TO {roles.APP}"
        assert server.postgres is not None
        with server.postgres.connect("given") as superuser:
            superuser.execute(clean_up)


def test_an_owner_who_may_not_make_roles_is_told_what_an_administrator_has_to_run(server: Services, owner: str) -> None:
    as_superuser(server, "ALTER ROLE operator NOCREATEROLE")
    with pytest.raises(roles.DatabaseUnfit, match=r"CREATE ROLE trenddrop_app LOGIN PASSWORD"):
        roles.use_given(owner, app_url=None, app_password="wrong")


def test_the_app_may_not_connect_as_the_owner_or_as_a_superuser(server: Services, owner: str) -> None:
    with pytest.raises(roles.DatabaseUnfit, match="row-level security"):
        roles.use_given(owner, app_url=owner, app_password="")
    assert server.postgres is not None
    superuser = server.postgres.address(user="postgres", password=server.keys.superuser, database="given")
    with pytest.raises(roles.DatabaseUnfit, match="row-level security"):
        roles.use_given(owner, app_url=superuser, app_password="")


def test_a_database_that_does_not_answer_is_named(server: Services) -> None:
    with pytest.raises(roles.DatabaseUnfit, match="does not answer"):
        roles.use_given(f"postgres://o:o@127.0.0.1:{free_port()}/x", app_url=None, app_password="p")


def beside_services(checkout: Checkout, *words: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
    return subprocess.run(
        [sys.executable, "-m", "trenddrop.runtime", "with-services", "--name", "test", "--", *words],
        cwd=checkout.root,
        env={**environ, "DATABASE_URL": "postgres://real@somewhere/data", "REDIS_URL": "redis://somewhere"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_test_command_never_meets_real_data_and_its_exit_code_counts(checkout: Checkout) -> None:
    done = beside_services(checkout, "sh", "-c", "echo $DATABASE_URL $REDIS_URL; exit 7")
    assert done.returncode == 7, done.stderr
    assert "somewhere" not in done.stdout
    assert re.search(r"trenddrop_app:\S+@127\.0\.0\.1:\d+/trenddrop redis://\S+@127\.0\.0\.1", done.stdout)
    assert not (checkout.root / "var" / "test" / "run" / "state.json").exists()


def test_thrown_away_keys_of_a_test_cluster_are_no_obstacle(checkout: Checkout) -> None:
    assert beside_services(checkout, "true").returncode == 0
    (checkout.root / "var" / "test" / "keys.json").unlink()
    assert beside_services(checkout, "true").returncode == 0


@pytest.mark.chaos
@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to give root up")
def test_root_in_another_users_private_home_runs_the_server_as_a_system_user(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    checkout = Checkout(home / "clone")
    os.chown(home, 12345, 12345)
    home.chmod(0o700)
    outside = Places(root=checkout.root).outside.parent
    try:
        first = checkout.start(free_port()).until_ready()
        first.get("/visit")
        first.process.kill()
        first.process.wait()
        second = checkout.start(free_port()).until_ready()
        assert second.get("/healthz")[0] == 1
        data = outside / "main" / "data"
        assert data.stat().st_uid != 0
        assert home.stat().st_mode & 0o777 == 0o700
    finally:
        checkout.stop_all()
        shutil.rmtree(outside, ignore_errors=True)
