"""Every address × {all six roles, the other client, another organisation, a stranger, who was shut out}.

Generated from the URL conf, the API and the admin included: a new page is covered by itself. The world is made once,
in a transaction; what a request does to it is taken back.
"""

import copy
import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as configured
from django.contrib.admin.utils import quote
from django.db import transaction
from django.test import Client, override_settings
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve, reverse
from django.utils import timezone

from accounts import tenancy
from accounts.access import SESSION_KEY
from accounts.models import ClientAccount, Membership, User
from accounts.own import OWN
from accounts.permissions import PERMISSIONS, ROLES, allows
from tests.cast import gather, person
from tests.world import SHARED, THINGS, World, furnish

# Pages that are open by design: signing in and up, health, webhooks and machines with their own tokens.
OPEN = re.compile(
    r"^(healthz$|readyz$|$|accounts/|practice/api/|public/media/|webhooks/|pricing/$|billing/|erasing/|styleguide/|i18n/|unsubscribe/|invitation/|review/|l/|c/"
    r"|api/v1/($|schema/$|docs/$|settings$|<path)|api/<path)"
)
METHODS = ("get", "post", "patch", "delete")
# Staff without a right may stand in the hall: the admin's empty start page, and leaving.
HALL = {
    "index",
    "login",
    "logout",
    "jsi18n",
    "password_change",
    "password_change_done",
    "view_on_site",
    "app_list",
    "search",
}
REFUSED = {403, 404, 405, 415}


@dataclass(frozen=True)
class Address:
    """One URL pattern, with what its view asks for by method."""

    route: str
    name: str
    names: tuple[str, ...]
    permission: str | None
    asked: Mapping[str, str]
    is_admin: bool

    def __str__(self) -> str:
        return self.route

    def needs(self, method: str) -> str | None:
        """Return the permission of a method."""
        return self.asked.get(method, self.permission)

    @property
    def methods(self) -> tuple[str, ...]:
        """What is worth asking: of the API what it has, of a page reading and writing, of uploads everything."""
        if self.asked:
            return tuple(self.asked)
        return METHODS if "upload" in self.route else METHODS[:2]


def walk(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, route)
        else:
            yield route, pattern


def addresses() -> list[Address]:
    found = []
    for route, pattern in walk(get_resolver().url_patterns):
        view = pattern.callback
        found.append(
            Address(
                route=route,
                name=pattern.name or "",
                names=tuple(pattern.pattern.converters),
                permission=getattr(view, "permission", None),
                asked=getattr(view, "permissions", None) or {},
                is_admin=route.startswith("admin/"),
            )
        )
    return found


ALL = addresses()
GUARDED = [one for one in ALL if not OPEN.match(one.route) and not one.is_admin]
KNOWN = [one for one in GUARDED if not one.names or one.name in THINGS]
WITH_IDS = [one for one in KNOWN if one.names]
OWNED = [one for one in WITH_IDS if THINGS.get(one.name) not in SHARED]
ADMIN = [one for one in ALL if one.is_admin]


def test_every_page_of_ours_asks_for_a_permission() -> None:
    assert [one.route for one in GUARDED if one.permission is None] == []


def test_it_is_known_what_every_address_with_an_identifier_shows() -> None:
    assert [one.name for one in GUARDED if one.names and one.name not in THINGS] == []


@dataclass(frozen=True)
class People:
    """The world, somebody of every role in Kesar, and those who were shut out."""

    world: World
    roles: Mapping[str, Membership]
    shut_out: Mapping[str, Membership]
    files: Path


