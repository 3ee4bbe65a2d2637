"""What a fleet file says: how it is written, as models, and what is read of it, as plain data.

docs/fleet.md tells it to users. The JSON schema is made of these models and of their docstrings.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeVar

from pydantic import BeforeValidator, Field, create_model

from tenant_email.aws.dns_records import RecordKind
from tenant_email.capabilities import OnDelete, OnDrift, OnExisting, Preflight
from tenant_email.fleet.shapes import Name, brand_model, one_of, optional, part_model, template_model
from tenant_email.inputs.model import Model
from tenant_email.json_types import Props
from tenant_email.resources.ses_event_values import Events
from tenant_email.resources.ses_values import IamUser

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tenant_email.json_types import PropsView

M = TypeVar("M", bound=Model)

VERSION: Final = 1
PROVIDER_OPTIONS: Final = ("enabled", "on_existing", "on_delete", "on_drift", "preflight", "test_recipient")
"""The arguments of EmailProvider that a file has by the same names."""

Text = Annotated[str, Field(min_length=1)]


def _refuse_flag(value: object) -> object:
    """Refuses what Python takes for the number 1, and JSON does not."""
    if isinstance(value, bool):
        raise ValueError(f"must be {VERSION}")  # noqa: TRY004 - pydantic tells of a ValueError
    return value


class Route53(Model):
    """A zone of Amazon Route 53.

    Args:
        host: route53.
        zone_id: the hosted zone; omitted, the public zone of the domain or of the nearest parent is looked up.
        zone: the zone's name, where it is a parent of the domain and not looked up.
        overwrite: the records that are replaced where others stand.

    """

    host: Literal["route53"]
    zone_id: Text | None = None
    zone: Text | None = None
    overwrite: list[RecordKind] | None = None


class Elsewhere(Model):
    """A zone at another host, whose provider logs in by its own variables.

    Args:
        existing: the records that stand there already and are used.
        look_first: false publishes without a look at what public DNS has.

    """

    existing: list[RecordKind] | None = None
    look_first: bool | None = None


class Cloudflare(Elsewhere):
    """A zone of Cloudflare, which is logged in to by CLOUDFLARE_API_TOKEN.

    Args:
        host: cloudflare.
        zone_id: the zone's id.
        zone: the zone's name, where it is a parent of the domain.

    """

    host: Literal["cloudflare"]
    zone_id: Text
    zone: Text | None = None


class Google(Elsewhere):
    """A zone of Google Cloud DNS.

    Args:
        host: google.
        managed_zone: the zone's name at Google, such as acme-com.
        project: its project; omitted, that of the provider.
        zone: its DNS name, where it is a parent of the domain.

    """

    host: Literal["google"]
    managed_zone: Text
    project: Text | None = None
    zone: Text | None = None


class Azure(Elsewhere):
    """A zone of Azure DNS.

    Args:
        host: azure.
        resource_group_name: the resource group of the zone.
        zone_name: the zone's DNS name, that of the domain or of a parent.

    """

    host: Literal["azure"]
    resource_group_name: Text
    zone_name: Text


class DigitalOcean(Elsewhere):
    """A zone of DigitalOcean, which is logged in to by DIGITALOCEAN_TOKEN.

    Args:
        host: digitalocean.
        domain: the domain as DigitalOcean has it, the one to send from or a parent.

    """

    host: Literal["digitalocean"]
    domain: Text


DNS_HOSTS: Final[Mapping[str, type[Model]]] = {
    "route53": Route53,
    "cloudflare": Cloudflare,
    "google": Google,
    "azure": Azure,
    "digitalocean": DigitalOcean,
}


class SecondRegion(Model):
    """The same domain in another region, ready for the day that the first one is down: with a key of its own.

    What is not here is as in the first region, but for DMARC, which the domain has once, and for what two users or two
    regions cannot share: the user's name, the MAIL FROM domain, the configuration set and the slot of the key.

    Args:
        region: the other region.
        mail_from: its subdomain for bounces, another one than the first region's.
        configuration_set: the configuration set that its mail uses; omitted, one is made where `events` are heard of.
        events: how bounces and complaints are heard of there, where that differs.
        user: the IAM user that sends there, where more than its name differs.
        active_key: the slot of its key in use.

    """

    region: Text
    mail_from: Text | None = None
    configuration_set: Text | None = None
    active_key: Literal["a", "b"] | None = None


class SendingDomain(Model):
    """An SES domain and a key that may send from it and do nothing else: the arguments of SesSendingDomain.

    Args:
        domain: the domain to send from.
        region: the SES region; omitted, `aws.region`.
        from_addresses: the only addresses that may send; omitted, every address of the domain.
        from_display_names: the only display names that may send; omitted, every one.
        further_domains: other domains that the key may send from, each verified in the same account and region.
        mail_from: a subdomain for bounces, `bounce` or `bounce.acme.com`; omitted, SES's own.
        dmarc: the DMARC policy to publish.
        dmarc_reports: where aggregate reports go.
        zone_id: the Route 53 zone of the records; omitted, it is looked up by the domain's name.
        zone: the zone's name, where it is a parent of the domain and not looked up.
        publish: false leaves the records to you; the verification waits for them.
        dns: the zone of the records by its host, in place of zone_id and zone.
        configuration_set: the configuration set that the domain's mail uses.
        events: how bounces and complaints are heard of; the configuration set is made, or the given one used.
        user: the IAM user that sends, where an organization demands a name, a path or a permissions boundary.
        active_key: the slot of the key in use; switch it to rotate the key without a gap.
        prove_sending: false proves only that AWS knows the key, without a mail to SES's mailbox simulator.
        verification_timeout: how long SES is waited for, as in "90s", "10m" or "1h".
        require_production_access: fails before anything is switched while the account is in the sandbox.
        on_existing: "adopt" takes an identity over that is there.
        on_delete: what a destroy does with an identity that was adopted or made.
        tags: AWS tags of the identity, the IAM user and its policy.
        profile: the AWS profile for SES; omitted, `aws.profile`.
        second_region: the same domain in another region, to which `sends_through` moves a tenant.
        renamed_from: what its resources were called before: another name of `sending_domains`, or the tenant that had
            the domain for itself.

    """

    domain: Text
    region: Text | None = None
    from_addresses: list[str] | None = None
    from_display_names: list[str] | None = None
    further_domains: list[str] | None = None
    mail_from: Text | None = None
    dmarc: Literal["none", "quarantine", "reject"] | None = None
    dmarc_reports: list[str] | None = None
    zone_id: Text | None = None
    zone: Text | None = None
    publish: bool | None = None
    configuration_set: Text | None = None
    active_key: Literal["a", "b"] | None = None
    prove_sending: bool | None = None
    verification_timeout: Text | None = None
    require_production_access: bool | None = None
    on_existing: OnExisting | None = None
    on_delete: OnDelete | None = None
    tags: dict[str, str] | None = None
    profile: Text | None = None
    renamed_from: Name | None = None


class CommonEmail(Model):
    """A tenant's email, as far as it is the same on every platform; `null` takes a default away.

    Args:
        from_address: the built-in sender, `a@b.example` or `Name <a@b.example>`.
        sending_domain: the name of one of `sending_domains`, which its tenants share.
        sends_through: the region of the sending domain that mail goes through; omitted, its first one.
        starters: the templates to make of the library's starters, by name, or `all`; they need `brand`.
        brand: whose mails starters make.
        enabled: false keeps the configuration but sends nothing through it.
        on_existing: "fail" says what exists; "adopt" takes it over and changes only what differs.
        on_delete: omitted, what was created is deleted and what was adopted is left.
        on_drift: "fail" stops when someone else changed the provider since the last `up`.
        preflight: a check of the transport before it is written: "connect" tries the mail server, "send" sends a test
            mail, where the platform can.
        test_recipient: where a test mail goes.
        protect: true has Pulumi refuse to delete the tenant's resources.

    """

    from_address: Text | None = None
    sends_through: Text | None = None
    starters: Literal["all"] | list[Text] | None = None
    enabled: bool | None = None
    on_existing: OnExisting | None = None
    on_delete: OnDelete | None = None
    on_drift: OnDrift | None = None
    preflight: Preflight | None = None
    test_recipient: Text | None = None
    protect: bool | None = None


class PlatformEmail(CommonEmail):
    """The email of a platform's tenants.

    Args:
        provider: what sends, of one of the platform's kinds, by the names of its class. A kind with `from_ses` takes
            host and key from the sending domain.
        templates: the tenant's templates, by a name of yours that the resource gets.

    """

    provider: Props | None = None
    templates: dict[Name, Any] | None = None


class TenantEmail(PlatformEmail):
    """The email of one tenant, over the defaults.

    Args:
        sending_domain: the name of one of `sending_domains`, or a domain of the tenant's own.

    """


class Aws(Model):
    """How AWS is reached, as `aws:` in stack config; credentials are those of the environment.

    Args:
        region: the region, such as eu-west-1.
        profile: a profile of the AWS configuration files.
        skipRegionValidation: true takes a region that the installed botocore does not know yet.

    """

    region: Text | None = None
    profile: Text | None = None
    skipRegionValidation: bool | None = None  # noqa: N815 - it is called so in stack config


EXTENSION: Final = "x-"
"""What a key of the file begins with that holds nothing but anchors, as in OpenAPI and Compose."""


class Root(Model):
    """The tenants of a fleet, and what their email has in common.

    Args:
        version: the version of this format.
        aws: how AWS is reached.
        defaults: what every tenant's `email` has unless it says otherwise: `all`, and then by platform.
        sending_domains: SES domains that several tenants send from, by name.
        tenants: the tenants, by name.

    """

    version: Annotated[Literal[1], BeforeValidator(_refuse_flag)]
    aws: Aws | None = None
    defaults: Props | None = None
    sending_domains: dict[Name, SendingDomain] | None = None
    tenants: dict[Name, Props]


@cache
def domain_model() -> type[SendingDomain]:
    """Returns the model of a sending domain, with the parts that are the library's own values."""
    events, user = optional(part_model(Events)), optional(part_model(IamUser))
    second = optional(_completed(SecondRegion, {"events": events, "user": user}))
    dns = optional(one_of("host", DNS_HOSTS))
    return _completed(SendingDomain, {"dns": dns, "events": events, "user": user, "second_region": second})


