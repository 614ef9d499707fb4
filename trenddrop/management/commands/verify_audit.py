"""manage.py verify_audit: walk every organisation's audit chain."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import audit, tenancy
from accounts.models import Organization


class Command(BaseCommand):
    """Fails, and says where, when an entry was changed or removed."""

    help = "Walk the audit log of every organisation and name the first entry that does not fit."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Check chain after chain."""
        with tenancy.operator():
            names = dict(Organization.objects.order_by("name").values_list("pk", "name"))
            faults = {name: fault for key, name in names.items() if (fault := audit.first_fault(key))}
        if faults:
            raise CommandError("\n".join(f"{name}: {fault}" for name, fault in faults.items()))
        self.stdout.write(f"{len(names)} chains hold.")
