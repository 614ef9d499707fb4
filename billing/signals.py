"""What billing announces to the apps above it, inside the transaction and in the organisation's scope.

The doorbells at the end are rung outside of it.
"""

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

departures_rung = Signal()
"""It is time to look whose organisation was deleted. Sends `now`, outside of any transaction."""

agreements_rung = Signal()
"""It is time to tell gateways of steps down that they were not told of. Sends `now`, outside of any transaction."""
