"""What accounts announces to the apps above it."""

from django.dispatch import Signal

organization_created = Signal()
"""A new organisation stands. Sends `organization`."""

brand_changed = Signal()
"""A brand is new, or what it is about was changed (its words, its audiences). Sends `brand`."""

brand_moved = Signal()
"""A brand was given to another client, or taken back (`brand.client_id` is None). Sends `brand` and `by`."""

client_archived = Signal()
"""An agency works no longer for a client. Sends `client` and `by`."""

organization_ending = Signal()
"""An organisation is about to be erased. Sends `organization_id`, outside of any transaction: who has to tell others
over the network does it now. It is sent again when an erasure is begun again."""
