"""Uploads over a real connection to the real web server: cut, killed, crowded, enormous, and by clients of others."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from tusclient.client import TusClient
from tusclient.storage.filestorage import FileStorage

from accounts import tenancy
from content.models import ContentAsset, Upload
from tests.cast import Cast, gather
from tests.content.files import PIECE, TUS, metadata, wav
from tests.content.serving import Served, cut_off, served, signed_in_headers

pytestmark = pytest.mark.django_db(transaction=True)
MEGABYTE = 1024**2
ROOT = Path(__file__).parents[2]


@pytest.fixture
def cast() -> Cast:
    return gather()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("web")


@pytest.fixture(scope="module")
def web(django_db_setup: None, folder: Path) -> Iterator[Served]:
    with served(folder) as running:
        yield running


@pytest.fixture(autouse=True)
def same_files(settings: Any, folder: Path) -> None:
    """Test and server look at the same folders."""
    settings.UPLOAD_ROOT = folder / "uploads"
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": folder / "media"},
        }
    }


@pytest.fixture
def headers(cast: Cast) -> dict[str, str]:
    return signed_in_headers(cast.ben)


def announce(web: Served, headers: dict[str, str], length: int, name: str = "film.wav") -> str:
    given = headers | TUS | {"Upload-Length": str(length), "Upload-Metadata": metadata(filename=name)}
    answer = httpx.post(f"{web.url}/uploads/", headers=given)
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"]


def stands_at(web: Served, headers: dict[str, str], path: str) -> int:
    return int(httpx.head(f"{web.url}{path}", headers=headers | TUS).headers["Upload-Offset"])


def patch(web: Served, headers: dict[str, str], path: str, data: Any, at: int, **more: str) -> httpx.Response:
    given = headers | TUS | {"Upload-Offset": str(at), "Content-Type": PIECE} | more
    return httpx.patch(f"{web.url}{path}", content=data, headers=given, timeout=120)


def soon(question: Callable[[], Any], *, seconds: float = 20) -> Any:
    """Ask until the answer is true."""
    end = time.monotonic() + seconds
    while not (answer := question()) and time.monotonic() < end:
        time.sleep(0.1)
    return answer


def the_asset(cast: Cast) -> ContentAsset:
    with tenancy.of_organization(cast.kesar.pk):
        return ContentAsset.objects.get()


def file_hash(asset: ContentAsset) -> str:
    with asset.file.open("rb") as kept:
        return hashlib.file_digest(kept, "sha256").hexdigest()


def test_a_connection_cut_in_the_middle_keeps_every_byte_that_arrived(
    cast: Cast, web: Served, headers: dict[str, str]
) -> None:
    data = wav(200)
    path = announce(web, headers, len(data))
    given = headers | TUS | {"Upload-Offset": "0", "Content-Type": PIECE}
    arrived = 2 * MEGABYTE + 12_345
    cut_off(web, path, given, data[:arrived], promised=len(data)).close()
    assert soon(lambda: stands_at(web, headers, path) == arrived)
    assert patch(web, headers, path, data[arrived:], arrived).status_code == 204
    assert file_hash(the_asset(cast)) == hashlib.sha256(data).hexdigest()


def test_a_server_killed_in_the_middle_goes_on_where_it_counted(
    cast: Cast, web: Served, headers: dict[str, str]
) -> None:
    data = wav(200)
    path = announce(web, headers, len(data))
    given = headers | TUS | {"Upload-Offset": "0", "Content-Type": PIECE}
    connection = cut_off(web, path, given, data[: 2 * MEGABYTE], promised=len(data))
    time.sleep(2.5)
    connection.sendall(data[2 * MEGABYTE : 3 * MEGABYTE])
    assert soon(lambda: stands_at(web, headers, path) == 3 * MEGABYTE)
    for worker in web.workers:
        os.kill(worker, signal.SIGKILL)
    connection.close()
    web.program.wait_for(f"{web.url}/healthz")
    assert soon(lambda: stands_at(web, headers, path) == 3 * MEGABYTE)
    assert patch(web, headers, path, data[3 * MEGABYTE :], 3 * MEGABYTE).status_code == 204
    assert file_hash(the_asset(cast)) == hashlib.sha256(data).hexdigest()


def test_of_two_pieces_at_once_one_is_told_to_wait_and_the_file_is_whole(
    cast: Cast, web: Served, headers: dict[str, str]
) -> None:
    data = wav(100)
    path = announce(web, headers, len(data))
    given = headers | TUS | {"Upload-Offset": "0", "Content-Type": PIECE}
    first = cut_off(web, path, given, data[: MEGABYTE + 5], promised=len(data))
    time.sleep(0.5)
    assert patch(web, headers, path, data, 0).status_code == 423
    first.sendall(data[MEGABYTE + 5 :])
    assert b" 204 " in first.recv(100)
    first.close()
    assert file_hash(the_asset(cast)) == hashlib.sha256(data).hexdigest()


def test_many_who_finish_the_same_upload_at_once_make_one_asset(
    cast: Cast, web: Served, headers: dict[str, str]
) -> None:
    data = wav(2)
    path = announce(web, headers, len(data))
    statuses: list[int] = []
    senders = [
        threading.Thread(target=lambda: statuses.append(patch(web, headers, path, data, 0).status_code))
        for _ in range(6)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert set(statuses) <= {204, 409, 423}
    assert statuses.count(204) == 1
    assert the_asset(cast).size == len(data)


def test_a_file_of_three_hundred_megabytes_passes_through_little_memory(
    cast: Cast, web: Served, headers: dict[str, str], folder: Path
) -> None:
    length = 300 * MEGABYTE
    path = announce(web, headers, length)
    head = wav()[:44]
    before, most = web.memory(), 0

    def pieces() -> Iterator[bytes]:
        nonlocal most
        yield head + bytes(MEGABYTE - len(head))
        for number in range(299):
            if number % 20 == 0:
                most = max(most, web.memory())
            yield bytes(MEGABYTE)

    answer = patch(web, headers, path, pieces(), 0, **{"Content-Length": str(length)})
    assert answer.status_code == 204
    assert max(most, web.memory()) - before < 50 * MEGABYTE
    assert the_asset(cast).size == length
    assert not (folder / "uploads" / f"{Path(path).name}.part").exists()


def test_a_refused_file_gets_its_reason_though_more_was_on_its_way(
    cast: Cast, web: Served, headers: dict[str, str]
) -> None:
    path = announce(web, headers, 20 * MEGABYTE, name="film.mp4")
    answer = patch(web, headers, path, b"#EXTM3U\n" + b"x" * (20 * MEGABYTE - 8), 0)
    assert answer.status_code == 415
    assert "points to other files" in answer.text


def test_a_body_of_unannounced_length_is_taken_too(cast: Cast, web: Served, headers: dict[str, str]) -> None:
    data = wav(10)
    path = announce(web, headers, len(data))
    answer = patch(web, headers, path, iter([data[:70_000], data[70_000:]]), 0)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(len(data)))


class StaysOpen(BytesIO):
    """tuspy closes its stream after the fingerprint and then reads on."""

    def close(self) -> None:
        """Stay."""


def test_tuspy_stops_goes_on_and_the_file_is_the_same(
    cast: Cast, web: Served, headers: dict[str, str], tmp_path: Path
) -> None:
    source = tmp_path / "Rooftop session.wav"
    source.write_bytes(wav(120))
    memory: Any = FileStorage(str(tmp_path / "tuspy.json"))  # type: ignore[no-untyped-call]

    def uploader() -> Any:
        client = TusClient(f"{web.url}/uploads/", headers=dict(headers))
        given = {"filename": source.name, "filetype": "audio/wav"}
        return client.uploader(
            file_stream=StaysOpen(source.read_bytes()),
            chunk_size=300_000,
            metadata=given,
            store_url=True,
            url_storage=memory,
            upload_checksum=True,
        )

    with closing(memory):
        uploader().upload(stop_at=900_000)
        with tenancy.of_organization(cast.kesar.pk):
            assert 0 < Upload.objects.get().offset < source.stat().st_size
        again = uploader()
        assert again.offset >= 900_000
        again.upload()
    asset = the_asset(cast)
    assert (asset.title, asset.kind) == ("Rooftop session", "audio")
    assert file_hash(asset) == hashlib.sha256(source.read_bytes()).hexdigest()


def installed_tus_client() -> Path:
    """The tus project's own client, from the package registry."""
    folder = Path(os.environ.get("PEERS_DIR", ROOT / "var" / "peers")) / "tus"
    if not (folder / "node_modules" / "tus-js-client").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json", "upload.js"):
            shutil.copy(ROOT / "tests" / "peers" / "tus" / name, folder / name)
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder, check=True)
    return folder


@pytest.mark.peer
def test_tus_js_client_is_killed_goes_on_and_the_file_is_the_same(
    cast: Cast, web: Served, headers: dict[str, str], tmp_path: Path
) -> None:
    installed = installed_tus_client()
    source = tmp_path / "film.wav"
    source.write_bytes(wav(200))
    memory = tmp_path / "tus.json"
    memory.write_text("{}", encoding="utf-8")

    def run(*cut: str) -> subprocess.CompletedProcess[str]:
        command = ["node", str(ROOT / "tests/peers/tus/upload.js"), f"{web.url}/uploads/", str(source)]
        command += ["Rooftop film.wav", str(memory), str(installed), *cut]
        env = os.environ | {"TUS_HEADERS": json.dumps(headers)}
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)

    assert run("1500000").returncode == -signal.SIGKILL
    with tenancy.of_organization(cast.kesar.pk):
        assert 0 < Upload.objects.get().offset < source.stat().st_size
    again = run()
    assert again.returncode == 0, again.stderr
    assert "resumes" in again.stderr
    asset = the_asset(cast)
    assert json.loads(again.stdout)["asset"] == f"/studio/{asset.pk}/"
    assert file_hash(asset) == hashlib.sha256(source.read_bytes()).hexdigest()
