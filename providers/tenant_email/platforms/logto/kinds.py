"""Logto's email connectors as data: factory, credentials, and where each setting stands in the connector's config.

A new kind is a class in `settings`, its rules in `models`, and one entry here. docs/contracts/logto.md#factories.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from tenant_email.capabilities import Transport

if TYPE_CHECKING:
    from collections.abc import Mapping

Path = tuple[str, ...]
Texts = Literal["contentType", "type", "html", "deliveries", "aliases", "none"]
"""How a factory words its texts: the key of the content type, only HTML, or another form altogether."""

SMTP_FACTORY: Final = "simple-mail-transfer-protocol"
HOST_OPTIONS: Final = frozenset({"tls", "custom_headers"})
"""They may hold keys and tokens for the host: never shown, and not handed on to another."""
_GUARDS: Final = frozenset({"secure", "ignore_tls", "require_tls", "servername", "tls"})
_USER: Final[Path] = ("auth", "user")


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to send.

    `paths` map our names to paths in the config. `sender` is the config's key for the built-in sender,
    and `bare_sender` says that it takes no name. `secret` are
    all settings that are secret; `write_only` those that a first write must have, and that may be omitted later.
    """

    name: str
    factory: str
    paths: Mapping[str, Path]
    sender: str | None = None
    bare_sender: bool = False
    texts: Texts = "none"
    credentials: tuple[str, ...] = ()
    write_only: tuple[str, ...] = ()
    secret: frozenset[str] = frozenset()
    identified_by: tuple[str, ...] = ()
    constants: Mapping[Path, str] = field(default_factory=dict[Path, str])

    @property
    def full_name(self) -> str:
        """Returns the `kind` of the inputs."""
        return f"logto.{self.name}"

    @property
    def optional(self) -> tuple[str, ...]:
        """Returns the secrets that a connector may do without."""
        return tuple(sorted(self.secret - set(self.write_only)))

    @property
    def transport(self) -> Transport:
        """Returns what the lifecycles need to know of it."""
        labels = {name: ".".join(path) for name, path in self.paths.items()}
        return Transport(
            self.full_name,
            self.credentials,
            self.write_only,
            self.identified_by,
            labels,
            connects=self.factory == SMTP_FACTORY,
            optional=self.optional,
            shows_secrets=True,
            host_options=tuple(sorted(HOST_OPTIONS & self.paths.keys())),
            guards=tuple(sorted(_GUARDS & self.paths.keys())),
        )


def _top(**names: str) -> dict[str, Path]:
    return {ours: (wire,) for ours, wire in names.items()}


_SMTP_OPTIONS: Final = _top(
    host="host",
    port="port",
    reply_to="replyTo",
    secure="secure",
    ignore_tls="ignoreTLS",
    require_tls="requireTLS",
    servername="servername",
    tls="tls",
    ehlo_name="name",
    local_address="localAddress",
    connection_timeout="connectionTimeout",
    greeting_timeout="greetingTimeout",
    socket_timeout="socketTimeout",
    dns_timeout="dnsTimeout",
    custom_headers="customHeaders",
    logger="logger",
    debug="debug",
    disable_file_access="disableFileAccess",
    disable_url_access="disableUrlAccess",
)


def _smtp(
    name: str,
    auth: Mapping[str, Path],
    *,
    auth_type: str,
    write_only: tuple[str, ...] = (),
    secret: tuple[str, ...] = (),
    options: Mapping[str, Path] | None = None,
) -> Kind:
    bound = ("host", "port", *(name for name in auth if name not in {*write_only, *secret}))
    return Kind(
        name,
        SMTP_FACTORY,
        {**_SMTP_OPTIONS, **auth, **(options or {})},
        sender="fromEmail",
        texts="contentType",
        credentials=(*bound, *write_only),
        write_only=write_only,
        secret=frozenset({*write_only, *secret}),
        identified_by=bound,
        constants={("auth", "type"): auth_type},
    )


