"""The kinds of provider as data: what each setting is on the wire (docs/contracts/pingone_aic.md#smtp and #graph)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tenant_email.capabilities import Transport

if TYPE_CHECKING:
    from collections.abc import Mapping

SMTP: Final = "pingone_aic.smtp"
GRAPH: Final = "pingone_aic.ms_graph"
BUILT_IN: Final = "pingone_aic.built_in"


@dataclass(frozen=True, slots=True)
class Wire:
    """Where a setting is in the document, the wrapper that a placeholder needs there, and the documented default."""

    path: tuple[str, ...]
    wrapper: str = ""
    default: object = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its place for each visible setting, its secret, and what it always sends."""

    name: str
    fields: Mapping[str, Wire] = field(default_factory=dict[str, Wire])
    secret: tuple[str, str] | None = None
    """(our name, its name inside `auth`)."""
    secret_scope: tuple[str, ...] = ()

    @property
    def transport(self) -> Transport:
        """Returns what the lifecycles need to know of it."""
        secret = (self.secret[0],) if self.secret else ()
        return Transport(
            kind=self.name,
            credentials=(*self.secret_scope, *secret),
            write_only=secret,
            identified_by=self.secret_scope or ("kind",),
            connects=self.name == SMTP,
            login="username" if "username" in self.secret_scope else "",
            labels={name: ".".join(self.fields[name].path) for name in self.secret_scope},
            guards=("ssl", "starttls", "tls_protocols", "smtp_properties") if self.name == SMTP else (),
        )


_TIMES: Final = {"timeout": "timeout", "write_timeout": "writetimeout", "connection_timeout": "connectiontimeout"}

KINDS: Final = {
    kind.name: kind
    for kind in (
        Kind(
            SMTP,
            {
                "host": Wire(("host",)),
                "port": Wire(("port",), "$int"),
                "username": Wire(("auth", "username")),
                "starttls": Wire(("starttls", "enable"), "$bool", default=False),
                "ssl": Wire(("ssl", "enable"), "$bool", default=False),
                **{ours: Wire((wire,), "$int", 300000) for ours, wire in _TIMES.items()},
                "thread_pool_size": Wire(("threadPoolSize",), "$int", 20),
                "debug": Wire(("debug",), "$bool", default=False),
            },
            ("password", "password"),
            ("host", "port", "username"),
        ),
        Kind(
            GRAPH,
            {
                "mail_endpoint": Wire(("mailEndpoint",)),
                "token_endpoint": Wire(("auth", "tokenEndpoint")),
                "client_id": Wire(("auth", "clientId")),
                "scopes": Wire(("auth", "scope")),
                "scope_delimiter": Wire(("auth", "scopeDelimiter")),
                **{ours: Wire((wire,), "$int") for ours, wire in _TIMES.items()},
                "thread_pool_size": Wire(("threadPoolSize",), "$int"),
            },
            ("client_secret", "clientSecret"),
            ("mail_endpoint", "token_endpoint", "client_id"),
        ),
        Kind(BUILT_IN),
    )
}
