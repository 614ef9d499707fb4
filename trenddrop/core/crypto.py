"""Secrets at rest: AES-256-GCM under a keyring of its own, bound to the place where they stand."""

import base64
import binascii
import os
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NONCE_BYTES = 12


class SecretUnreadable(Exception):
    """The stored secret cannot be opened: its key is missing, or it was moved or changed."""

    def __init__(self, place: str, key_id: str) -> None:
        super().__init__(f"A stored secret ({place}) cannot be opened with key “{key_id}”. Check TOKEN_KEYS.")


@dataclass(frozen=True)
class Keyring:
    """Keys by id; the first one locks, all of them open."""

    keys: dict[str, bytes]

    @property
    def current(self) -> str:
        """The id of the key that new secrets are locked with."""
        return next(iter(self.keys))

    def lock(self, text: str, *, place: str) -> str:
        """Return `key_id:base64(nonce + ciphertext)`, which opens only for the same place."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self.keys[self.current]).encrypt(nonce, text.encode(), place.encode())
        return f"{self.current}:{base64.b64encode(nonce + sealed).decode()}"

    def open(self, stored: str, *, place: str) -> str:
        """Return the text; raise SecretUnreadable rather than hand out anything else."""
        key_id, _, body = stored.partition(":")
        try:
            raw = base64.b64decode(body, validate=True)
            return AESGCM(self.keys[key_id]).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode()).decode()
        except (KeyError, InvalidTag, ValueError) as error:
            raise SecretUnreadable(place, key_id) from error


def parse_keys(entries: list[str]) -> dict[str, bytes]:
    """Read `id:base64` entries; each key must be 32 bytes."""
    keys = {}
    for entry in entries:
        key_id, _, body = entry.partition(":")
        try:
            keys[key_id] = base64.b64decode(body, validate=True)
        except binascii.Error as error:
            raise ImproperlyConfigured(f"TOKEN_KEYS: “{key_id}” is not base64.") from error
        if len(keys[key_id]) != 32:
            raise ImproperlyConfigured(f"TOKEN_KEYS: “{key_id}” must be 32 bytes in base64.")
    if not keys:
        raise ImproperlyConfigured("TOKEN_KEYS is empty. `make run` makes one, or see .env.example.")
    return keys


@lru_cache(maxsize=4)
def _keyring(entries: tuple[str, ...]) -> Keyring:
    return Keyring(parse_keys(list(entries)))


def keyring() -> Keyring:
    """Return the installation's keyring, from TOKEN_KEYS."""
    return _keyring(tuple(settings.TOKEN_KEYS))
