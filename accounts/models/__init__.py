"""People, organisations, clients, brands, what they were told and what they did."""

from accounts.models.audit import AuditEntry
from accounts.models.base import BaseModel, TenantModel, TenantQuerySet
from accounts.models.brands import BrandProfile
from accounts.models.chain import AuditCheck, AuditHead
from accounts.models.inbox import Digest, Notification, NotificationPreference
from accounts.models.installation import Flag, SystemSetting
from accounts.models.invitations import Invitation
from accounts.models.keys import ApiKey, IdempotentRequest
from accounts.models.organizations import ClientAccount, Membership, Organization
from accounts.models.rights import DataRequest
from accounts.models.users import User
from accounts.models.voice import AudienceProfile, BrandVoiceSample
from accounts.models.wallets import GateCheck, TokenGate, Wallet

__all__ = [
    "ApiKey",
    "AudienceProfile",
    "AuditCheck",
    "AuditEntry",
    "AuditHead",
    "BaseModel",
    "BrandProfile",
    "BrandVoiceSample",
    "ClientAccount",
    "DataRequest",
    "Digest",
    "Flag",
    "GateCheck",
    "IdempotentRequest",
    "Invitation",
    "Membership",
    "Notification",
    "NotificationPreference",
    "Organization",
    "SystemSetting",
    "TenantModel",
    "TenantQuerySet",
    "TokenGate",
    "User",
    "Wallet",
]
