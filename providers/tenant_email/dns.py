"""Where the DNS records of a sending domain are published, as in `SesSendingDomain(…, dns=dns.cloudflare(zone_id=…))`.

Each function returns a `ses.DnsZone`. The resources of another host than Route 53 are those of its own Pulumi provider,
whose package is an extra: `pip install 'pulumi-tenant-email[cloudflare]'`. How each is used: docs/dns-hosts.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pulumi

from tenant_email.errors import InvalidSettings, Problem
from tenant_email.resources import dns_hosts
from tenant_email.resources.arguments import provider_problems
from tenant_email.resources.dns_publishing import DnsRecordToPublish, RecordPublisher
from tenant_email.resources.ses_values import DnsZone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenant_email.aws.dns_records import RecordKind

__all__ = ["DnsRecordToPublish", "RecordPublisher", "azure", "cloudflare", "digitalocean", "google", "route53"]


def route53(
    zone_id: pulumi.Input[str] | None = None,
    *,
    zone: str | None = None,
    provider: pulumi.ProviderResource | None = None,
    overwrite: Sequence[RecordKind] = (),
) -> DnsZone:
    """Returns a zone of Amazon Route 53.

    Args:
        zone_id: the hosted zone; else the public zone of the domain or of the nearest parent is looked up.
        zone: the zone's name, as `name` of `ses.DnsZone`.
        provider: the AWS provider by which the zone is reached, where it is in another account than SES.
        overwrite: as `overwrite` of `ses.DnsZone`.

    """
    return DnsZone(zone_id=zone_id, name=zone, provider=provider, overwrite=overwrite)


def cloudflare(
    *,
    zone_id: pulumi.Input[str],
    zone: str | None = None,
    provider: pulumi.ProviderResource | None = None,
    existing: Sequence[RecordKind] = (),
    look_first: bool = True,
    opts: pulumi.ResourceOptions | None = None,
) -> DnsZone:
    """Returns a zone of Cloudflare; its CNAMEs are not proxied. The extra is `cloudflare`.

    Args:
        zone_id: the zone's id, as the overview of the zone shows it.
        zone: the zone's name, where it is a parent of the domain: for the relative names in `records_table`.
        provider: the Cloudflare provider; else the default one, by `cloudflare:apiToken` or CLOUDFLARE_API_TOKEN.
        existing: as `existing` of `ses.DnsZone`.
        look_first: as `look_first` of `ses.DnsZone`.
        opts: Pulumi's options for each record.

    Raises:
        InvalidSettings: the package is missing, or of another major version.

    """
    host = dns_hosts.Cloudflare(zone_id=zone_id, opts=_options(dns_hosts.Cloudflare, provider, opts))
    return DnsZone(name=zone, publish=host, existing=existing, look_first=look_first)


def google(
    *,
    managed_zone: pulumi.Input[str],
    project: pulumi.Input[str] | None = None,
    zone: str | None = None,
    provider: pulumi.ProviderResource | None = None,
    existing: Sequence[RecordKind] = (),
    look_first: bool = True,
    opts: pulumi.ResourceOptions | None = None,
) -> DnsZone:
    """Returns a managed zone of Google Cloud DNS. The extra is `google`.

    Args:
        managed_zone: the zone's name at Google, such as `acme-com`, not its DNS name.
        project: its project; else that of the provider.
        zone: its DNS name, where it is a parent of the domain: for the relative names in `records_table`.
        provider: the Google provider; else the default one.
        existing: as `existing` of `ses.DnsZone`.
        look_first: as `look_first` of `ses.DnsZone`.
        opts: Pulumi's options for each record.

    Raises:
        InvalidSettings: the package is missing, or of another major version.

    """
    host = dns_hosts.Google(managed_zone=managed_zone, project=project, opts=_options(dns_hosts.Google, provider, opts))
    return DnsZone(name=zone, publish=host, existing=existing, look_first=look_first)


def azure(
    *,
    resource_group_name: pulumi.Input[str],
    zone_name: pulumi.Input[str],
    provider: pulumi.ProviderResource | None = None,
    existing: Sequence[RecordKind] = (),
    look_first: bool = True,
    opts: pulumi.ResourceOptions | None = None,
) -> DnsZone:
    """Returns a zone of Azure DNS. The extra is `azure`.

    Args:
        resource_group_name: the resource group of the zone.
        zone_name: the zone's DNS name, that of the domain or of a parent.
        provider: the Azure Native provider; else the default one.
        existing: as `existing` of `ses.DnsZone`.
        look_first: as `look_first` of `ses.DnsZone`.
        opts: Pulumi's options for each record.

    Raises:
        InvalidSettings: the package is missing, or of another major version.

    """
    options = _options(dns_hosts.Azure, provider, opts)
    host = dns_hosts.Azure(resource_group_name=resource_group_name, zone_name=zone_name, opts=options)
    return DnsZone(name=_if_known(zone_name), publish=host, existing=existing, look_first=look_first)


def digitalocean(
    *,
    domain: pulumi.Input[str],
    provider: pulumi.ProviderResource | None = None,
    existing: Sequence[RecordKind] = (),
    look_first: bool = True,
    opts: pulumi.ResourceOptions | None = None,
) -> DnsZone:
    """Returns a domain of DigitalOcean. The extra is `digitalocean`.

    Args:
        domain: the domain as DigitalOcean has it, the one to send from or a parent.
        provider: the DigitalOcean provider; else the default one, by `digitalocean:token` or DIGITALOCEAN_TOKEN.
        existing: as `existing` of `ses.DnsZone`.
        look_first: as `look_first` of `ses.DnsZone`.
        opts: Pulumi's options for each record.

    Raises:
        InvalidSettings: the package is missing, or of another major version.

    """
    host = dns_hosts.DigitalOcean(domain=domain, opts=_options(dns_hosts.DigitalOcean, provider, opts))
    return DnsZone(name=_if_known(domain), publish=host, existing=existing, look_first=look_first)


def _options(
    host: type[dns_hosts.DnsHost], provider: pulumi.ProviderResource | None, opts: pulumi.ResourceOptions | None
) -> pulumi.ResourceOptions:
    package, given = host.package.provider, cast("object", opts)
    problems = provider_problems("provider", provider, package)
    if isinstance(given, pulumi.ResourceOptions):
        problems += provider_problems("opts.provider", given.provider, package)
    elif given is not None:
        problems.append(Problem("opts", f"is a {type(given).__name__}", "Pass a ResourceOptions."))
    if problems:
        raise InvalidSettings("dns", tuple(problems))
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(provider=provider))


def _if_known(zone: pulumi.Input[str]) -> str | None:
    """Returns a zone's name for the names within it that a table shows, where the program knows it at once."""
    return zone if isinstance(zone, str) else None
