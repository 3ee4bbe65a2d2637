"""DNS hosts whose records a resource of their own Pulumi provider publishes: what each provider wants to be told.

A provider's package is an extra of the distribution and is loaded by its first record. Each class is the function that
`publish` of `ses.DnsZone` takes; `tenant_email.dns` makes the whole value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple, cast

import pulumi

from tenant_email.aws.dns_records import normalize_zone
from tenant_email.errors import InvalidSettings, Problem
from tenant_email.resources.arguments import later_text_problems

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.resources.dns_publishing import DnsRecordToPublish

_DISTRIBUTION: Final = "pulumi-tenant-email"


class _Form(NamedTuple):
    """What an argument looks like by its host's own documentation, and what to do about another text."""

    pattern: re.Pattern[str]
    remedy: str


_ZONE_NAME: Final = _Form(re.compile(r"\S+"), "Write the zone's name in DNS, such as acme.com.")


class _Package(NamedTuple):
    """The package of a provider, and the extra that brings it; `majors` are those whose inputs are known here."""

    distribution: str
    module: str
    extra: str
    majors: tuple[int, ...]

    @property
    def provider(self) -> str:
        """What Pulumi calls the package of the provider."""
        return self.distribution.removeprefix("pulumi-")

    def require(self) -> None:
        """Raises InvalidSettings where the package is missing, or of a version whose inputs may be others."""
        try:
            found = version(self.distribution)
        except PackageNotFoundError:
            raise self._refusal("is not installed") from None
        if not found.partition(".")[0].isdecimal() or int(found.partition(".")[0]) not in self.majors:
            known = " or ".join(map(str, self.majors))
            raise self._refusal(f"is installed in version {found[:20]}, and only major version {known} is known here")

    def _refusal(self, what: str) -> InvalidSettings:
        remedy = f"Run: pip install '{_DISTRIBUTION}[{self.extra}]'"
        return InvalidSettings(f"dns.{self.extra}", (Problem("dns", f"{self.distribution} {what}", remedy),))

    def load(self) -> Any:
        """Returns the module, which takes a while."""
        return import_module(self.module)


@dataclass(frozen=True, kw_only=True)
class DnsHost:
    """What every host has: options for its records, and whether one of its resources is all values of a name and type.

    `opts` are merged into what the component gives, so that a provider among them counts.
    """

    package: ClassVar[_Package]
    whole_sets: ClassVar[bool] = False
    forms: ClassVar[Mapping[str, _Form]]
    """That of each argument but `opts`."""
    opts: pulumi.ResourceOptions = field(default_factory=pulumi.ResourceOptions, repr=False)

    def __post_init__(self) -> None:
        """Requires the provider's package, and texts of the host's: a preview says so before anything else."""
        self.package.require()
        if problems := self.problems({name: getattr(self, name) for name in self.forms}):
            raise InvalidSettings(f"dns.{self.package.extra}", tuple(problems))

    @classmethod
    def problems(cls, given: Mapping[str, object]) -> list[Problem]:
        """Returns what is wrong with the arguments of a zone; the provider's package need not be there."""
        return [
            problem
            for name, form in cls.forms.items()
            if not ((value := given.get(name)) is None and hasattr(cls, name))  # which may be left out
            for problem in _form_problems(name, value, form)
        ]

    @property
    def zone(self) -> pulumi.Input[str]:
        """What tells two zones of the host apart."""
        raise NotImplementedError

    def __call__(self, record: DnsRecordToPublish, opts: pulumi.ResourceOptions, /) -> pulumi.Resource:
        """Makes the resource of a record."""
        return self._make(record, pulumi.ResourceOptions.merge(opts, self.opts))

    def _make(self, record: DnsRecordToPublish, opts: pulumi.ResourceOptions) -> pulumi.Resource:
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Cloudflare(DnsHost):
    """Cloudflare: whole names, a resource a record; a proxied CNAME would hide what SES looks for."""

    package: ClassVar = _Package("pulumi-cloudflare", "pulumi_cloudflare", "cloudflare", (6,))
    forms: ClassVar = {
        "zone_id": _Form(
            re.compile(r"[0-9a-fA-F]{32}"),
            "Write the zone's id, 32 characters of 0-9 and a-f: the overview of the zone shows it.",
        )
    }
    zone_id: pulumi.Input[str]

    @property
    def zone(self) -> pulumi.Input[str]:
        """The zone's id."""
        return self.zone_id

    def _make(self, record: DnsRecordToPublish, opts: pulumi.ResourceOptions) -> pulumi.Resource:
        # Quoted and cut as the API answers it ("quoted character strings … of up to 255 bytes"): anything else is a
        # change at every refresh, and unquoted text a warning on the dashboard.
        content = record.quoted if record.type == "TXT" else record.target
        made: pulumi.Resource = self.package.load().DnsRecord(
            record.resource_name,
            zone_id=self.zone_id,
            name=record.name,
            type=record.type,
            ttl=record.ttl,
            content=content,
            priority=record.preference if record.type == "MX" else None,
            proxied=False,
            opts=opts,
        )
        return made


