"""Other people's servers, and stand-ins where there are none, for tests at the wire and browser journeys.

`start_pds()` and `start_mastodon()` return running servers with an account; leave by `with` or `stop()`.
"""

from tests.peers.mastodon import MastodonPeer, start_mastodon
from tests.peers.pds import Pds, start_pds
from tests.peers.proxy import Proxy

__all__ = ["MastodonPeer", "Pds", "Proxy", "start_mastodon", "start_pds"]
