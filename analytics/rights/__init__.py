"""What happens to numbers when data is taken along, brought, or erased."""

from analytics.rights import conversions, days, events, insights, metrics, worth

ANSWERS = metrics.ANSWERS + days.ANSWERS + events.ANSWERS + conversions.ANSWERS + worth.ANSWERS + insights.ANSWERS
