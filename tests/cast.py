"""The same few people in every test."""

from dataclasses import dataclass

from accounts import tenancy
from accounts.models import BrandProfile, ClientAccount, Membership, Organization, User
from accounts.services import organizations

PASSWORD = "monsoon-marigold-7"


@dataclass
class Cast:
    """Kesar Naturals, an agency: Asha owns, Ben creates, Chitra analyses; Esha is of its client Chai Point, Farah of
    its client Metro Dental. Lisbon Rooftops: Dev owns.
    """

    kesar: Organization
    lisbon: Organization
    asha: Membership
    ben: Membership
    chitra: Membership
    esha: Membership
    farah: Membership
    dev: Membership
    brand: BrandProfile
    lisbon_brand: BrandProfile
    client: ClientAccount
    metro: ClientAccount


def person(name: str, email: str) -> User:
    """Create a person who signs in with PASSWORD."""
    return User.objects.create_user(email, PASSWORD, full_name=name)


def gather() -> Cast:
    """Create everybody."""
    asha = organizations.create(name="Kesar Naturals", owner=person("Asha Menon", "asha@kesar.example"), type="agency")
    dev = organizations.create(name="Lisbon Rooftops", owner=person("Dev Rao", "dev@lisbon.example"))
    kesar, lisbon = asha.organization, dev.organization
    with tenancy.operator():
        client = ClientAccount.objects.create(organization=kesar, name="Chai Point", slug="chai-point")
        metro = ClientAccount.objects.create(organization=kesar, name="Metro Dental", slug="metro-dental")
        join = Membership.objects.create
        ben = join(organization=kesar, user=person("Ben Thomas", "ben@kesar.example"), role="creator")
        chitra = join(organization=kesar, user=person("Chitra Iyer", "chitra@kesar.example"), role="analyst")
        esha = join(
            organization=kesar,
            user=person("Esha Khan", "esha@chaipoint.example"),
            role="client",
            client=client,
        )
        farah = join(
            organization=kesar,
            user=person("Farah Ali", "farah@metrodental.example"),
            role="client",
            client=metro,
        )
        brand = BrandProfile.objects.get(organization=kesar)
        BrandProfile.objects.filter(pk=brand.pk).update(
            keywords=["skincare", "monsoon", "skin barrier", "ceramides"], industry="skincare"
        )
        brand.refresh_from_db()
        lisbon_brand = BrandProfile.objects.get(organization=lisbon)
    return Cast(kesar, lisbon, asha, ben, chitra, esha, farah, dev, brand, lisbon_brand, client, metro)