@cache
def root_model() -> type[Model]:
    """Returns the model of a file."""
    domains: Any = dict
    return _completed(Root, {"sending_domains": optional(domains[Name, domain_model()])})


@cache
def email_model(platform: str, base: type[PlatformEmail]) -> type[Model]:
    """Returns the model of the email of a platform's tenants."""
    templates: Any = dict
    domain = (Name, domain_model()) if base is TenantEmail else (Name,)
    more = {"templates": optional(templates[Name, optional(template_model(platform))[0]])}
    return _with_parts(base, domain, more)


@cache
def common_model() -> type[Model]:
    """Returns the model of what every tenant's email may have by default."""
    return _with_parts(CommonEmail, (Name,), {})


def _with_parts(base: type[CommonEmail], domain: tuple[Any, ...], more: Props) -> type[Model]:
    return _completed(base, {"brand": optional(brand_model()), "sending_domain": optional(*domain), **more})


def _completed(base: type[M], made: Props) -> type[M]:
    """Returns a model with parts that are derived too, and so are no annotations of its class."""
    return create_model(base.__name__, __base__=base, __doc__=base.__doc__, __module__=base.__module__, **made)


@dataclass(frozen=True, slots=True)
class Tenant:
    """One tenant of a fleet.

    entry: its entry of `tenant-email:tenants`, without a secret; email: what its defaults and its own settings make
    together, by the names of the file. renamed_from: what it was called before; empty where it was not.
    """

    name: str
    platform: str
    entry: PropsView = field(repr=False)
    email: PropsView = field(repr=False)
    renamed_from: str = ""

    @property
    def shared_domain(self) -> str:
        """Returns the name of the sending domain that it shares with others; empty where it has none."""
        named = self.email.get("sending_domain")
        return named if isinstance(named, str) else ""

    @property
    def own_domain(self) -> Props | None:
        """Returns the arguments of a sending domain of its own."""
        named = self.email.get("sending_domain")
        return None if named is None or isinstance(named, str) else named


@dataclass(frozen=True, slots=True)
class Fleet:
    """All tenants of a file; paths in it begin at its folder. `digest` is that of its text; empty where it has none."""

    file: Path
    aws: PropsView = field(default_factory=Props, repr=False)
    sending_domains: Mapping[str, Props] = field(default_factory=dict[str, Props], repr=False)
    tenants: Mapping[str, Tenant] = field(default_factory=dict[str, Tenant])
    digest: str = ""

    @property
    def folder(self) -> Path:
        """Returns where relative paths of the file begin."""
        return self.file.parent