@pytest.fixture(scope="module")
def people(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    """Something of everything in Kesar, made once; the transaction around all tests of this file is taken back."""
    files = tmp_path_factory.mktemp("doors")
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(PASSWORD_HASHERS=hashers, MEDIA_ROOT=files, STORAGES=stored_in(files)):
            yield assemble(files)
        transaction.set_rollback(True)


def stored_in(files: Path) -> dict[str, Any]:
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": files}}
    return configured.STORAGES | {"default": backend}


def assemble(files: Path) -> People:
    cast = gather()
    world = furnish(cast)
    with tenancy.operator():
        roles = {"owner": cast.asha, "creator": cast.ben, "analyst": cast.chitra, "client": cast.esha}
        for role in ("admin", "manager"):
            roles[role] = Membership.objects.create(
                organization=cast.kesar, user=person(f"The {role}", f"{role}@kesar.example"), role=role
            )
        farah = Membership.objects.filter(pk=cast.farah.pk)
        farah.update(permission_overrides=dict.fromkeys(PERMISSIONS, True))  # as far as a client's member can be given
        cast.farah.permission_overrides = dict.fromkeys(PERMISSIONS, True)
        shut_out = {status: join(cast.kesar, status) for status in ("suspended", "inactive", "pending", "archived")}
    return People(world, roles, shut_out, files)


def join(organization: Any, how: str) -> Membership:
    """Make an admin (or a client's member) of Kesar to whom the door is shut in some way."""
    user = person(f"Once {how}", f"{how}@kesar.example")
    if how == "suspended":
        User.objects.filter(pk=user.pk).update(status=User.Status.SUSPENDED)
    status = how if how in {"inactive", "pending"} else "active"
    client = None
    if how == "archived":
        client = ClientAccount.objects.create(
            organization=organization, name="Left us", slug="left-us", deleted_at=timezone.now()
        )
    role = "client" if client else "admin"
    return Membership.objects.create(organization=organization, user=user, role=role, client=client, status=status)


@pytest.fixture(autouse=True)
def as_the_world_is(request: pytest.FixtureRequest, own_folders: None, settings: Any) -> None:
    """Files stand where the world was made, and nobody is told that they ask too often."""
    settings.API_CALLS_PER_MINUTE = settings.API_OPEN_CALLS_PER_MINUTE = 1_000_000
    if "people" in request.fixturenames:
        files = request.getfixturevalue("people").files
        settings.MEDIA_ROOT, settings.STORAGES = files, settings.STORAGES | stored_in(files)


@contextmanager
def undone() -> Iterator[None]:
    """Take back what happens inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def path_of(one: Address, ids: Mapping[str, uuid.UUID]) -> str:
    """Fill an address: its identifier with the thing it shows, a number with 1."""
    values = [ids[THINGS[one.name]] if name in {"pk", "key"} else 1 for name in one.names]
    return reverse(one.name, args=values)


def signed_in(who: Membership | User) -> Client:
    client = Client(headers={"Tus-Resumable": "1.0.0"})
    client.force_login(who.user if isinstance(who, Membership) else who)
    if isinstance(who, Membership):  # as after a first page: which organisation they work in is settled
        session = client.session
        session[SESSION_KEY] = str(who.organization_id)
        session.save()
    return client


def words(answer: Any) -> bytes:
    """Return everything an answer says."""
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


def ask(client: Client, method: str, path: str) -> tuple[int, bytes, str]:
    """Ask once, with the cookies the client came with; whatever that does is taken back."""
    kept = copy.deepcopy(client.cookies)
    with undone():
        answer = getattr(client, method)(path, **({"data": {}} if method == "post" else {}))
        found = answer.status_code, words(answer), answer.headers.get("Location", "")
    client.cookies = kept
    return found


def faults(
    client: Client,
    asked: list[tuple[Address, str]],
    ids: Mapping[str, uuid.UUID],
    *,
    allowed: set[int],
    silent: bool = True,
) -> list[str]:
    """Ask for everything; return what answered otherwise than allowed, or said something of Kesar's client."""
    found = []
    for one, method in asked:
        status, said, _to = ask(client, method, path_of(one, ids))
        if status not in allowed or (silent and b"KESAR" in said):
            found.append(f"{method} {one.route} → {status}{' says KESAR' if b'KESAR' in said else ''}")
    return found


def every(found: list[Address]) -> list[tuple[Address, str]]:
    return [(one, method) for one in found for method in one.methods]


def test_the_owners_own_pages_open(people: People) -> None:
    client = signed_in(people.roles["owner"])
    asked = [(one, "get") for one in KNOWN if "get" in one.methods]
    assert faults(client, asked, people.world.ids, allowed={200, 302, 204, 405}, silent=False) == []


def test_a_stranger_is_sent_to_sign_in(people: People) -> None:
    stranger = Client()  # `ask` gives it back as it came
    for one, method in every(KNOWN):
        status, said, to = ask(stranger, method, path_of(one, people.world.ids))
        assert status in {302, 401, 403, 405}, (method, one.route, status)
        assert b"KESAR" not in said, one.route
        assert status != 302 or to.startswith("/accounts/login/"), one.route


def test_the_owner_of_another_organisation_finds_nothing(people: People) -> None:
    client = signed_in(people.world.cast.dev)
    assert faults(client, every(OWNED), people.world.ids, allowed={404, 405, 415}) == []


def test_no_list_of_another_organisation_tells_of_ours(people: People) -> None:
    client = signed_in(people.world.cast.dev)
    asked = [(one, "get") for one in KNOWN if not one.names and "get" in one.methods]
    assert faults(client, asked, people.world.ids, allowed={200, 302, 204, 404, 405}) == []


def test_the_member_of_another_client_finds_nothing_whatever_they_may(people: People) -> None:
    """Farah of Metro Dental has every permission a client's member can be given; all things are Chai Point's."""
    client = signed_in(people.world.cast.farah)
    assert faults(client, every(OWNED), people.world.ids, allowed=REFUSED) == []


def test_no_list_of_another_client_tells_of_this_one(people: People) -> None:
    client = signed_in(people.world.cast.farah)
    asked = [(one, "get") for one in KNOWN if not one.names and "get" in one.methods]
    assert faults(client, asked, people.world.ids, allowed={200, 302, 204, 403, 404, 405}) == []


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_what_its_permissions_say_and_nothing_else(role: str, people: People) -> None:
    member = people.roles[role]
    client = signed_in(member)
    open_to: list[tuple[Address, str]] = []
    shut: list[tuple[Address, str]] = []
    for one, method in every(KNOWN):
        needs = one.needs(method)
        if needs in {None, OWN}:
            continue
        may = allows(member.role, member.permission_overrides, str(needs))
        (open_to if may else shut).append((one, method))
    reading = [(one, method) for one, method in open_to if method == "get"]
    seen = {
        200,
        302,
        204,
        404,
        405,
    }  # not every role sees everybody's things: another person's notice is not found
    assert faults(client, reading, people.world.ids, allowed=seen, silent=False) == []
    assert faults(client, shut, people.world.ids, allowed={403, 404, 405}) == []


LEADS = re.compile(rb'(?:href|hx-get|action|hx-post)="(/[^"?#]+)')


@pytest.mark.parametrize("role", ROLES)
def test_no_page_leads_a_role_to_what_is_shut_to_it(role: str, people: People) -> None:
    member = people.roles[role]
    client, wrong = signed_in(member), set[str]()
    for one in KNOWN:
        status, said, _to = ask(client, "get", path_of(one, people.world.ids)) if "get" in one.methods else (0, b"", "")
        for path in set(LEADS.findall(said)) if status == 200 else ():
            with suppress(Resolver404):
                found = resolve(path.decode())
                needs = getattr(found.func, "permission", None)
                if needs not in {None, OWN} and not allows(member.role, member.permission_overrides, str(needs)):
                    wrong.add(f"{one.route} → {found.route}, which asks for {needs}")
    assert sorted(wrong) == []


def test_the_client_whose_things_they_are_reads_them(people: People) -> None:
    client = signed_in(people.roles["client"])
    for name in ("studio", "post", "file", "thumbnail", "frame", "practice_media", "client_logo"):
        one = next(each for each in GUARDED if each.name == name)
        status, _said, _to = ask(client, "get", path_of(one, people.world.ids))
        assert status == 200, name


@pytest.mark.parametrize("how", ["suspended", "inactive", "pending", "archived"])
def test_who_was_shut_out_stands_outside_at_once(how: str, people: People) -> None:
    client = signed_in(people.shut_out[how])
    asked = [(one, method) for one, method in every(KNOWN) if one.permission != OWN]
    assert faults(client, asked, people.world.ids, allowed={302, 401, 403, 405}) == []


def test_an_override_opens_what_the_role_leaves_shut(people: People) -> None:
    chitra = people.roles["analyst"]
    with undone():
        assert signed_in(chitra).get("/organisation/audit/").status_code == 403
        with tenancy.operator():
            Membership.objects.filter(pk=chitra.pk).update(permission_overrides={"audit.view": True})
        assert signed_in(chitra).get("/organisation/audit/").status_code == 200


def test_an_address_with_an_identifier_nobody_has_is_not_found(people: People) -> None:
    ids = {thing: uuid.uuid4() for thing in THINGS.values()}
    asked = [(one, "get") for one in WITH_IDS if "get" in one.methods]
    assert faults(signed_in(people.roles["owner"]), asked, ids, allowed={404, 405}) == []


# The admin


def admin_path(one: Address) -> str | None:
    """Fill an address of the admin with a row there is, else with one there is not."""
    if not one.name:
        return None
    if one.name == "app_list":
        return reverse("admin:app_list", args=["accounts"])
    values = [1 if name == "content_type_id" else quote(row_key(one)) for name in one.names]
    return reverse(f"admin:{one.name}", args=values)


def row_key(one: Address) -> Any:
    """Return the key of a row of the model that an admin page is about."""
    app, model_name, *_rest = [*one.route.removeprefix("admin/").split("/"), ""]
    try:
        model = apps.get_model(app, model_name)
    except (LookupError, ValueError, TypeError):
        return uuid.uuid4()
    with tenancy.operator():
        row = model._base_manager.first()
    return row.pk if row else uuid.uuid4()


def admin_faults(client: Client, *, hall: bool) -> list[str]:
    found = []
    for one in ADMIN:
        path = admin_path(one)
        for method in ("get", "post") if path else ():
            status, said, _to = ask(client, method, str(path))
            refused = status in {302, 403, 404, 405} or (hall and one.name in HALL)
            if not refused or b"KESAR" in said:
                found.append(f"{method} {one.route} → {status}")
    return found


@pytest.mark.parametrize("role", ["owner", "client"])
def test_no_page_of_the_admin_opens_to_people_who_are_no_operators(role: str, people: People) -> None:
    assert admin_faults(signed_in(people.roles[role]), hall=False) == []


def test_no_page_of_the_admin_opens_to_staff_without_the_right(people: People) -> None:
    with undone():
        staff = person("New Operator", "new@trenddrop.example")
        User.objects.filter(pk=staff.pk).update(is_staff=True)
        assert admin_faults(signed_in(User.objects.get(pk=staff.pk)), hall=True) == []
