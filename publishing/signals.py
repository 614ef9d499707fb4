"""What publishing announces to the app above it."""

from django.dispatch import Signal

posts_published = Signal()
"""Posts are confirmed live. Sends `posts` (ScheduledPost, of one or many organisations), inside the transaction."""

engagement_received = Signal()
"""Somebody did something: `post`, `connection`, `key`, `happened_at`, `data` ({kind, user?, text?}), in its scope."""

connection_erased = Signal()
"""An account's owner had it erased on its platform. Sends `connection`, erased by now, inside the transaction."""

posts_moved = Signal()
"""Posts are now the work of another client. Sends `keys` and `client_id` (None: the organisation's own)."""

client_asked = Signal()
"""A stage of an approval that the client decides is open. Sends `request` (ApprovalRequest), inside the transaction."""

plan_rung = Signal()
"""A file that somebody let in is to be planned now. Sends `key` and `organization_id`; whoever hears it does it."""

series_rung = Signal()
"""The next posts of a series are to be planned. Sends `key` and `now`, in the organisation's scope."""
