"""Bring an exported organisation into this installation, as an operator."""

from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import tenancy
from accounts.models import DataRequest, User
from accounts.rights import work
from accounts.rights.format import RightsError
from accounts.services import organizations, rights


class Command(BaseCommand):
    """Make a new organisation of somebody here, and bring an archive into it; members are found by their addresses."""

    help = "Bring an archive (zip of an export) into a new organisation."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the file and who will own what is in it."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--owner", required=True, help="the address of somebody with an account here")
        parser.add_argument("--name", default="", help="a name until the archive's own stands")

    def handle(self, *, file: Path, owner: str, name: str, **_options: Any) -> None:
        """Make, bring, and say what came."""
        person = User.objects.filter(email=owner.strip().lower(), status=User.Status.ACTIVE).first()
        if person is None:
            raise CommandError(f"{owner}: nobody here has this address. Let them sign up first.")
        try:
            with file.open("rb") as opened:
                membership = organizations.create(name=name or file.stem, owner=person)
                request = rights.bring_organization(File(opened, name=file.name), by=membership, is_trusted=True)
        except (OSError, RightsError) as error:
            raise CommandError(str(error)) from error
        work.run(request.pk)
        with tenancy.operator():
            done = DataRequest.objects.get(pk=request.pk)
        if done.status != DataRequest.Status.DONE:
            raise CommandError(done.error or f"It is {done.status}.")
        self.stdout.write(f"{sum(done.report['rows'].values())} rows, {done.report['files']} files.")
