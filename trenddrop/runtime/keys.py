"""Secrets, made once per checkout and kept."""

import base64
import dataclasses
import secrets

from trenddrop.runtime.console import Trouble
from trenddrop.runtime.files import read_json, write_json
from trenddrop.runtime.places import Places


class KeysMissing(Trouble):
    """There is a database, but the passwords that open it are gone."""


def _password() -> str:
    return secrets.token_urlsafe(32)


def _token_keys() -> str:
    return "k1:" + base64.b64encode(secrets.token_bytes(32)).decode()


@dataclasses.dataclass(frozen=True)
class Keys:
    """Passwords of the embedded services, Django's secret, and the keyring for tokens (`k1:<base64 of 32 bytes>`)."""

    superuser: str = dataclasses.field(default_factory=_password)
    owner: str = dataclasses.field(default_factory=_password)
    app: str = dataclasses.field(default_factory=_password)
    redis: str = dataclasses.field(default_factory=_password)
    secret_key: str = dataclasses.field(default_factory=lambda: secrets.token_urlsafe(50))
    token_keys: str = dataclasses.field(default_factory=_token_keys)


def load(places: Places, *, has_data: bool) -> Keys:
    """The checkout's keys, made at the first start. `has_data`: a database encrypted and locked by them exists."""
    stored = {name: str(value) for name, value in read_json(places.keys).items()}
    if not stored and has_data:
        raise KeysMissing(
            f"{places.keys} is missing or damaged, but a database that needs it exists. Nothing was changed.\n"
            f"Put the file back from a backup, or throw the data away with `make reset`."
        )
    known = {field.name for field in dataclasses.fields(Keys)}
    keys = Keys(**{name: value for name, value in stored.items() if name in known})
    if dataclasses.asdict(keys) != stored:
        write_json(places.keys, dataclasses.asdict(keys))
    return keys
