"""People, organisations, clients, brands, what they were told and what they did."""

from accounts.models.audit import AuditEntry
from accounts.models.base import BaseModel, TenantModel, TenantQuerySet
from accounts.models.brands import BrandProfile
from accounts.models.inbox import Notification
from accounts.models.organizations import ClientAccount, Membership, Organization
from accounts.models.users import User

__all__ = [
    "AuditEntry",
    "BaseModel",
    "BrandProfile",
    "ClientAccount",
    "Membership",
    "Notification",
    "Organization",
    "TenantModel",
    "TenantQuerySet",
    "User",
]
