"""People, organisations and what they did, for operators."""

from accounts.admin import audit, brands, flags, inbox, installation, keys, organizations, people, rights, signins

__all__ = ["audit", "brands", "flags", "inbox", "installation", "keys", "organizations", "people", "rights", "signins"]
