"""Every command that writes a tenant's rows leaves an entry, or stands in a list with its reason: by inspection."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts import actions, audited, tenancy
from accounts.models import AuditEntry, BrandProfile, Membership, User
from accounts.permissions import PERMISSIONS
from tests.cast import Cast
from tests.world import furnish

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ["accounts", "billing", "trends", "content", "publishing", "analytics"]
ASKED = {"services", "views", "api", "webhooks"}  # who writes because somebody asked
WRITES = {
    "save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create",
    "write_fenced", "write_all", "insert_all", "aupdate", "acreate",
}  # fmt: skip

# Writes that need no entry, each with its reason. A name that is no longer found fails, so the list stays short.
ONES_OWN = "It is the person's own setting, in no organisation; nobody else can make it."
READ = "What somebody has read is no change of anything."
ON_ITS_WAY = "A sign-in that was begun is no account yet; connection.made tells when it is."
HALF_SENT = "A file on its way is no content yet; asset.uploaded tells when it is."
INSTALLATION = "It belongs to the installation, to no organisation; the admin keeps its own history."
COUNTED = "Counted of posts whose publishing has its own entry; nobody asks for it."
TOLD = "What a platform tells is kept as it came; whatever it changes has its own entry when a worker applies it."
VISITED = "Visitors and shops are no members; what they tell is counted, and stands in the conversions."
RECKONED = "It adds up anew what is known already, and changes nothing that anybody entered."
EXCUSED: dict[str, str] = {
    "billing.views.sandbox.checkout": "It plays another company; what it tells is recorded when it is applied.",
    "billing.views.sandbox.payment": "It plays another company; what it tells is recorded when it is applied.",
    "billing.views.sandbox.subscription": "It plays another company; what it tells is recorded when it is applied.",
    "billing.webhooks.hear": TOLD,
    "billing.services.registering.register_due": "The portal gives a reference to what was issued before.",
    "billing.services.selling.next_version": INSTALLATION,
    "billing.services.agreeing.agree_due": "The gateway is told what subscription.change_noted says was asked for.",
    "billing.services.paying.look": TOLD,
    "billing.views.checkout.state": TOLD,
    "billing.views.papers.invoice_pdf": "It keeps the drawn file; the document itself was issued before.",
    "billing.views.papers.credit_note_pdf": "It keeps the drawn file; the document itself was issued before.",
    "billing.api.papers.pdf": "It keeps the drawn file; the document itself was issued before.",
    "billing.services.checkouts.opened": "Where the payment’s page is; checkout.begun tells who went there.",
    "accounts.api.inbox.partial_update": READ,
    "accounts.api.inbox.read": READ,
    "accounts.api.inbox.read_all": READ,
    "accounts.views.inbox.notification": READ,
    "accounts.views.inbox.notification_read": READ,
    "accounts.views.inbox.notifications_read": READ,
    "accounts.services.installation.change": INSTALLATION,
    "accounts.services.installation.reset": INSTALLATION,
    "publishing.webhooks.hear": TOLD,
    "publishing.services.hearing.confirmed": TOLD,
    "publishing.services.connections.take_back_from": "A platform that is off is nobody's own; post.withdrawn tells.",
    "publishing.services.clients.leave": "It follows from a brand that changed hands; that change has the entry.",
    "trends.services.defaults.ensure": INSTALLATION,
    "trends.services.examples.load": INSTALLATION,
    "trends.services.examples.remove": INSTALLATION,
    "analytics.services.riding.catch_up": COUNTED,
    "content.services.feedback.record": COUNTED,
    "content.services.feedback.relearn": COUNTED,
    "content.services.feedback.tell_choices": COUNTED,
    "analytics.services.riding.note": COUNTED,
    "analytics.services.telling.followed": VISITED,
    "analytics.services.telling.visited": VISITED,
    "analytics.services.telling.converted_unseen": VISITED,
    "analytics.services.telling.keep": VISITED,
    "analytics.services.telling.keep_inside": VISITED,
    "analytics.views.short_links.follow": VISITED,
    "analytics.views.site_telling.tell": VISITED,
    "analytics.views.site_telling.signed": VISITED,
    "analytics.views.site_telling.decorate": VISITED,
    "analytics.views.site_telling.heard": VISITED,
    "analytics.views.site_telling.events": VISITED,
    "analytics.views.site_telling.of_stripe": VISITED,
    "analytics.views.site_telling.of_shopify": VISITED,
    "analytics.views.link_pages.picture": "It draws the link as a picture and keeps nothing.",
    "publishing.services.best_times.save": COUNTED,
    "trends.services.own.move": COUNTED,
    "trends.services.own.record": COUNTED,
    "trends.services.own.ride_all": COUNTED,
    "trends.services.imports.bring": INSTALLATION,
    "trends.services.blocks.add": INSTALLATION,
    "trends.services.blocks.change": INSTALLATION,
    "trends.services.blocks.switch": INSTALLATION,
    "trends.services.blocks.remove": INSTALLATION,
    "trends.services.forecasts.use": INSTALLATION,
    "trends.services.forecasts.go_back": INSTALLATION,
    "trends.services.topics.block": INSTALLATION,
    "trends.services.topics.let_pass": INSTALLATION,
    "trends.services.topics.merge": INSTALLATION,
    "trends.services.topics.split": INSTALLATION,
    "trends.services.sources.add": INSTALLATION,
    "trends.services.sources.enable": INSTALLATION,
    "trends.services.sources.disable": INSTALLATION,
    "trends.services.sources.forget_error": INSTALLATION,
    "trends.services.sources.poll_now": INSTALLATION,
    "content.services.library_beginnings.load": INSTALLATION,
    "content.views.sketches.sketch": "It draws a picture for the page and keeps nothing.",
    "content.services.published.count_stars": "It adds up ratings, and library.rated tells of each.",
    "publishing.services.signing_in.start": ON_ITS_WAY,
    "publishing.api.connections.start": ON_ITS_WAY,
    "analytics.services.search_sign_in.begin": ON_ITS_WAY,
    "analytics.services.search_sign_in.finish": ON_ITS_WAY,
    "analytics.views.search.connect": ON_ITS_WAY,
    "analytics.views.search.back": ON_ITS_WAY,
    "analytics.services.tracking.erase": "It follows an account that was erased, and connection.erased tells of that.",
    "analytics.services.worth.reckon": RECKONED,
    "analytics.api.worth.reckon": RECKONED,
    "accounts.services.invitations.confirm_address": ONES_OWN,
    "accounts.services.people.change_picture": ONES_OWN,
    "accounts.services.people.sign_out_everywhere": ONES_OWN,
    "accounts.services.people.sign_out_elsewhere": ONES_OWN,
    "accounts.services.phones.verify": ONES_OWN,
    "accounts.services.phones.remove": ONES_OWN,
    "accounts.services.preferences.save": ONES_OWN,
    "accounts.services.preferences.stop": ONES_OWN,
    "accounts.services.preferences.undo": ONES_OWN,
    "accounts.services.preferences.take_mail_again": ONES_OWN,
    "accounts.services.rights.export_person": ONES_OWN,
    "accounts.views.people.picture_change": ONES_OWN,
    "accounts.views.phones.phone_code": ONES_OWN,
    "accounts.views.phones.phone_remove": ONES_OWN,
    "accounts.views.preferences.preferences": ONES_OWN,
    "accounts.views.preferences.mail_again": ONES_OWN,
    "accounts.views.rights.my_data_export": ONES_OWN,
    "accounts.views.security.session_end": ONES_OWN,
    "accounts.views.unsubscribe.unsubscribe": ONES_OWN,
    "accounts.services.keys.use": "That a key was used is not a change; what is done with it is recorded.",
    "content.api.uploads.destroy": HALF_SENT,
    **dict.fromkeys(
        ("content.api.sharing.keep", "content.api.sharing.change", "content.api.sharing.drop"),
        "It calls the command of its kind, which records it.",
    ),
    "content.services.uploads.create": HALF_SENT,
    "content.services.uploads.discard": HALF_SENT,
    "content.services.uploads.give_up": HALF_SENT,
    "content.services.uploads.checkpoint": HALF_SENT,
    "publishing.services.links.announce": "It follows a stage that opened for the client, and approvals tell of that.",
    "publishing.services.links.seen": "That a link was looked at is not a change; what is decided by it is recorded.",
    "publishing.views.opened_links.opened": "It notes when a link was used last; what is decided is recorded.",
    "publishing.views.opened_links.guarded": "It notes when a link was used last; what is decided is recorded.",
    "content.services.assets.move": "It follows a brand to its new client, and brand.moved tells of that.",
    "publishing.services.posts.change": "Each command that changes a post by it tells of that itself.",
    "content.services.prompts.move": "It follows a brand to its new client, and brand.moved tells of that.",
    "content.services.uploads.move": "It follows a brand to its new client, and brand.moved tells of that.",
    "content.services.templates.leave_foreign": "It follows a brand to its new client, and brand.moved tells of that.",
    "content.services.repurposing.halt": "It returns what it stopped, and who asks for that tells of each as stopped.",
    "analytics.services.measuring.begin": "It follows a post that went live, and post.published tells of that.",
    "analytics.services.measuring.start": "It follows a post that went live, and post.published tells of that.",
}


@dataclass
class Function:
    """What a function calls, by the last name of each call; whether it writes, and what it records."""

    name: str
    module: str
    writes: bool = False
    calls: set[str] = field(default_factory=set)
    records: bool = False
    is_command: bool = False

    @property
    def label(self) -> str:
        """Where it stands."""
        return f"{self.module}.{self.name}"


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, ast.parse(path.read_text())


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def name_of(call: ast.Call) -> str:
    target = call.func
    return target.attr if isinstance(target, ast.Attribute) else target.id if isinstance(target, ast.Name) else ""


def is_record(call: ast.Call) -> bool:
    target = call.func
    if not isinstance(target, ast.Attribute) or target.attr not in {"record", "redact"}:
        return False
    return isinstance(target.value, ast.Name) and target.value.id in {"audit", "recording", "audited"}


def is_write(call: ast.Call) -> bool:
    """Say whether a call writes rows; `update` with a thing in it is a dictionary's or a hash's."""
    if name_of(call) not in WRITES or (name_of(call) == "update" and call.args):
        return False
    return "session" not in ast.unparse(call.func)


def handed(call: ast.Call) -> list[str]:
    """Return the functions that a call hands on to be called: `rounds.each(rows, do)`, `partial(do, now=now)`."""
    given = [each for each in call.args if isinstance(each, ast.Name | ast.Attribute)]
    return [ast.unparse(each) for each in given] if name_of(call) in {"each", "partial"} else []


def functions() -> list[Function]:
    found = []
    for path, tree in sources():
        module = module_of(path)
        for node in ast.walk(tree):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            calls = [each for each in ast.walk(node) if isinstance(each, ast.Call)]
            found.append(
                Function(
                    name=node.name,
                    module=module,
                    writes=any(map(is_write, calls)),
                    calls={name for call in calls for name in (name_of(call), ast.unparse(call.func), *handed(call))},
                    records=any(map(is_record, calls)),
                    is_command=bool(ASKED & set(module.split("."))) and not node.name.startswith("_"),
                )
            )
    return found


ALL = functions()
BY_MODULE: dict[str, dict[str, Function]] = {}
for each in ALL:
    BY_MODULE.setdefault(each.module, {})[each.name] = each


def imports_of(module: str) -> dict[str, str]:
    """Return the names of a module that mean other modules or functions of ours."""
    path = ROOT / (module.replace(".", "/") + ".py")
    path = path if path.exists() else ROOT / module.replace(".", "/") / "__init__.py"
    found: dict[str, str] = {}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in APPS:
            found |= {name.asname or name.name: f"{node.module}.{name.name}" for name in node.names}
    return found


IMPORTS = {module: imports_of(module) for module in BY_MODULE}


def called(one: Function) -> Iterator[Function]:
    """Return the functions of ours that one calls, in its own module or by an imported name."""
    for call in one.calls:
        head, _dot, tail = call.partition(".")
        if not tail:
            target = BY_MODULE[one.module].get(head)
            if target is None and head in IMPORTS[one.module]:
                module, _sep, name = IMPORTS[one.module][head].rpartition(".")
                target = BY_MODULE.get(module, {}).get(name)
        elif head == "self":
            target = BY_MODULE[one.module].get(tail)
        else:
            target = BY_MODULE.get(IMPORTS[one.module].get(head, ""), {}).get(tail)
        if target is not None and target is not one:
            yield target


def reach(one: Function, what: str, seen: set[int] | None = None) -> bool:
    """Say whether a function, or what it calls, writes or records."""
    seen = seen if seen is not None else set()
    if id(one) in seen:
        return False
    seen.add(id(one))
    return bool(getattr(one, what)) or any(reach(other, what, seen) for other in called(one))


COMMANDS = {one.label: one for one in ALL if one.is_command and reach(one, "writes")}


def test_the_inspection_sees_commands_that_are_known() -> None:
    for name in (
        "publishing.services.posts.cancel",
        "content.services.assets.delete",
        "publishing.services.connections.keep",
    ):
        assert name in COMMANDS
        assert reach(COMMANDS[name], "records")


def test_every_command_that_writes_leaves_an_entry_or_says_why_not() -> None:
    silent = [label for label, one in COMMANDS.items() if not reach(one, "records") and label not in EXCUSED]
    assert silent == []


def test_no_excuse_outlives_its_command() -> None:
    assert [label for label in EXCUSED if label not in COMMANDS or reach(COMMANDS[label], "records")] == []
    assert [label for label, why in EXCUSED.items() if len(why) < 10] == []


ACTION = re.compile(r"[a-z]+\.[a-z_]+")


def words_of(node: ast.AST) -> set[str]:
    """Return every action's name inside a piece of code."""
    found = {each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)}
    return {word for word in found if ACTION.fullmatch(word)} - set(PERMISSIONS)