KINDS: Final = {
    kind.full_name: kind
    for kind in (
        _smtp(
            "smtp",
            {"username": _USER, "password": ("auth", "pass")},
            auth_type="login",
            write_only=("password",),
        ),
        _smtp("smtp_anonymous", {}, auth_type="login"),
        _smtp(
            "smtp_oauth2_key",
            {
                "username": _USER,
                "service_client": ("auth", "serviceClient"),
                "private_key": ("auth", "privateKey", "key"),
                "private_key_passphrase": ("auth", "privateKey", "passphrase"),
            },
            auth_type="OAuth2",
            write_only=("private_key",),
            secret=("private_key_passphrase",),
        ),
        _smtp(
            "smtp_oauth2_token",
            {
                "username": _USER,
                "client_id": ("auth", "clientId"),
                "access_url": ("auth", "accessUrl"),
                "client_secret": ("auth", "clientSecret"),
                "refresh_token": ("auth", "refreshToken"),
                "access_token": ("auth", "accessToken"),
            },
            auth_type="OAuth2",
            write_only=("client_secret", "refresh_token"),
            secret=("access_token",),
            options={"expires": ("auth", "expires")},
        ),
        Kind(
            "aws_ses",
            "aws-ses-mail",
            _top(
                region="region",
                access_key_id="accessKeyId",
                secret_access_key="accessKeySecret",  # noqa: S106 - a key's name
                identity_arn="emailAddressIdentityArn",
                feedback_forwarding_address="feedbackForwardingEmailAddress",
                feedback_forwarding_identity_arn="feedbackForwardingEmailAddressIdentityArn",
                configuration_set_name="configurationSetName",
            ),
            sender="emailAddress",
            texts="html",
            credentials=("access_key_id", "region", "secret_access_key"),
            write_only=("secret_access_key",),
            secret=frozenset({"secret_access_key"}),
            identified_by=("access_key_id", "region"),
        ),
        Kind(
            "mailgun",
            "mailgun-email",
            _top(domain="domain", api_key="apiKey", endpoint="endpoint"),
            sender="from",
            texts="deliveries",
            credentials=("domain", "endpoint", "api_key"),
            write_only=("api_key",),
            secret=frozenset({"api_key"}),
            identified_by=("domain",),
        ),
        Kind(
            "sendgrid",
            "sendgrid-email-service",
            _top(api_key="apiKey", from_name="fromName"),
            sender="fromEmail",
            texts="type",
            credentials=("api_key",),
            write_only=("api_key",),
            secret=frozenset({"api_key"}),
        ),
        Kind(
            "aliyun_dm",
            "aliyun-direct-mail",
            _top(
                access_key_id="accessKeyId",
                access_key_secret="accessKeySecret",  # noqa: S106 - a key's name
                region="regionId",
                from_alias="fromAlias",
            ),
            sender="accountName",
            texts="html",
            credentials=("access_key_id", "region", "access_key_secret"),
            write_only=("access_key_secret",),
            secret=frozenset({"access_key_secret"}),
            identified_by=("access_key_id",),
        ),
        Kind(
            "postmark",
            "postmark-mail",
            _top(server_token="serverToken"),  # noqa: S106 - a key's name
            sender="fromEmail",
            texts="aliases",
            credentials=("server_token",),
            write_only=("server_token",),
            secret=frozenset({"server_token"}),
        ),
        Kind(
            "http",
            "http-email",
            _top(endpoint="endpoint", authorization="authorization"),
            credentials=("endpoint",),
            secret=frozenset({"authorization"}),
            identified_by=("endpoint",),
        ),
        Kind(
            "logto_email",
            "logto-email",
            _top(sender_name="senderName", company_information="companyInformation", app_logo="appLogo"),
        ),
        Kind(
            "smtp2go",
            "smtp2go-email-service",
            _top(api_key="apiKey", sender_name="senderName"),
            sender="sender",
            bare_sender=True,
            texts="type",
            credentials=("api_key",),
            write_only=("api_key",),
            secret=frozenset({"api_key"}),
        ),
        Kind(
            "mailjunky",
            "mailjunky-email-service",
            _top(api_key="apiKey", from_name="fromName"),
            sender="fromEmail",
            texts="type",
            credentials=("api_key",),
            write_only=("api_key",),
            secret=frozenset({"api_key"}),
        ),
    )
}

_OAUTH2: Final = frozenset({"oauth2", "OAuth2", "OAUTH2"})


def kind_of(factory: str, auth: object) -> Kind | None:
    """Returns the kind of a stored connector; None where no kind of ours stands for it.

    An SMTP connector's `auth` tells its kind; without one, as cleaning may leave it, no mail is sent.
    """
    if factory != SMTP_FACTORY:
        return next((kind for kind in KINDS.values() if kind.factory == factory), None)
    if not isinstance(auth, dict):
        return None
    if "privateKey" in auth or "serviceClient" in auth:
        return KINDS["logto.smtp_oauth2_key"]
    if auth.get("type") in _OAUTH2 or {"clientId", "refreshToken", "accessToken"} & auth.keys():
        return KINDS["logto.smtp_oauth2_token"]
    return KINDS["logto.smtp" if auth.get("user") else "logto.smtp_anonymous"]
