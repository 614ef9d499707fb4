"""What content announces to the apps above."""

from django.dispatch import Signal

assets_moved = Signal()
"""Assets are now the work of another client. Sends `keys`, `client_id` (None: the organisation's own) and `by`."""
