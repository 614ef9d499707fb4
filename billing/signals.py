"""What billing announces to the apps above it. All are sent inside the transaction, in the organisation's scope."""

from django.dispatch import Signal

plan_changed = Signal()
"""An organisation has another plan from now on. Sends `organization_id`, `limits` ({meter: most, None: no end}),
`keeps` ({meter: [keys]}, what the user chose to keep of what is now too much) and `now`."""

held = Signal()
"""Nothing more goes out until it is paid, or a plan is chosen. Sends `organization_id`, `reason` and `now`."""

released = Signal()
"""What was held goes on. Sends `organization_id` and `now`."""

payment_succeeded = Signal()
"""A payment is paid, told for the first time. Sends `payment` and `now`."""

refund_succeeded = Signal()
"""Money went back, told for the first time. Sends `refund` and `now`."""
