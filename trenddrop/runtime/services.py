"""The database and the broker of one set of places: embedded, or the ones somebody named."""

import fcntl
import os
import shutil
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from trenddrop.runtime import processes, roles
from trenddrop.runtime.console import Trouble, complain
from trenddrop.runtime.environment import MARK, write_embedded
from trenddrop.runtime.files import read_json, write_json
from trenddrop.runtime.keys import Keys, load
from trenddrop.runtime.places import MAIN, Places
from trenddrop.runtime.postgres import Postgres
from trenddrop.runtime.redis_server import Redis

RESTARTS = 5


class AlreadyRunning(Trouble):
    """Another start of this checkout holds the services."""


class ServiceLost(Trouble):
    """The database or the broker died again and again."""


@contextmanager
def only_once(places: Places) -> Iterator[None]:
    """Hold this checkout's lock; the kernel takes it back however we end. Raises AlreadyRunning."""
    # A POSIX record lock: unlike flock it is not inherited by the processes we fork.
    descriptor = os.open(places.run / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:
        os.close(descriptor)
        raise AlreadyRunning(_where(places)) from problem
    try:
        yield
    finally:
        os.close(descriptor)


def _where(places: Places) -> str:
    state = read_json(places.run / "state.json")
    if places.name != MAIN:
        return f"The services in {places.base} are in use by another command (process {state.get('pid', '?')})."
    if not state.get("url"):
        return f"TrendDrop is already starting in this checkout (process {state.get('pid', '?')})."
    return f"TrendDrop is already running at {state['url']} (process {state['pid']}). To stop it: make stop"


def end_orphans(places: Places) -> None:
    """Stop what a killed start of this checkout left behind."""
    orphans = processes.marked(MARK, str(places.base))
    if orphans:
        complain("Ending processes that an interrupted start left behind.")
        processes.end_strangers(orphans, signal.SIGTERM, patience=12)


def throw_away(places: Places) -> None:
    """Delete the databases and queues of a set."""
    for folder in (places.postgres, places.redis, places.outside):
        shutil.rmtree(folder, ignore_errors=True)
    places.prepare()


class Services:
    """What `start` returns knows the addresses; `stop` ends what is ours."""

    def __init__(self, places: Places, given: Mapping[str, str], *, careless: bool = False) -> None:
        self.places = places
        self.given = given
        has_data = (places.postgres / "data").exists() or (places.outside / "data").exists()
        if places.name != MAIN and has_data and not places.keys.exists():
            throw_away(places)
            has_data = False
        self.keys: Keys = load(places, has_data=has_data)
        self.postgres = None if given.get("DATABASE_URL") else self._own_postgres(careless)
        self.redis = None if given.get("REDIS_URL") else Redis(places, password=self.keys.redis)
        self.restarts = 0

    def _own_postgres(self, careless: bool) -> Postgres:
        return Postgres(self.places, password=self.keys.superuser, careless=careless)

    def start(self) -> dict[str, str]:
        """Start, provision, write `embedded.env`; the variables the application needs."""
        if self.redis:
            self.redis.start()
        addresses = self._embedded_database() if self.postgres else self._given_database()
        values = {
            "DATABASE_URL": addresses.app,
            "DATABASE_OWNER_URL": addresses.owner,
            "DATABASE_APP_ROLE": roles.user_of(addresses.app),
            "REDIS_URL": self.redis.url if self.redis else self.given["REDIS_URL"],
            "SECRET_KEY": self.given.get("SECRET_KEY") or self.keys.secret_key,
            "TOKEN_KEYS": self.given.get("TOKEN_KEYS") or self.keys.token_keys,
        }
        write_embedded(self.places, values)
        return values

    def _embedded_database(self) -> roles.Addresses:
        server, keys = self.postgres, self.keys
        assert server is not None, "asked only when the server is ours"  # noqa: S101
        server.start()
        with server.connect() as superuser:
            roles.provision(superuser, owner_password=keys.owner, app_password=keys.app)
        for database in ("template1", roles.DATABASE):
            with server.connect(database) as superuser:
                roles.equip(superuser)
        return roles.Addresses(
            app=server.address(user=roles.APP, password=keys.app, database=roles.DATABASE),
            owner=server.address(user=roles.OWNER, password=keys.owner, database=roles.DATABASE),
        )

    def _given_database(self) -> roles.Addresses:
        app, owner = self.given["DATABASE_URL"], self.given.get("DATABASE_OWNER_URL")
        if owner:
            return roles.use_given(owner, app_url=app, app_password=self.keys.app)
        return roles.use_given(app, app_url=self.given.get("DATABASE_APP_URL"), app_password=self.keys.app)

    def tend(self) -> None:
        """Start again what was killed. Raises ServiceLost after a few times."""
        for service in (self.postgres, self.redis):
            if service and service.ensure_running():
                self.restarts += 1
                complain(f"{type(service).__name__} had died and was started again; committed data is kept.")
        if self.restarts > RESTARTS:
            raise ServiceLost(f"PostgreSQL or Redis keeps dying. Their logs are in {self.places.logs}.")

    def stop(self) -> None:
        """Redis first: the database may take a moment."""
        for service in (self.redis, self.postgres):
            if service:
                service.stop()


@contextmanager
def undisturbed() -> Iterator[None]:
    """A second Ctrl-C does not interrupt the clean end the first one began."""
    before = {signum: signal.signal(signum, signal.SIG_IGN) for signum in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)


class AskedToEnd(SystemExit):
    """A signal other than Ctrl-C told us to end; carries the exit code shells expect."""


def end_on_signals() -> None:
    """SIGTERM and a closed terminal end us as Ctrl-C does: through every `finally`."""

    def leave(signum: int, _frame: object) -> None:
        raise AskedToEnd(128 + signum)

    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job would ignore it
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGHUP, leave)


@contextmanager
def running(
    places: Places, given: Mapping[str, str], *, careless: bool = False
) -> Iterator[tuple[Services, dict[str, str]]]:
    """Hold the lock, clear up, start, and stop at the end however it comes."""
    places.prepare()
    with only_once(places):
        state = places.run / "state.json"
        write_json(state, {"pid": os.getpid()})
        end_orphans(places)
        services = Services(places, given, careless=careless)
        try:
            yield services, services.start()
        finally:
            with undisturbed():
                services.stop()
                state.unlink(missing_ok=True)
