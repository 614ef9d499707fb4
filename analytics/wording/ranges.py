"""What ranges of lengths are called."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

Words = str | Promise
SECONDS: Mapping[str, Words] = {
    "-15": gettext_lazy("up to 15 s"),
    "15-30": gettext_lazy("15 to 30 s"),
    "30-60": gettext_lazy("30 to 60 s"),
    "60-180": gettext_lazy("1 to 3 min"),
    "180-": gettext_lazy("over 3 min"),
}
LETTERS: Mapping[str, Words] = {
    "-80": gettext_lazy("up to 80 letters"),
    "80-200": gettext_lazy("80 to 200 letters"),
    "200-500": gettext_lazy("200 to 500 letters"),
    "500-900": gettext_lazy("500 to 900 letters"),
    "900-": gettext_lazy("over 900 letters"),
}