@dataclass(frozen=True, kw_only=True)
class Google(DnsHost):
    """Google Cloud DNS: whole names with a final dot, values as in a zone file, a resource a record set."""

    package: ClassVar = _Package("pulumi-gcp", "pulumi_gcp", "google", (8, 9, 10))
    whole_sets: ClassVar[bool] = True
    forms: ClassVar = {
        "managed_zone": _Form(
            re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?|[0-9]+"),
            "Write the zone's name at Google alone, such as acme-com: `gcloud dns managed-zones list` shows it.",
        ),
        "project": _Form(re.compile(r"[^\s/]+"), "Write the project's id, such as acme-mail, or omit it."),
    }
    managed_zone: pulumi.Input[str]
    project: pulumi.Input[str] | None = None

    @property
    def zone(self) -> pulumi.Input[str]:
        """The zone's name at Google."""
        return self.managed_zone

    def _make(self, record: DnsRecordToPublish, opts: pulumi.ResourceOptions) -> pulumi.Resource:
        value = record.quoted if record.type == "TXT" else record.value.apply(_dotted)
        made: pulumi.Resource = self.package.load().dns.RecordSet(
            record.resource_name,
            managed_zone=self.managed_zone,
            project=self.project,
            name=record.name.apply(_dotted),
            type=record.type,
            ttl=record.ttl,
            rrdatas=[value],
            opts=opts,
        )
        return made


@dataclass(frozen=True, kw_only=True)
class Azure(DnsHost):
    """Azure DNS: names within the zone, each type's values in a shape of its own, a resource a record set."""

    package: ClassVar = _Package("pulumi-azure-native", "pulumi_azure_native", "azure", (3,))
    whole_sets: ClassVar[bool] = True
    forms: ClassVar = {
        "resource_group_name": _Form(
            re.compile(r"[\w().-]{0,89}[\w()-]"), "Write the group's name alone, such as mail: it is no resource id."
        ),
        "zone_name": _ZONE_NAME,
    }
    resource_group_name: pulumi.Input[str]
    zone_name: pulumi.Input[str]

    @property
    def zone(self) -> pulumi.Input[str]:
        """The zone's name."""
        return _plain(self.zone_name)

    def _make(self, record: DnsRecordToPublish, opts: pulumi.ResourceOptions) -> pulumi.Resource:
        dns = self.package.load().dns
        values: dict[str, Any]
        match record.type:
            case "TXT":
                values = {"txt_records": [dns.TxtRecordArgs(value=record.chunks)]}
            case "MX":
                values = {"mx_records": [dns.MxRecordArgs(preference=record.preference, exchange=record.target)]}
            case _:
                values = {"cname_record": dns.CnameRecordArgs(cname=record.target)}
        made: pulumi.Resource = dns.RecordSet(
            record.resource_name,
            resource_group_name=self.resource_group_name,
            zone_name=self.zone,
            relative_record_set_name=record.relative_name(self.zone_name),
            record_type=record.type,
            ttl=record.ttl,
            **values,
            opts=opts,
        )
        return made


@dataclass(frozen=True, kw_only=True)
class DigitalOcean(DnsHost):
    """DigitalOcean: names within the domain, hosts with a final dot, texts in one piece, a resource a record."""

    package: ClassVar = _Package("pulumi-digitalocean", "pulumi_digitalocean", "digitalocean", (4,))
    forms: ClassVar = {"domain": _ZONE_NAME}
    domain: pulumi.Input[str]

    @property
    def zone(self) -> pulumi.Input[str]:
        """The domain that DigitalOcean serves."""
        return _plain(self.domain)

    def _make(self, record: DnsRecordToPublish, opts: pulumi.ResourceOptions) -> pulumi.Resource:
        made: pulumi.Resource = self.package.load().DnsRecord(
            record.resource_name,
            domain=self.zone,
            name=record.relative_name(self.domain),
            type=record.type,
            ttl=record.ttl,
            value=record.value if record.type == "TXT" else record.target.apply(_dotted),
            priority=record.preference if record.type == "MX" else None,
            opts=opts,
        )
        return made


HOSTS: Final[Mapping[str, type[DnsHost]]] = {
    each.package.extra: each for each in (Cloudflare, Google, Azure, DigitalOcean)
}
"""The hosts by the names of their functions in `tenant_email.dns`."""


def _form_problems(name: str, value: object, form: _Form) -> list[Problem]:
    """Returns what is wrong with an argument; of what is known later nothing is known."""
    problems = later_text_problems(name, value, form.pattern, form.remedy)
    if problems or form is not _ZONE_NAME or not isinstance(value, str):
        return problems
    try:
        normalize_zone(value)
    except ValueError as error:
        return [Problem(name, str(error), form.remedy)]
    return []


def _plain(zone: pulumi.Input[str]) -> pulumi.Input[str]:
    """Returns a zone's name as its host has it: in A-labels, without a final dot."""
    if isinstance(zone, str):
        return normalize_zone(zone)
    return pulumi.Output.from_input(cast("pulumi.Input[str]", zone)).apply(normalize_zone)


def _dotted(name: str) -> str:
    """Returns a host name, or an MX that ends with one, with a final dot."""
    return f"{name.removesuffix('.')}."
