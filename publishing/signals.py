"""What publishing announces to the app above it."""

from django.dispatch import Signal

post_published = Signal()
"""A post is confirmed live. Sends `post` (ScheduledPost), inside the transaction that recorded it."""
