"""Clients of an agency: their pages, their brands with the work, archive and restore, looking at one only."""

import io
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts import queries, tenancy
from accounts.forms.clients import pairs
from accounts.models import AuditEntry, BrandProfile, ClientAccount, Invitation, Membership, Organization
from accounts.services import clients, organizations
from analytics.models import MeasuredPost
from content.models import BrandTemplate, ContentAsset, GeneratedContent, Script, Template, Upload
from content.services import assets, templates, uploads
from publishing.models import ContentCalendar, PlatformConnection, PostingSlot, PracticeAccount, ScheduledPost
from publishing.services import connections
from publishing.services.approvals import deciding
from tests.cast import Cast, person
from tests.publishing.agreeing import ask, make_workflow, stage
from tests.rows import Place, row_of
from trenddrop.core.limits import LimitReached

FORM = {
    "name": "Fjord Coffee",
    "slug": "",
    "contact_name": "Jonas Petersen",
    "contact_email": "jonas@fjord.example",
    "colour_main": "#1D4ED8",
    "colour_second": "#111111",
    "colour_ground": "#ffffff",
}


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def picture(size: tuple[int, int] = (900, 300)) -> SimpleUploadedFile:
    made = io.BytesIO()
    Image.new("RGB", size, "#1d4ed8").save(made, "PNG")
    return SimpleUploadedFile("logo.png", made.getvalue(), "image/png")


def actions(cast: Cast) -> list[str]:
    with tenancy.operator():
        rows = AuditEntry.objects.filter(organization=cast.kesar).order_by("sequence")
        return list(rows.values_list("action", flat=True))


def test_a_client_is_added_with_its_logo_written_anew_and_its_colours_measured(cast: Cast) -> None:
    asha = signed_in(cast.asha)
    answer = asha.post(reverse("client_new"), FORM | {"logo": picture()}, follow=True)
    assert answer.status_code == 200
    with tenancy.of_member(cast.asha):
        made = ClientAccount.objects.get(slug="fjord-coffee")
    assert made.brand_colors == ["#1d4ed8", "#111111", "#ffffff"]
    page = answer.content.decode()
    assert "jonas@fjord.example" in page
    assert "reads well" in page
    assert "client.created" in actions(cast)
    logo = asha.get(reverse("client_logo", args=[made.pk])).content
    assert Image.open(io.BytesIO(logo)).format == "WEBP"
    assert Image.open(io.BytesIO(logo)).size == (512, 171)


