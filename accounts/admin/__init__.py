"""People, organisations and what they did, for operators."""

from accounts.admin import (
    audit,
    brands,
    flags,
    front,
    inbox,
    installation,
    keys,
    organizations,
    people,
    rights,
    signins,
    voice,
    wallets,
)

__all__ = [
    "audit",
    "brands",
    "flags",
    "front",
    "inbox",
    "installation",
    "keys",
    "organizations",
    "people",
    "rights",
    "signins",
    "voice",
    "wallets",
]