def recorded() -> set[str]:
    """Return the name of every action recorded anywhere; one handed on by a variable is sought in its module."""
    found: set[str] = set()
    for _path, tree in sources():
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
        firsts = [call.args[0] for call in calls if is_record(call)]
        found |= {word for first in firsts for word in words_of(first)}
        if any(isinstance(first, ast.Name) for first in firsts):
            handed = [call for call in calls if name_of(call) not in {"get_model", "signature", "requires", "admit"}]
            found |= {word for call in handed for each in call.args[:3] for word in words_of(each)}
            found |= {word for node in ast.walk(tree) if isinstance(node, ast.IfExp) for word in words_of(node)}
    return found | {f"post.{status}" for status in ("failed", "missed")}


def test_every_action_that_is_recorded_has_a_sentence() -> None:
    assert sorted(name for name in recorded() if name not in actions.SENTENCES) == []


def test_actions_are_named_alike() -> None:
    assert [name for name in actions.SENTENCES if not name.replace("_", "").replace(".", "").isalpha()] == []
    assert [name for name in actions.SENTENCES if name.count(".") != 1 or name != name.lower()] == []


# The admin


@pytest.fixture
def operator(cast: Cast) -> Client:
    """Dev at the operators' desk."""
    furnish(cast)
    User.objects.filter(pk=cast.dev.user_id).update(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(User.objects.get(pk=cast.dev.user_id))
    return client


def test_every_admin_of_a_tenants_rows_records() -> None:
    bare = [
        model._meta.label
        for model, found in admin.site._registry.items()
        if audited.is_of_tenants(model) and not isinstance(found, audited.AuditedAdmin)
    ]
    assert bare == []


def last(cast: Cast) -> AuditEntry:
    with tenancy.of_organization(cast.kesar.pk):
        return AuditEntry.objects.order_by("-sequence")[0]


def form_of(page: Any) -> dict[str, Any]:
    """Return what a form of the admin sends when nothing is changed."""
    shown = page.context["adminform"].form
    sent = {name: shown[name].value() for name in shown.fields}
    for inline in page.context["inline_admin_formsets"]:
        for form in [*inline.formset.forms, inline.formset.management_form]:
            sent |= {form.add_prefix(name): form[name].value() for name in form.fields}
    return {name: value for name, value in sent.items() if value is not None and not name.endswith("logo")}


def test_what_an_operator_changes_is_recorded_with_before_and_after(operator: Client, cast: Cast) -> None:
    address = reverse("admin:accounts_brandprofile_change", args=[cast.brand.pk])
    page = operator.get(address)
    answer = operator.post(address, form_of(page) | {"name": "Kesar anew"})
    assert answer.status_code == 302, answer.context["errors"]
    entry = last(cast)
    assert (entry.action, entry.actor_id, entry.resource_name) == ("operator.changed", cast.dev.user_id, "Kesar anew")
    assert entry.metadata["changes"]["name"] == ["Kesar Naturals", "Kesar anew"]


def test_what_an_operator_removes_is_recorded(operator: Client, cast: Cast) -> None:
    with tenancy.operator():
        brand = BrandProfile.objects.create(organization=cast.kesar, name="To go")
    operator.post(reverse("admin:accounts_brandprofile_delete", args=[brand.pk]), {"post": "yes"})
    assert (last(cast).action, last(cast).resource_name) == ("operator.removed", "To go")
    with tenancy.operator():
        several = [BrandProfile.objects.create(organization=cast.kesar, name=f"Go {n}").pk for n in range(2)]
    operator.post(
        reverse("admin:accounts_brandprofile_changelist"),
        {"action": "delete_selected", "_selected_action": several, "post": "yes"},
    )
    with tenancy.of_organization(cast.kesar.pk):
        gone = AuditEntry.objects.filter(action="operator.removed").values_list("resource_name", flat=True)
        assert set(gone) == {"To go", "Go 0", "Go 1"}


def test_a_role_changed_at_the_desk_is_recorded_in_the_organisations_log(operator: Client, cast: Cast) -> None:
    address = reverse("admin:accounts_membership_change", args=[cast.chitra.pk])
    answer = operator.post(address, form_of(operator.get(address)) | {"role": "manager"})
    assert answer.status_code == 302, answer.context["errors"]
    entry = last(cast)
    assert (entry.action, entry.resource_type) == ("operator.changed", "accounts.membership")
    assert entry.metadata["changes"]["role"] == ["analyst", "manager"]


def test_what_an_admin_keeps_is_not_told_as_removed(operator: Client, cast: Cast) -> None:
    operator.post(
        reverse("admin:accounts_membership_changelist"),
        {"action": "delete_selected", "_selected_action": [cast.asha.pk, cast.chitra.pk], "post": "yes"},
    )
    with tenancy.of_organization(cast.kesar.pk):
        gone = AuditEntry.objects.filter(action="operator.removed").values_list("resource_id", flat=True)
        kept = set(Membership.objects.filter(pk__in=[cast.asha.pk, cast.chitra.pk]).values_list("pk", flat=True))
    assert cast.asha.pk in kept
    assert {str(cast.asha.pk), str(cast.chitra.pk)} - set(gone) == {str(pk) for pk in kept}
