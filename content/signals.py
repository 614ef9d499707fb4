"""What content announces to the apps above."""

from django.dispatch import Signal

assets_moved = Signal()
"""Assets are now the work of another client. Sends `keys`, `client_id` (None: the organisation's own) and `by`."""

piece_changed = Signal()
"""What is sent of a piece may have changed: words, options, pictures, files. Sends `piece` (as it was; read it anew)
and `by` (None: a worker), inside the transaction of the change and before its audit entry: the log is locked last."""
