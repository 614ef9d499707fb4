"""Addresses that let whoever holds them upload are locked before they are written into a step."""

from trenddrop.core.crypto import SecretUnreadable, keyring


def lock(address: str, *, key: str) -> str:
    """An upload's address as a step may hold it; it opens only for the same post's key."""
    return keyring().lock(address, place=f"upload:{key}")


def unlock(stored: str, *, key: str) -> str:
    """The address again, empty when it cannot be opened: the upload then begins anew."""
    try:
        return keyring().open(stored, place=f"upload:{key}")
    except SecretUnreadable:
        return ""