def test_what_is_no_picture_or_no_colour_is_refused_with_everything_kept(cast: Cast) -> None:
    broken = SimpleUploadedFile("logo.png", b"<svg onload=alert(1)>", "image/png")
    answer = signed_in(cast.asha).post(
        reverse("client_new"), FORM | {"logo": broken, "colour_main": "red; background: url(x)"}
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "no picture that can be read" in page
    assert "Write the colour as" in page
    assert "Jonas Petersen" in page


@pytest.mark.parametrize("slug", ["chai-point", "chai-point "])
def test_two_clients_never_share_a_short_name(cast: Cast, slug: str) -> None:
    answer = signed_in(cast.asha).post(reverse("client_new"), FORM | {"slug": slug})
    assert answer.status_code == 422
    assert b"short name exists" in answer.content


def test_a_name_that_another_client_has_gets_a_short_name_of_its_own(cast: Cast) -> None:
    with tenancy.of_member(cast.asha):
        made = clients.add(ClientAccount(name="Chai Point"), by=cast.asha)
    assert made.slug.startswith("chai-point-")


def test_contrast_is_what_the_standard_says() -> None:
    black, _second, white = pairs(["#000000", "#777777", "#ffffff"])
    assert round(black.ratio, 2) == 21.0
    assert [round(pair.ratio, 2) for pair in pairs(["#777777", "#767676", "#ffffff"])][:2] == [4.48, 4.54]
    assert str(white.verdict) == "reads well"
    assert pairs(["#000000"]) == []


def test_an_organisation_that_works_for_itself_is_told_how_to_become_an_agency(cast: Cast) -> None:
    dev = signed_in(cast.dev)
    answer = dev.get(reverse("clients"))
    assert b"Clients are for agencies" in answer.content
    assert dev.post(reverse("client_new"), FORM).status_code == 409
    with tenancy.of_member(cast.dev), pytest.raises(clients.NotAnAgency):
        clients.add(ClientAccount(name="Tram 28"), by=cast.dev)


class NoMore:
    """A plan that is used up."""

    def require(self, organization_id: Any, limit: str, *, amount: int) -> None:
        raise LimitReached(f"Your plan has no more {limit}.")


def test_the_plan_is_asked_before_a_client_is_added_or_restored(cast: Cast, settings: Any) -> None:
    settings.LIMITS_BACKEND = "tests.accounts.test_clients.NoMore"
    answer = signed_in(cast.asha).post(reverse("client_new"), FORM)
    assert answer.status_code == 422
    assert b"no more clients" in answer.content
    with tenancy.of_member(cast.asha), pytest.raises(LimitReached):
        clients.restore(cast.client, by=cast.asha, now=timezone.now())


def test_archiving_shuts_its_people_out_at_once_and_restoring_lets_them_in(cast: Cast) -> None:
    esha, asha = signed_in(cast.esha), signed_in(cast.asha)
    assert esha.get(reverse("library")).status_code == 200
    with tenancy.operator():
        Invitation.objects.create(
            organization=cast.kesar, client=cast.client, email="new@chai.example", role="client", token_hash="x",
            expires_at=timezone.now(), last_sent_at=timezone.now(),
        )  # fmt: skip
    asha.post(reverse("client_archive", args=[cast.client.pk]))
    assert esha.get(reverse("library")).status_code in {302, 403}
    assert "/accounts/login/" not in esha.get(reverse("library")).headers.get("Location", "")
    with tenancy.operator():
        assert not Invitation.objects.filter(revoked_at=None, client=cast.client).exists()
    assert b"is archived" in asha.get(reverse("clients")).content
    assert b"Chai Point" not in asha.get(reverse("clients")).content
    assert b"Chai Point" in asha.get(reverse("clients"), {"archived": ""}).content
    asha.post(reverse("client_restore", args=[cast.client.pk]))
    assert esha.get(reverse("library")).status_code == 200
    assert [each for each in actions(cast) if each.startswith("client.")] == ["client.archived", "client.restored"]


def test_an_archived_client_is_told_nothing_more(cast: Cast) -> None:
    with tenancy.of_member(cast.asha):
        clients.archive(cast.client, by=cast.asha, now=timezone.now())
        people = queries.working_memberships().filter(organization=cast.kesar)
        assert cast.esha not in people
        assert cast.farah in people
        assert not clients.archive(cast.client, by=cast.asha, now=timezone.now())


@pytest.fixture
def made(cast: Cast) -> Place:
    """Work of Kesar's own brand: an asset with a piece, a planned post and its numbers."""
    place = Place("kesar", cast.kesar, None, cast.asha)
    with tenancy.operator():
        for model in (BrandProfile, ContentAsset, Upload, GeneratedContent, ScheduledPost, MeasuredPost):
            row_of(model, place)
    return place


WORK = (ContentAsset, Upload, GeneratedContent, ScheduledPost, MeasuredPost)


def clients_of(place: Place) -> set[Any]:
    with tenancy.operator():
        return {model._base_manager.get(pk=place.made[model].pk).client_id for model in WORK}


def test_a_brand_takes_its_work_along_and_brings_it_back(cast: Cast, made: Place) -> None:
    asha, brand = signed_in(cast.asha), made.made[BrandProfile]
    asha.post(reverse("client_brand", args=[cast.client.pk]), {"brand": brand.pk, "name": ""})
    assert clients_of(made) == {cast.client.pk}
    with tenancy.of_member(cast.esha):
        assert ContentAsset.objects.visible_to(cast.esha).exists()
    asha.post(reverse("client_brand_take", args=[cast.client.pk]), {"brand": brand.pk})
    assert clients_of(made) == {None}
    assert actions(cast).count("brand.moved") == 2


def test_a_brand_takes_its_ideas_and_what_is_on_its_way_along(cast: Cast, made: Place) -> None:
    with tenancy.operator():
        brand, script = BrandProfile.objects.get(pk=made.made[BrandProfile].pk), row_of(Script, made)
        arriving = Upload.objects.create(
            organization=cast.kesar, user=cast.asha.user, brand=brand, name="a.mp4", length=5, expires_at=timezone.now()
        )
    with tenancy.of_member(cast.asha):
        clients.give_brand(brand, client=cast.client, by=cast.asha)
    with tenancy.of_member(cast.esha):
        assert Script.objects.visible_to(cast.esha).get().pk == script.pk
        assert Upload.objects.visible_to(cast.esha).filter(pk=arriving.pk).exists()


def test_a_brand_leaves_the_templates_of_the_client_it_was_with(cast: Cast, made: Place) -> None:
    brand = made.made[BrandProfile]
    with tenancy.of_member(cast.asha):
        intro = Template.objects.create(organization=cast.kesar, client=cast.client, kind="intro", name="Chai opens")
        outro = Template.objects.create(organization=cast.kesar, kind="outro", name="Goodbye")
        theirs = BrandProfile.objects.get(pk=brand.pk)
        clients.give_brand(theirs, client=cast.client, by=cast.asha)
        templates.begin_look(
            BrandTemplate(brand=theirs, intro=intro, outro=outro, colour="#1d4ed8"), fields=[], by=cast.asha
        )
        clients.give_brand(theirs, client=cast.metro, by=cast.asha)
        look = BrandTemplate.objects.get(brand=theirs)
        assert (look.intro, look.outro, look.colour) == (None, outro, "#1d4ed8")
        assert Template.objects.get(pk=intro.pk).client_id == cast.client.pk
        templates.change_look(look, fields=["colour"], by=cast.asha)


def test_a_brand_leaves_the_calendars_and_slots_of_the_client_it_was_with(cast: Cast, made: Place) -> None:
    with tenancy.of_member(cast.asha):
        brand = BrandProfile.objects.get(pk=made.made[BrandProfile].pk)
        clients.give_brand(brand, client=cast.client, by=cast.asha)
        theirs = {"organization": cast.kesar, "brand": brand}
        today = timezone.localdate()
        plan = ContentCalendar.objects.create(**theirs, client=cast.client, name="May", starts_on=today, ends_on=today)
        account = PlatformConnection.objects.create(
            organization=cast.kesar, client=cast.client, platform="practice", account_id="9", handle="@chai"
        )
        shared = PlatformConnection.objects.create(
            organization=cast.kesar, platform="practice", account_id="10", handle="@all"
        )
        slots = [
            PostingSlot.objects.create(**theirs, connection=each, weekday=0, at="09:00", timezone="UTC")
            for each in (account, shared)
        ]
        clients.give_brand(brand, client=cast.metro, by=cast.asha)
        plan.refresh_from_db()
        assert plan.brand is None
        assert [PostingSlot.objects.get(pk=slot.pk).brand for slot in slots] == [None, brand]


def test_planned_posts_leave_accounts_of_another_client(cast: Cast, made: Place) -> None:
    connection = made.made[PlatformConnection]
    with tenancy.operator():
        PlatformConnection.objects.filter(pk=connection.pk).update(client=cast.metro)
    with tenancy.of_member(cast.asha):
        clients.give_brand(BrandProfile.objects.get(pk=made.made[BrandProfile].pk), client=cast.client, by=cast.asha)
        post = ScheduledPost.objects.get()
    assert (post.status, post.next_try_at, post.client_id) == ("cancelled", None, cast.client.pk)
    assert "another client" in post.error


def test_archiving_cancels_what_is_planned_and_keeps_it(cast: Cast, made: Place) -> None:
    with tenancy.of_member(cast.asha):
        clients.give_brand(BrandProfile.objects.get(pk=made.made[BrandProfile].pk), client=cast.client, by=cast.asha)
        clients.archive(cast.client, by=cast.asha, now=timezone.now())
        assert ScheduledPost.objects.get().status == "cancelled"
        assert "post.cancelled" in actions(cast)
        assert not queries.brands_of(cast.asha).filter(client=cast.client).exists()


def test_a_new_brand_is_made_for_the_client_with_nothing_but_its_name(cast: Cast) -> None:
    asha = signed_in(cast.asha)
    asha.post(reverse("client_brand", args=[cast.client.pk]), {"name": "Chai Circle"})
    with tenancy.of_member(cast.esha):
        assert BrandProfile.objects.get().name == "Chai Circle"
    again = asha.post(reverse("client_brand", args=[cast.client.pk]), {"name": "Chai Circle"})
    assert again.status_code == 422
    assert asha.post(reverse("client_brand", args=[cast.client.pk]), {"name": ""}).status_code == 422


def test_a_brand_of_another_organisation_or_client_is_not_to_be_given(cast: Cast) -> None:
    with tenancy.operator():
        theirs = BrandProfile.objects.create(organization=cast.kesar, client=cast.metro, name="Metro Smiles")
    for foreign in (cast.lisbon_brand.pk, theirs.pk):
        answer = signed_in(cast.asha).post(reverse("client_brand", args=[cast.client.pk]), {"brand": foreign})
        assert answer.status_code == 422


def test_looking_at_one_client_narrows_every_list_and_names_it(cast: Cast, made: Place) -> None:
    with tenancy.operator():
        BrandProfile.objects.create(organization=cast.kesar, client=cast.client, name="Chai Circle")
        for client, title in ((cast.client, "Of Chai Point"), (cast.metro, "Of Metro Dental")):
            ContentAsset.objects.create(organization=cast.kesar, client=client, kind="blog", title=title, text="x")
    asha = signed_in(cast.asha)
    asha.post(reverse("choose_client"), {"client": cast.client.pk})
    page = asha.get(reverse("library")).content.decode()
    assert "Only Chai Point is shown" in page
    assert "Of Chai Point" in page
    assert "Of Metro Dental" not in page
    asha.post(reverse("choose_client"), {"client": ""})
    page = asha.get(reverse("library")).content.decode()
    assert "Of Metro Dental" in page
    assert "is shown" not in page


def test_nobody_looks_at_a_client_of_another_organisation_or_an_archived_one(cast: Cast) -> None:
    dev = signed_in(cast.dev)
    assert dev.post(reverse("choose_client"), {"client": cast.client.pk}).status_code == 404
    asha = signed_in(cast.asha)
    assert asha.post(reverse("choose_client"), {"client": "nonsense"}).status_code == 404
    asha.post(reverse("choose_client"), {"client": cast.client.pk})
    with tenancy.operator():
        ClientAccount.objects.filter(pk=cast.client.pk).update(deleted_at=timezone.now())
    assert b"is shown" not in asha.get(reverse("library")).content


def test_what_is_made_while_looking_at_a_client_is_theirs(cast: Cast) -> None:
    cast.asha.narrowed_to = cast.client.pk
    with tenancy.of_member(cast.asha):
        asset = assets.create_from_text(
            text="Chai is good for you", title="", key=cast.client.pk, brand=None, by=cast.asha
        )
    upload = uploads.create(name="a.mp4", length=5, by=cast.asha)
    account = connections.connect_practice(name="Chai", by=cast.asha, now=timezone.now())
    with tenancy.operator():
        opened = PracticeAccount.objects.get()
    assert {asset.client_id, upload.client_id, account.client_id, opened.client_id} == {cast.client.pk}


def test_an_asset_that_loses_its_brand_keeps_its_client(cast: Cast, made: Place) -> None:
    with tenancy.of_member(cast.asha):
        clients.give_brand(BrandProfile.objects.get(pk=made.made[BrandProfile].pk), client=cast.client, by=cast.asha)
        asset = ContentAsset.objects.get()
        asset.brand = None
        assets.describe(asset, changed=["brand"], by=cast.asha)
    assert clients_of(made) == {cast.client.pk}


def test_an_asset_that_gets_another_clients_brand_goes_there_with_all_its_pieces(cast: Cast, made: Place) -> None:
    with tenancy.operator():
        theirs = BrandProfile.objects.create(organization=cast.kesar, client=cast.metro, name="Metro Smiles")
    with tenancy.of_member(cast.asha):
        asset = ContentAsset.objects.get()
        asset.brand = theirs
        assets.describe(asset, changed=["brand"], by=cast.asha)
    assert clients_of(made) == {cast.metro.pk}


def test_the_pieces_of_an_asset_go_with_its_brand_but_those_made_for_another(cast: Cast, made: Place) -> None:
    with tenancy.operator():
        other = BrandProfile.objects.create(organization=cast.kesar, name="Saffron Kids")
        third = BrandProfile.objects.create(organization=cast.kesar, name="Saffron Men")
        theirs = BrandProfile.objects.create(organization=cast.kesar, client=cast.metro, name="Metro Smiles")
    with tenancy.of_member(cast.asha):
        asset, piece = ContentAsset.objects.get(), GeneratedContent.objects.get()
        GeneratedContent.objects.filter(pk=piece.pk).update(brand=asset.brand)
        apart = GeneratedContent.objects.create(organization=cast.kesar, asset=asset, platform="x", brand=third)

        def brands() -> list[str]:
            rows = GeneratedContent.objects.filter(pk__in=[piece.pk, apart.pk]).order_by("created_at")
            return [row.brand.name if row.brand else "" for row in rows.select_related("brand")]

        for brand, names in ((other, ["Saffron Kids", "Saffron Men"]), (theirs, ["Metro Smiles", "Saffron Men"])):
            asset.brand = brand
            assets.describe(asset, changed=["brand"], by=cast.asha)
            assert brands() == names
        clients.give_brand(third, client=cast.client, by=cast.asha)
        assets.move([asset.pk], client_id=cast.metro.pk, by=cast.asha)
        assert brands() == ["Metro Smiles", "Metro Smiles"]  # Saffron Men is Chai Point's by now


def test_two_clients_may_call_their_practice_account_the_same(cast: Cast) -> None:
    for client in (cast.client, cast.metro):
        cast.asha.narrowed_to = client.pk
        connections.connect_practice(name="Practice", by=cast.asha, now=timezone.now())
    with tenancy.operator():
        assert set(PracticeAccount.objects.values_list("client_id", "handle")) == {
            (cast.client.pk, "practice"),
            (cast.metro.pk, "practice"),
        }


def test_the_page_says_what_of_theirs_is_waiting(cast: Cast, made: Place) -> None:
    with tenancy.of_member(cast.asha):
        clients.give_brand(BrandProfile.objects.get(pk=made.made[BrandProfile].pk), client=cast.client, by=cast.asha)
        ContentAsset.objects.update(status="failed")
        PlatformConnection.objects.update(client=cast.client, status="needs_reconnect")
    page = signed_in(cast.asha).get(reverse("client", args=[cast.client.pk])).content.decode()
    for words in ("1 file could not be read", "1 post is planned", "1 account must be connected again", "Esha Khan"):
        assert words in page, words


def test_the_pages_say_whose_approval_is_waited_for(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        stages = [stage("House", cast.ben), stage("Client", "client")]
        workflow = make_workflow(cast, *stages, client=cast.client)
        ours, theirs = (ask(cast, workflow, title=title, client=cast.client) for title in ("One", "Two"))
        deciding.approve(theirs, by=cast.ben, seen=theirs.seen_as, now=timezone.now())
    for address in (reverse("clients"), reverse("client", args=[cast.client.pk])):
        page = signed_in(cast.asha).get(address).content.decode()
        assert "1 piece waits for our yes" in page
        assert "1 piece waits for the client’s yes" in page
        assert page.index("our yes") < page.index("the client’s yes")
    with tenancy.of_organization(cast.kesar.pk):
        deciding.approve(ours, by=cast.ben, seen=ours.seen_as, now=timezone.now())
    assert "2 pieces wait for the client’s yes" in signed_in(cast.asha).get(reverse("clients")).content.decode()


@pytest.mark.parametrize("name", ["clients", "client"])
def test_the_pages_ask_as_much_for_thirty_as_for_three(cast: Cast, name: str) -> None:
    asha = signed_in(cast.asha)
    address = reverse(name, args=[cast.client.pk] if name == "client" else [])
    counts = []
    for several in (3, 30):
        with tenancy.operator():
            for number in range(several):
                row = ClientAccount.objects.create(
                    organization=cast.kesar, name=f"C{several}-{number}", slug=f"c{several}-{number}"
                )
                BrandProfile.objects.create(organization=cast.kesar, client=row, name=f"B{several}-{number}")
                user = person("Somebody", f"s{several}-{number}@clients.example")
                Membership.objects.create(organization=cast.kesar, user=user, role="client", client=cast.client)
        asha.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert asha.get(address).status_code == 200
        counts.append(len([q for q in asked.captured_queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]))
    assert counts[0] == counts[1]
    assert counts[1] < 13, counts


def test_the_type_of_organisation_is_what_lets_it_have_clients(db: None) -> None:
    kinds = {kind: Organization(type=kind) for kind in Organization.Type.values}
    assert [kind for kind, row in kinds.items() if clients.has_clients(row)] == ["agency", "enterprise"]
    made = organizations.create(name="Big Firm", owner=person("Om", "om@firm.example"), type="enterprise")
    with tenancy.of_member(made):
        assert clients.add(ClientAccount(name="Division"), by=made).pk


def test_a_logo_that_another_replaces_is_kept_no_longer(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    asha, kept = signed_in(cast.asha), list[str]()
    for given in ({"logo": picture()}, {"logo": picture((300, 300))}, {"logo-clear": "on"}):
        with django_capture_on_commit_callbacks(execute=True):
            asha.post(reverse("client_edit", args=[cast.client.pk]), FORM | given)
        with tenancy.of_member(cast.asha):
            kept.append(str(ClientAccount.objects.get(pk=cast.client.pk).logo.name))
        assert [default_storage.exists(name) for name in kept[:-1]] == [False] * (len(kept) - 1)
        assert not kept[-1] or default_storage.exists(kept[-1])
    assert [bool(name) for name in kept] == [True, True, False]


def test_a_change_does_not_take_back_that_the_client_was_archived_meanwhile(cast: Cast) -> None:
    with tenancy.of_member(cast.asha):
        read_before = ClientAccount.objects.get(pk=cast.client.pk)
        clients.archive(cast.client, by=cast.asha, now=timezone.now())
        read_before.contact_name = "Jonas Petersen"
        clients.change(read_before, changed=["contact_name"], by=cast.asha)
        row = ClientAccount.objects.get(pk=cast.client.pk)
    assert row.contact_name == "Jonas Petersen"
    assert row.deleted_at is not None
