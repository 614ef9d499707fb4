"""Questions about forecasts and the models that make them."""

from django.db.models import QuerySet

from trends.models import ForecastModel, TrendForecast, TrendTopic

SHOWN = 168


def models() -> QuerySet[ForecastModel]:
    """Return the versions of the models, without their parameters."""
    return ForecastModel.objects.defer("parameters").order_by("task", "-version")


def history(topic: TrendTopic) -> QuerySet[TrendForecast]:
    """Return what was foretold of a topic in its last hours, the newest first."""
    return TrendForecast.objects.filter(topic=topic).order_by("-made_at")[:SHOWN]
