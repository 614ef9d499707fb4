"""What happens to numbers when data is taken along, brought, or erased."""

from analytics.rights import events, metrics

ANSWERS = metrics.ANSWERS + events.ANSWERS
