"""From what a fleet file says of a sending domain to the arguments of SesSendingDomain."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tenant_email.fleet.settings import SettingsReader, UnknownSecrets
from tenant_email.json_types import Json, Props, PropsView, is_object
from tenant_email.resources.ses_event_values import Events
from tenant_email.resources.ses_values import DnsZone, IamUser

if TYPE_CHECKING:
    from pathlib import Path

    import pulumi

    from tenant_email.errors import Problem
    from tenant_email.resources.dns_publishing import DnsRecordToPublish

SHARED_OUTPUTS: Final = (
    "region",
    "access_key_id",
    "secret_access_key",
    "smtp_host",
    "smtp_port",
    "smtp_username",
    "smtp_password",
)
"""The outputs of a shared domain's stack that the stacks of its tenants read."""

CONFIGURATION_SET: Final = "configuration_set"
"""One more, where its mail uses a set."""

_LOGINS: Final = {"cloudflare": ("CLOUDFLARE_API_TOKEN",), "digitalocean": ("DIGITALOCEAN_TOKEN",)}


@dataclass(frozen=True, slots=True)
class DomainArguments:
    """The arguments of a sending domain, and what is wrong with them."""

    values: Props = field(repr=False)
    problems: tuple[Problem, ...]


def domain_arguments(given: PropsView, at: str, folder: Path, *, registers: bool) -> DomainArguments:
    """Returns the arguments of a domain that the file has at a path.

    With `registers` the records are those of the DNS host's own provider, whose package has to be there; else they are
    judged without it.
    """
    reader, found = SettingsReader(folder, UnknownSecrets(), at), dict(given)
    for name, kind in (("events", Events), ("user", IamUser)):
        if is_object(found.get(name)):
            found[name] = _part(reader, kind, found[name], f"{at}.{name}")
    if is_object(dns := found.get("dns")):
        found["dns"] = _zone(dns) if registers else _judged_zone(dns)
    return DomainArguments(found, tuple(reader.problems))


def logins_of(given: PropsView) -> tuple[str, ...]:
    """Returns the variables by which the DNS host of a domain is logged in to, where it has no other way."""
    dns = given.get("dns")
    return _LOGINS.get(str(dns.get("host")), ()) if is_object(dns) else ()


def shared_outputs(given: PropsView) -> tuple[str, ...]:
    """Returns the outputs of a domain's stack that its tenants read."""
    has_set = given.get("configuration_set") is not None or given.get("events") is not None
    return (*SHARED_OUTPUTS, CONFIGURATION_SET) if has_set else SHARED_OUTPUTS


def _part(reader: SettingsReader, kind: type[Any], value: Props, at: str) -> Any:
    arguments = reader.arguments(kind, value, at)
    return kind(**arguments)


def _zone(given: Props) -> DnsZone:
    from tenant_email import dns  # noqa: PLC0415 - only what has a zone at a host needs it

    known = {name: value for name, value in given.items() if name != "host"}
    made: DnsZone = getattr(dns, given["host"])(**known)
    return made


def _judged_zone(given: Props) -> DnsZone:
    if given["host"] == "route53":
        return _zone(given)
    shared: Props = {name: given[name] for name in ("existing", "look_first") if name in given}
    name: Json = given.get("zone") or given.get("zone_name") or given.get("domain")
    return DnsZone(name=name, publish=_publishes_nothing, **shared)


def _publishes_nothing(_: DnsRecordToPublish, __: pulumi.ResourceOptions, /) -> Any:
    """Stands where a host's own provider publishes."""
