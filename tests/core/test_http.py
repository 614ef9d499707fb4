"""Addresses that people give: where the product goes, and where it does not."""

import datetime as dt
import gzip
import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_django import Settings
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from trenddrop.core import http
from trenddrop.core.http import FetchFailed, ForbiddenAddress, fetch_public, is_public

PUBLIC = "93.184.215.14"


def at(*addresses: str) -> http.Resolver:
    """A name server that knows one answer."""
    return lambda _host, _port: list(addresses)


@contextmanager
def speaking(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server of raw bytes for one visitor; gives its port."""

    def serve() -> None:
        try:
            visitor, _address = listener.accept()
            with visitor:
                visitor.recv(4096)
                talk(visitor)
        except OSError:
            pass  # the visitor hung up, as it should

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
    thread.join(10)
    assert not thread.is_alive()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://0/",
        "http://10.0.0.8/admin",
        "http://172.16.3.4/",
        "http://192.168.1.1/",
        "http://100.64.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://224.0.0.1/",
        "http://255.255.255.255/",
        "http://[::1]/",
        "http://[::]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:a9fe:a9fe]/",
        "http://[::127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[fe80::1]/",
        "http://[fec0::1]/",
        "http://[fd00::1]/",
        "http://①②⑦.⓪.⓪.①/",
    ],
)
def test_a_link_to_a_private_address_is_refused_however_it_is_written(url: str) -> None:
    with pytest.raises(http.FetchError) as refused:
        fetch_public(url)
    assert isinstance(refused.value, ForbiddenAddress), refused.value


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://example.com/",
        "ftp://example.com/",
        "//example.com/",
        "example.com",
        "http://",
        "http://[::1",
        "http://example.com:99999/",
        "https://asha:secret@example.com/",
        "http://example.com\\@127.0.0.1/",
        "http://example.com:22/",
        "http://example.com:6379/",
        "http://exam\x00ple.com/",
    ],
)
def test_what_is_no_plain_web_address_is_refused_before_anything_is_resolved_or_sent(url: str) -> None:
    asked: list[str] = []

    def remember(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    with pytest.raises(ForbiddenAddress):
        fetch_public(url, resolver=remember)
    assert asked in ([], ["exam\x00ple.com"])


def test_public_addresses_are_public() -> None:
    assert is_public(PUBLIC)
    assert is_public("2606:2800:21f:cb07:6820:80da:af6b:8b2c")


def test_a_name_with_a_public_and_a_private_address_is_refused() -> None:
    with pytest.raises(ForbiddenAddress, match="private network"):
        fetch_public("http://kesar.example/", resolver=at(PUBLIC, "10.0.0.1"))


def test_a_name_is_resolved_once_and_the_checked_address_is_the_one_connected_to(httpserver: HTTPServer) -> None:
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])
    httpserver.expect_request("/feed").respond_with_handler(lambda request: Response(request.host))
    found = fetch_public(
        f"http://kesar.example:{httpserver.port}/feed",
        resolver=lambda _host, _port: next(answers),
        allow_private=True,
    )
    assert found.content.decode() == f"kesar.example:{httpserver.port}"  # the name went along, the address did not
    assert next(answers) == ["169.254.169.254"]  # the second answer was never asked for


def test_a_name_in_other_letters_is_asked_for_in_the_form_that_servers_know(httpserver: HTTPServer) -> None:
    asked: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    httpserver.expect_request("/feed").respond_with_handler(lambda request: Response(request.host))
    address = f"http://Bücher.example:{httpserver.port}/feed"
    found = fetch_public(address, resolver=resolve, allow_private=True)
    assert found.content.decode() == f"xn--bcher-kva.example:{httpserver.port}"
    assert asked == ["xn--bcher-kva.example"]


@pytest.mark.parametrize(
    "name", ["http://a\u200bb.example/", "http://ᵃ..example/", "http://-ü-.example/", "http://ü\ud800.example/"]
)
def test_a_name_that_no_server_can_have_is_refused(name: str) -> None:
    with pytest.raises(ForbiddenAddress, match="not a web address"):
        fetch_public(name, resolver=at(PUBLIC))


def test_a_header_that_cannot_be_written_is_told_as_a_failure(httpserver: HTTPServer) -> None:
    with pytest.raises(FetchFailed, match="could not be reached"):
        fetch_public(httpserver.url_for("/"), headers={"If-None-Match": '"”"'}, allow_private=True)


def test_the_name_also_goes_into_the_tls_handshake_and_its_certificate_is_checked(tmp_path: Path) -> None:
    asked_for: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path, "kesar.example"))
    context.sni_callback = lambda _socket, name, _context: asked_for.append(name)

    def shake_hands() -> None:
        visitor, _address = listener.accept()
        with pytest.raises(ssl.SSLError), visitor, context.wrap_socket(visitor, server_side=True) as secure:
            secure.recv(1)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=shake_hands)
        thread.start()
        with pytest.raises(FetchFailed, match="could not be reached"):
            fetch_public(
                f"https://kesar.example:{listener.getsockname()[1]}/", resolver=at("127.0.0.1"), allow_private=True
            )
        thread.join(10)
    assert asked_for == ["kesar.example"]


def self_signed(folder: Path, name: str) -> Path:
    key, who = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    made = x509.CertificateBuilder(who, who, key.public_key(), 1, now, now + dt.timedelta(days=1))
    certificate = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False).sign(
        key, hashes.SHA256()
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "server.pem"
    path.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize("target", ["http://169.254.169.254/latest/", "http://[::1]/", "file:///etc/passwd"])
def test_a_redirect_into_a_private_place_is_refused(httpserver: HTTPServer, settings: Settings, target: str) -> None:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["localhost"]
    httpserver.expect_request("/").respond_with_data(status=302, headers={"Location": target})
    with pytest.raises(ForbiddenAddress):
        fetch_public(f"http://localhost:{httpserver.port}/")


def test_a_relative_redirect_is_followed_and_the_last_address_is_told(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/old").respond_with_data(status=301, headers={"Location": "/new"})
    httpserver.expect_request("/new").respond_with_data("here", content_type="text/html; charset=utf-8")
    found = fetch_public(httpserver.url_for("/old"), allow_private=True)
    assert (found.content, found.media_type) == (b"here", "text/html")
    assert found.url.endswith("/new")


def test_an_endless_redirect_ends_after_three(httpserver: HTTPServer) -> None:
    visits: list[str] = []

    def turn(request: Request) -> Response:
        visits.append(request.path)
        return Response(status=302, headers={"Location": "/round"})

    httpserver.expect_request("/round").respond_with_handler(turn)
    with pytest.raises(FetchFailed, match="more than 3 times"):
        fetch_public(httpserver.url_for("/round"), allow_private=True)
    assert len(visits) == 4


def test_what_the_address_refuses_is_an_answer_too(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/gone").respond_with_data("no", status=404)
    assert fetch_public(httpserver.url_for("/gone"), allow_private=True).status == 404


def test_an_answer_of_another_kind_than_asked_for_is_refused(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data(b"MZ", content_type="application/x-msdownload")
    with pytest.raises(FetchFailed, match="application/x-msdownload"):
        fetch_public(httpserver.url_for("/"), allow_private=True, accept=["text/html", "video/"])


def test_more_bytes_than_allowed_are_not_taken(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data(b"x" * 3 * 1024**2)
    with pytest.raises(FetchFailed, match="more than 2 MB"):
        fetch_public(httpserver.url_for("/"), allow_private=True, max_bytes=2 * 1024**2)


@pytest.mark.parametrize("packing", ["gzip", "deflate"])
def test_a_packed_answer_is_unpacked(httpserver: HTTPServer, packing: str) -> None:
    pack = gzip.compress if packing == "gzip" else zlib.compress
    httpserver.expect_request("/").respond_with_data(pack(b"monsoon " * 50_000), headers={"Content-Encoding": packing})
    assert fetch_public(httpserver.url_for("/"), allow_private=True).content == b"monsoon " * 50_000


def test_a_gzip_bomb_is_stopped_while_it_unpacks(httpserver: HTTPServer) -> None:
    bomb = gzip.compress(bytes(200 * 1024**2), 9)
    assert len(bomb) < 300 * 1024
    httpserver.expect_request("/").respond_with_data(bomb, headers={"Content-Encoding": "gzip"})
    with pytest.raises(FetchFailed, match="more than 1 MB"):
        fetch_public(httpserver.url_for("/"), allow_private=True, max_bytes=1024**2)


@pytest.mark.parametrize(("packing", "body"), [("gzip", b"not packed at all"), ("br", b"\x0b\x02\x80hello\x03")])
def test_an_answer_packed_wrongly_is_told(httpserver: HTTPServer, packing: str, body: bytes) -> None:
    httpserver.expect_request("/").respond_with_data(body, headers={"Content-Encoding": packing})
    with pytest.raises(FetchFailed, match=r"damaged|not asked for"):
        fetch_public(httpserver.url_for("/"), allow_private=True)


def test_a_body_that_drips_is_given_up() -> None:
    dripping = threading.Event()

    def drip(visitor: socket.socket) -> None:
        visitor.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
        while not dripping.wait(0.05):
            visitor.sendall(b".")

    with speaking(drip) as port, pytest.raises(FetchFailed, match="too slowly"):
        fetch_public(f"http://127.0.0.1:{port}/", allow_private=True, max_seconds=0.4)
    dripping.set()


def test_headers_that_drip_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "HEADER_SECONDS", 0.4)
    dripping = threading.Event()

    def drip(visitor: socket.socket) -> None:
        visitor.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while not dripping.wait(0.05):
            visitor.sendall(b".")

    with speaking(drip) as port, pytest.raises(FetchFailed, match="did not answer in time"):
        fetch_public(f"http://127.0.0.1:{port}/", allow_private=True)
    dripping.set()


def test_a_server_that_hangs_up_or_talks_nonsense_is_told() -> None:
    nonsense = speaking(lambda visitor: visitor.sendall(b"220 smtp ready\r\n"))
    with nonsense as port, pytest.raises(FetchFailed, match="could not be reached"):
        fetch_public(f"http://127.0.0.1:{port}/", allow_private=True)


def test_a_name_that_does_not_exist_is_told() -> None:
    with pytest.raises(FetchFailed, match=r"“nobody\.invalid” was found\. .+ whether this machine is online"):
        fetch_public("https://nobody.invalid/")


def test_a_body_is_sent_once_and_never_passed_on(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/token", method="POST", data=b"a=1").respond_with_data("kept")
    httpserver.expect_request("/old", method="POST").respond_with_data("", status=307, headers={"Location": "/token"})
    assert fetch_public(httpserver.url_for("/token"), body=b"a=1", allow_private=True).content == b"kept"
    with pytest.raises(FetchFailed, match="passes on"):
        fetch_public(httpserver.url_for("/old"), body=b"a=1", allow_private=True)


def test_a_packed_answer_that_breaks_off_is_refused(httpserver: HTTPServer) -> None:
    packed = gzip.compress(b"monsoon " * 5000)[:-12]
    httpserver.expect_request("/").respond_with_data(packed, headers={"Content-Encoding": "gzip"})
    with pytest.raises(FetchFailed, match="breaks off"):
        fetch_public(httpserver.url_for("/"), allow_private=True)
