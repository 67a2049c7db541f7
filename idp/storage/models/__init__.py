"""The tables, one class a noun. Instants end in `_at` (epoch seconds), one-way values in `_digest`.

Columns hold JSON where the shape belongs to somebody else: the authorization request, a credential's data. The tables
themselves are made by the migrations; a test holds the two against each other.
"""

from idp.storage.models.clients import Client
from idp.storage.models.device_codes import DeviceCode
from idp.storage.models.grants import AccessToken, Grant, RefreshToken
from idp.storage.models.invitations import Invitation
from idp.storage.models.logouts import LogoutDelivery
from idp.storage.models.messages import PushedRequest, UsedAssertion
from idp.storage.models.people import Credential, Group, Membership, RetiredName, User
from idp.storage.models.records import Activity, Device, Link, Mail, Setting, Throttle
from idp.storage.models.registration_tokens import RegistrationToken
from idp.storage.models.row import JSONText, Row
from idp.storage.models.sessions import Consent, Interaction, Session

TABLES = (
    User,
    RetiredName,
    Credential,
    Group,
    Membership,
    Client,
    Session,
    Interaction,
    PushedRequest,
    Consent,
    Grant,
    AccessToken,
    RefreshToken,
    DeviceCode,
    UsedAssertion,
    Link,
    Invitation,
    RegistrationToken,
    Mail,
    LogoutDelivery,
    Device,
    Throttle,
    Activity,
    Setting,
)

__all__ = [
    "TABLES",
    "AccessToken",
    "Activity",
    "Client",
    "Consent",
    "Credential",
    "Device",
    "DeviceCode",
    "Grant",
    "Group",
    "Interaction",
    "Invitation",
    "JSONText",
    "Link",
    "LogoutDelivery",
    "Mail",
    "Membership",
    "PushedRequest",
    "RefreshToken",
    "RegistrationToken",
    "RetiredName",
    "Row",
    "Session",
    "Setting",
    "Throttle",
    "UsedAssertion",
    "User",
]
