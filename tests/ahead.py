"""Days that lie ahead whenever the tests run, for what looks at the machine's own clock."""

from django.utils import timezone

YEAR = timezone.now().year + 1
