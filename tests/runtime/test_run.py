"""`make run`, from the first start to the recovery from a killed one."""

import os
import re
import signal
import socket
import stat
import time
from pathlib import Path

import psycopg
import pytest

from tests.runtime.standin import Checkout
from trenddrop.runtime.environment import read_dotenv
from trenddrop.runtime.ports import free_port


def test_a_start_answers_tells_how_to_sign_in_and_ends_completely(checkout: Checkout, port: int) -> None:
    start = checkout.start(port).until_ready()
    assert f"http://127.0.0.1:{port}" in start.said()
    assert "asha@kesar.example" in start.said()
    assert start.get("/healthz")[0] == 0
    assert start.stop() < 10
    assert checkout.processes() == []
    assert start.process.returncode == 0
    assert "Your data is kept" in start.said()


def test_a_second_start_finds_everything_again(checkout: Checkout, port: int) -> None:
    first = checkout.start(port).until_ready()
    first.get("/visit")
    first.stop(signal.SIGTERM)
    began = time.monotonic()
    second = checkout.start(port).until_ready()
    assert second.get("/healthz")[0] == 1
    assert time.monotonic() - began < 15


def test_a_second_start_beside_the_first_is_told_where_it_runs(checkout: Checkout, port: int) -> None:
    first = checkout.start(port).until_ready()
    second = checkout.start(free_port())
    second.process.wait(20)
    assert second.process.returncode == 1
    assert f"already running at http://127.0.0.1:{port}" in second.said()
    assert "make stop" in second.said()
    assert first.get("/healthz")[0] == 0


def test_a_taken_port_is_named_with_the_way_out(checkout: Checkout) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        start = checkout.start(taken)
        start.process.wait(20)
    assert start.process.returncode == 1
    assert f"Port {taken} is taken" in start.said()
    assert re.search(r"PORT=\d+ make run", start.said())


def test_addresses_and_passwords_are_private_and_let_the_app_in(checkout: Checkout, port: int) -> None:
    checkout.start(port).until_ready()
    var = checkout.root / "var"
    for name in ("embedded.env", "keys.json"):
        assert stat.S_IMODE((var / name).stat().st_mode) == 0o600
    told = read_dotenv(var / "embedded.env")
    with psycopg.connect(told["DATABASE_URL"]) as app:
        found = app.execute(
            "SELECT current_user::text, rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        assert found == ("trenddrop_app", False, False, False)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("DROP TABLE visit")


def test_servers_listen_on_the_loopback_alone(checkout: Checkout, port: int) -> None:
    checkout.start(port).until_ready()
    ours = {int(read_port(url)) for url in read_dotenv(checkout.root / "var" / "embedded.env").values() if "@" in url}
    listening = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:] if " 0A " in line]
    addresses = {int(part.split(":")[1], 16): part.split(":")[0] for part in listening}
    assert len(ours) == 2
    assert {addresses[port] for port in ours} == {"0100007F"}
    listening6 = Path("/proc/net/tcp6")
    if listening6.exists():
        assert not ours & {int(line.split()[1].split(":")[1], 16) for line in listening6.read_text().splitlines()[1:]}


def read_port(url: str) -> str:
    return url.rpartition("@")[2].partition(":")[2].partition("/")[0]


@pytest.mark.chaos
def test_two_checkouts_run_side_by_side(checkout: Checkout, tmp_path: Path) -> None:
    other = Checkout(tmp_path / "second")
    try:
        first = checkout.start(free_port()).until_ready()
        second = other.start(free_port()).until_ready()
        first.get("/visit")
        assert second.get("/healthz")[0] == 0
    finally:
        other.stop_all()
    assert first.get("/healthz")[0] == 1


@pytest.mark.chaos
def test_after_a_killed_supervisor_the_next_start_clears_up_and_keeps_the_data(checkout: Checkout, port: int) -> None:
    first = checkout.start(port).until_ready()
    first.get("/visit")
    os.killpg(first.process.pid, signal.SIGKILL)
    first.process.wait()
    second = checkout.start(port).until_ready()
    assert second.get("/healthz")[0] == 1
    assert sum("web.py" in words and "keeper" not in words for words in checkout.processes()) == 1
    assert sum("/postgres -D" in words for words in checkout.processes()) == 1


@pytest.mark.chaos
@pytest.mark.parametrize("after", [0.3, 0.6, 0.9, 1.2, 1.6])
def test_a_first_start_killed_anywhere_is_recovered_from(checkout: Checkout, port: int, after: float) -> None:
    first = checkout.start(port)
    time.sleep(after)
    os.killpg(first.process.pid, signal.SIGKILL)
    first.process.wait()
    assert checkout.start(port).until_ready().get("/visit")[0] == 1


@pytest.mark.chaos
def test_a_killed_web_process_is_started_again(checkout: Checkout, port: int) -> None:
    start = checkout.start(port).until_ready()
    killed = start.get("/healthz")[1]
    os.kill(killed, signal.SIGKILL)
    start.until(lambda: "starting it again" in start.said())
    start.until(lambda: answers(port))
    assert start.get("/healthz")[1] != killed


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.chaos
def test_a_killed_database_server_comes_back_with_what_was_committed(checkout: Checkout, port: int) -> None:
    start = checkout.start(port).until_ready()
    start.get("/visit")
    lock = next((checkout.root / "var" / "postgres").glob("data/postmaster.pid"))
    os.kill(int(lock.read_text().splitlines()[0]), signal.SIGKILL)
    start.until(lambda: "Postgres had died and was started again" in start.said())
    assert start.get("/healthz")[0] == 1


@pytest.mark.chaos
def test_a_process_that_cannot_start_ends_the_run_with_its_last_words(checkout: Checkout, port: int) -> None:
    (checkout.root / "web.py").write_text("raise SystemExit('no such planet')")
    start = checkout.start(port)
    start.process.wait(60)
    assert start.process.returncode == 1
    assert "no such planet" in start.said()
    assert "giving up" in start.said()
    assert checkout.processes() == []
