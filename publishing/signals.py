"""What publishing announces to the app above it."""

from django.dispatch import Signal

post_published = Signal()
"""A post is confirmed live. Sends `post` (ScheduledPost), inside the transaction that recorded it."""

engagement_received = Signal()
"""Somebody did something with a post. Sends `post`, `connection`, `data` ({kind, count?, user?, text?}), in scope."""

posts_moved = Signal()
"""Posts are now the work of another client. Sends `keys` and `client_id` (None: the organisation's own)."""
