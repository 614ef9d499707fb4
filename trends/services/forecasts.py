"""Commands on forecast models, which belong to the installation: operators give them, in the admin."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from trends import tasks
from trends.collection import forecast_training
from trends.forecasting.forest import BadModel
from trends.forecasting.model import Model
from trends.models import ForecastModel


class CantUse(Exception):
    """The version can't be used; the message says why."""


def train_now() -> None:
    """Have the models trained anew; a second training beside one under way does nothing."""
    tasks.train_forecasts.delay()


def use(model: ForecastModel) -> None:
    """Foretell with this version from now on; raises CantUse."""
    try:
        Model.from_bytes(bytes(model.parameters))
        with transaction.atomic():
            forecast_training.use(model)
    except BadModel as error:
        raise CantUse(_("Its parameters can't be read: train again.")) from error
    except IntegrityError as error:
        raise CantUse(_("Another version was put in use just now. Look again.")) from error


def go_back(model: ForecastModel) -> ForecastModel | None:
    """Foretell with the version before this one that beat the rule, else by the rule (None); raises CantUse."""
    earlier = ForecastModel.objects.filter(task=model.task, version__lt=model.version, note="")
    before = earlier.order_by("-version").first()
    if before is None:
        ForecastModel.objects.filter(pk=model.pk).update(is_active=False)
    else:
        use(before)
    return before
