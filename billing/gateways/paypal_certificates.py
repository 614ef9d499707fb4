"""The certificate PayPal signs with: its address comes with the message, so it is believed only where PayPal lives.

Only https, only PayPal's own hosts, never a redirect; the certificate must be valid now, be PayPal's own, and lead to a
root this machine trusts. One that was good is kept until it runs out.
"""

import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import certifi
import httpx
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.oid import NameOID
from cryptography.x509.verification import ExtensionPolicy, PolicyBuilder, Store, VerificationError

from billing.gateways.errors import NotGenuine, TryLater

HOSTS = frozenset({"api.paypal.com", "api.sandbox.paypal.com", "api-m.paypal.com", "api-m.sandbox.paypal.com"})
PLACE = "/v1/notifications/certs/"
MOST_BYTES = 64 * 1024
SIGNER = ".paypal.com"
MOST_KEPT = 16


class Certificates:
    """Fetches, checks and keeps certificates. `roots`: PEM of other roots to trust (tests); `hosts`: other hosts."""

    def __init__(
        self, client: httpx.Client, *, roots: Sequence[x509.Certificate] = (), hosts: frozenset[str] = HOSTS
    ) -> None:
        self.client, self.hosts = client, hosts
        self._roots = list(roots)
        self._kept: dict[str, x509.Certificate] = {}
        self._lock = threading.Lock()

    def verify(self, message: bytes, signature: bytes, *, address: str, now: datetime) -> None:
        """Hold a signature (SHA256withRSA) to a message; NotGenuine where it does not fit."""
        key = self._certificate(address, now=now).public_key()
        if not isinstance(key, RSAPublicKey):
            raise NotGenuine("the certificate's key is no RSA key")
        try:
            key.verify(signature, message, PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            raise NotGenuine("the signature does not fit") from None

    def _certificate(self, address: str, *, now: datetime) -> x509.Certificate:
        _allowed(address, self.hosts)
        kept = self._kept.get(address)
        if kept is None or not kept.not_valid_before_utc <= now <= kept.not_valid_after_utc:
            kept = self._checked(self._fetched(address), now=now)
            with self._lock:
                if len(self._kept) >= MOST_KEPT:
                    self._kept.clear()
                self._kept[address] = kept
        return kept

    def _fetched(self, address: str) -> bytes:
        try:
            answer = self.client.get(address, follow_redirects=False)
        except httpx.HTTPError:
            raise TryLater("PayPal's certificate cannot be fetched.") from None
        if answer.status_code >= 500:
            raise TryLater("PayPal's certificate cannot be fetched.")
        if answer.status_code != 200 or len(answer.content) > MOST_BYTES:
            raise NotGenuine("there is no certificate at that address")
        return answer.content

    def _checked(self, pem: bytes, *, now: datetime) -> x509.Certificate:
        """Return the first certificate of a chain that leads to a trusted root, is valid now, and is PayPal's."""
        try:
            leaf, *rest = x509.load_pem_x509_certificates(pem)
        except ValueError:
            raise NotGenuine("there is no certificate at that address") from None
        names = [str(each.value).lower() for each in leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
        if not any(name.endswith(SIGNER) for name in names):
            raise NotGenuine("the certificate is not PayPal's")
        store = Store(self._roots or x509.load_pem_x509_certificates(Path(certifi.where()).read_bytes()))
        # What signs messages is no web server's certificate: its chain and its time count, not what else it may do.
        rules = {"ca_policy": ExtensionPolicy.webpki_defaults_ca(), "ee_policy": ExtensionPolicy.permit_all()}
        try:
            PolicyBuilder().store(store).time(now).extension_policies(**rules).build_client_verifier().verify(
                leaf, rest
            )
        except VerificationError:
            raise NotGenuine("the certificate leads to no root we trust, or is not valid now") from None
        return leaf


def _allowed(address: str, hosts: frozenset[str]) -> None:
    """Refuse any address but PayPal's own place for certificates; its spelling must leave nothing to guess."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise NotGenuine("the certificate's address is none") from None
    plain = parts.username is None and parts.password is None and port in {None, 443} and not parts.query
    spelled = parts.netloc in {parts.hostname, f"{parts.hostname}:443"}
    ours = parts.scheme == "https" and parts.hostname in hosts and spelled
    if not (plain and ours and parts.path.startswith(PLACE) and ".." not in parts.path and address.isascii()):
        raise NotGenuine("the certificate's address is not PayPal's")
