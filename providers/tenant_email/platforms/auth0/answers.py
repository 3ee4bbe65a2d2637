"""What each call of Auth0's Management API promises.

Source: docs/contracts/auth0.md#authentication, #endpoints, #provider and #templates.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from tenant_email.json_types import Props
from tenant_email.net.answers import Promise, Shape
from tenant_email.net.tokens import TokenAnswer

_Name = Annotated[str, Field(min_length=1)]
_Map = Props


class Credentials(Shape):
    """What a provider shows of its credentials; of a newer kind anything else."""

    smtp_host: str | None = None
    smtp_port: int | None = None
    smtp_user: str | None = None
    region: str | None = None
    domain: str | None = None


class Options(Shape):
    """A provider's `settings`: groups of options."""

    message: _Map | None = None
    headers: _Map | None = None


class StoredProvider(Shape):
    """The email provider with all its fields; a template has neither `name` nor `credentials`."""

    name: _Name
    enabled: bool
    credentials: Credentials
    settings: Options | None = None
    default_from_address: str | None = None


class StoredTemplate(Shape):
    """A stored template; what was never set is absent."""

    template: _Name
    subject: str | None = None
    body: str | None = None
    from_: str | None = Field(None, alias="from")
    syntax: str | None = None
    enabled: bool | None = None
    url_lifetime: float | None = Field(None, alias="urlLifetimeInSeconds")
    include_email: bool | None = Field(None, alias="includeEmailInRedirect")
    result_url: str | None = Field(None, alias="resultUrl")


def _is_time(text: str) -> str:
    datetime.fromisoformat(text)
    return text


_Time = Annotated[str, AfterValidator(_is_time)]


class Identity(Shape):
    """One of the accounts of a user."""

    provider: str
    user_id: str | int


class User(Shape):
    """A user; `email` is absent where there is none."""

    user_id: _Name
    email: str | None = None
    email_verified: bool | None = None
    identities: list[Identity] | None = None


class Job(Shape):
    """A job that runs, or that ended."""

    id: _Name
    status: _Name
    created_at: _Time


class LogEntry(Shape):
    """An entry of the tenant's logs."""

    type: _Name
    date: _Time
    description: str | None = None
    details: _Map | None = None


NO_PROVIDER: Final = "inexistent_email_provider"
NO_TEMPLATE: Final = "inexistent_email_template"
NO_USER: Final = "inexistent_user"

TOKEN: Final = Promise((200,), TokenAnswer)
PROVIDER: Final = Promise((200,), StoredProvider, absent=NO_PROVIDER)
NEW_PROVIDER: Final = Promise((201,), StoredProvider)
NO_MORE_PROVIDER: Final = Promise((204,), absent=NO_PROVIDER)
TEMPLATE: Final = Promise((200,), StoredTemplate, absent=NO_TEMPLATE)
NEW_TEMPLATE: Final = Promise((200, 201), StoredTemplate, absent=NO_TEMPLATE)  # the contract's code was never recorded
USER: Final = Promise((200,), User, absent=NO_USER)
USERS: Final = Promise((200,), list[User])
NEW_JOB: Final = Promise((201,), Job)
JOB: Final = Promise((200,), Job)
LOGS: Final = Promise((200,), list[LogEntry])
