"""Commands on websites that tell of sign-ups and sales: add one, change it, give it other secrets, retire it."""

import re
import secrets
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import BrandProfile, ClientAccount, Membership
from analytics import tasks
from analytics.collection.crediting import new_salt
from analytics.models import ConversionSite
from trenddrop.core.signatures import new_secret

DOMAIN = re.compile(r"(\*\.)?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(:\d{1,5})?")
MOST_DOMAINS = 20
# What of a site changes who earned what.
RECKONS = frozenset({"window_days", "half_life_days"})
SECRETS = ("secret", "stripe_secret", "shopify_secret")


class CannotSetUp(Exception):
    """The site stays as it is; the message says why."""


def add(
    name: str,
    *,
    domains: Sequence[str],
    by: Membership,
    client: ClientAccount | None = None,
    brand: BrandProfile | None = None,
    **fields: Any,
) -> tuple[ConversionSite, str]:
    """Add a site; return it with its secret, which is shown this once. Raises CannotSetUp."""
    secret = new_secret()
    row = ConversionSite(
        organization_id=by.organization_id,
        client_id=client.pk if client else by.client_id,
        brand=brand,
        name=name,
        public_key=f"td{secrets.token_hex(12)}",
        domains=clean_domains(domains),
        salt=new_salt(),
        **fields,
    )
    row.secret = secret
    with transaction.atomic():
        row.save(force_insert=True)
        audit.record("conversion_site.added", row, organization_id=row.organization_id, by=by, domains=row.domains)
    return row, secret


def change(site: ConversionSite, values: Mapping[str, Any], *, by: Membership) -> ConversionSite:
    """Change a site; what it reckons by is applied to all that is still known. Raises CannotSetUp."""
    given = dict(values)
    if "domains" in given:
        given["domains"] = clean_domains(given["domains"])
    changes = {name: [getattr(site, name), value] for name, value in given.items() if getattr(site, name) != value}
    if not changes:
        return site
    for name, (_was, value) in changes.items():
        setattr(site, name, value)
    with transaction.atomic():
        site.save(update_fields=[*changes, "updated_at"])
        audit.record("conversion_site.changed", site, organization_id=site.organization_id, by=by, changes=changes)
        if RECKONS & changes.keys():
            ring = tasks.credit_again.delay
            transaction.on_commit(partial(ring, str(site.pk), organization_id=str(site.organization_id)))
    return site


def rotate_secret(site: ConversionSite, *, by: Membership) -> str:
    """Give the site another secret and return it, this once; the one before signs nothing any more."""
    secret = new_secret()
    _keep(site, "secret", secret, by=by, action="conversion_site.secret_changed")
    return secret


def set_webhook_secret(site: ConversionSite, shop: str, secret: str, *, by: Membership) -> None:
    """Keep the secret that Stripe or Shopify showed for its webhook; an empty one stops believing it."""
    field = f"{shop}_secret"
    if field not in SECRETS or len(secret) > 500 or not secret.isascii():
        raise CannotSetUp(_("That is no secret of a webhook."))
    _keep(site, field, secret.strip(), by=by, action="conversion_site.webhook_changed", shop=shop.capitalize())


def _keep(site: ConversionSite, field: str, secret: str, *, by: Membership, action: str, **more: Any) -> None:
    setattr(site, field, secret)
    with transaction.atomic():
        site.save(update_fields=[field, "updated_at"])
        audit.record(action, site, organization_id=site.organization_id, by=by, **more)


def remove(site: ConversionSite, *, by: Membership) -> None:
    """Remove a site with everything that was counted there."""
    with transaction.atomic():
        audit.record("conversion_site.removed", site, organization_id=site.organization_id, by=by)
        site.delete()


def clean_domains(domains: Sequence[str]) -> list[str]:
    """Return domains as they are compared: lower case, without scheme and path. Raises CannotSetUp."""
    found = []
    for given in domains:
        name = re.sub(r"^https?://", "", str(given).strip().lower()).partition("/")[0]
        if not name:
            continue
        if len(name) > 253 or not DOMAIN.fullmatch(name):
            raise CannotSetUp(_("%(name)s is no domain: write example.com, or *.example.com.") % {"name": given})
        found.append(name)
    if not found or len(found) > MOST_DOMAINS:
        raise CannotSetUp(_("Name 1 to %(most)s domains where the page stands.") % {"most": MOST_DOMAINS})
    return list(dict.fromkeys(found))
