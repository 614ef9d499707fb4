"""Variables, ports, keys and folders of a checkout."""

import os
import socket
from pathlib import Path

import pytest

from trenddrop.runtime import keys, ports
from trenddrop.runtime.environment import configured, for_processes, read_dotenv
from trenddrop.runtime.files import tail, write_private
from trenddrop.runtime.places import Places, SomebodyElsesData, refuse_somebody_elses
from trenddrop.runtime.supervisor import BadPort, shop, web_address


@pytest.fixture
def places(tmp_path: Path) -> Places:
    made = Places(root=tmp_path)
    made.prepare()
    return made


def test_dotenv_lines_are_read_as_people_write_them(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("# mail\nexport PORT = 8001\nSECRET_KEY='a=b # c'\n\nEMPTY=\nnonsense\n")
    assert read_dotenv(path) == {"PORT": "8001", "SECRET_KEY": "a=b # c", "EMPTY": ""}
    assert read_dotenv(tmp_path / "absent") == {}


def test_the_shell_wins_over_dotenv(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=8001\nDEBUG=1\n")
    assert configured(tmp_path, {"PORT": "9000"}) == {"PORT": "9000", "DEBUG": "1"}


def test_processes_find_their_python_first_and_carry_the_mark_of_their_checkout(places: Places) -> None:
    told = for_processes(places, {"REDIS_URL": "redis://x"}, {"PATH": "/usr/bin", "REDIS_URL": "redis://other"})
    assert told["PATH"] == f"{places.root}/.venv/bin:/usr/bin"
    assert told["REDIS_URL"] == "redis://x"
    assert told["TRENDDROP_RUN"] == str(places.base)


@pytest.mark.parametrize("text", ["web", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadPort, match="PORT=8001 make run"):
        web_address({"PORT": text})


def test_a_checkout_keeps_its_port_until_somebody_takes_it(places: Places) -> None:
    chosen = ports.choose(places, "postgres")
    assert ports.choose(places, "postgres") == chosen
    with socket.socket() as other:
        other.bind(("127.0.0.1", chosen))
        other.listen()
        assert ports.choose(places, "postgres") != chosen


def test_keys_are_made_once_and_private(places: Places) -> None:
    made = keys.load(places, has_data=False)
    assert keys.load(places, has_data=True) == made
    assert places.keys.stat().st_mode & 0o077 == 0
    assert len(made.secret_key) >= 50
    assert made.token_keys.startswith("k1:")


def test_lost_keys_beside_a_database_are_told_and_not_replaced(places: Places) -> None:
    with pytest.raises(keys.KeysMissing, match="backup"):
        keys.load(places, has_data=True)
    assert not places.keys.exists()


def test_a_private_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "file"
    write_private(path, "one")
    write_private(path, "two")
    assert path.read_text() == "two"
    assert [found.name for found in path.parent.iterdir()] == ["file"]
    assert tail(path) == "two"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_another_users_data_is_left_alone(tmp_path: Path) -> None:
    os.chown(tmp_path, 12345, 12345)
    with pytest.raises(SomebodyElsesData, match="belongs to 12345"):
        refuse_somebody_elses(tmp_path)


@pytest.mark.parametrize(("given", "expected"), [({}, {"BILLING_TO_TRY": "1"}), ({"PRODUCTION": "1"}, {})])
def test_plans_can_be_tried_but_not_in_production(given: dict[str, str], expected: dict[str, str]) -> None:
    assert shop(given) == expected
