"""Auth0's email providers as data: what each calls its credentials and options on the wire.

Source: docs/contracts/auth0.md#provider.

A new kind is a class in `settings`, its rules in `models`, and one entry here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tenant_email.capabilities import Transport

if TYPE_CHECKING:
    from collections.abc import Mapping

_API_KEY: Final = {"api_key": "api_key"}
_HEADERS: Final = "headers"
_MESSAGE: Final = "message"


@dataclass(frozen=True, slots=True)
class Kind:
    """One provider: our names to wire names; `options` to a path inside the wire's `settings`."""

    name: str
    credentials: Mapping[str, str]
    write_only: tuple[str, ...]
    identified_by: tuple[str, ...] = ()
    options: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    connects: bool = False

    @property
    def transport(self) -> Transport:
        """Returns what the lifecycles need to know of it."""
        return Transport(
            kind=f"auth0.{self.name}",
            credentials=tuple(self.credentials),
            write_only=self.write_only,
            identified_by=self.identified_by,
            labels=self.credentials,
            connects=self.connects,
        )


KINDS: Final = {
    kind.name: kind
    for kind in (
        Kind(
            "mandrill",
            _API_KEY,
            ("api_key",),
            options={"view_content_link": (_MESSAGE, "view_content_link")},
        ),
        Kind("sendgrid", _API_KEY, ("api_key",)),
        Kind("resend", _API_KEY, ("api_key",)),
        Kind(
            "ses",
            {"access_key_id": "accessKeyId", "secret_access_key": "secretAccessKey", "region": "region"},
            ("access_key_id", "secret_access_key"),
            options={"configuration_set_name": (_MESSAGE, "configuration_set_name")},
            connects=True,
        ),
        Kind("sparkpost", {**_API_KEY, "region": "region"}, ("api_key",)),
        Kind(
            "mailgun",
            {**_API_KEY, "domain": "domain", "region": "region"},
            ("api_key",),
            identified_by=("domain", "region"),
        ),
        Kind(
            "smtp",
            {"host": "smtp_host", "port": "smtp_port", "username": "smtp_user", "password": "smtp_pass"},
            ("password",),
            identified_by=("host", "port", "username"),
            options={
                "x_mc_view_content_link": (_HEADERS, "X-MC-ViewContentLink"),
                "x_ses_configuration_set": (_HEADERS, "X-SES-Configuration-Set"),
                "x_msys_api": (_HEADERS, "X-MSYS_API"),
            },
            connects=True,
        ),
        Kind("azure_cs", {"connection_string": "connectionString"}, ("connection_string",)),
        Kind(
            "ms365",
            {"tenant_id": "tenantId", "client_id": "clientId", "client_secret": "clientSecret"},
            ("tenant_id", "client_id", "client_secret"),
        ),
        # nothing of it is hidden, and a tenant binds one Action at most: its kind is enough to identify it
        Kind("custom", {}, (), identified_by=("kind",)),
    )
}

OTHER: Final = Transport("auth0.other", ("name", "credentials"), ("credentials",))
