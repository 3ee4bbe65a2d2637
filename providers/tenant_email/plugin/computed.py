"""Outputs that a Python program makes of others by itself, and that programs in other languages get from here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.inputs.unknowns import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from tenant_email.json_types import Json, Props, PropsView
    from tenant_email.plugin.values import Path


def add(name: str, props: PropsView) -> Props:
    """Returns a resource's properties with the outputs that follow from them, unknown where those are."""
    more = _COMPUTED.get(name, {})
    return {**props, **{output: _apply(make, props.get(source)) for output, (source, make) in more.items()}}


def repeating(name: str, places: Collection[Path]) -> list[Path]:
    """Returns the places of the outputs that follow from one of these places, and are as secret."""
    tops = {place[0] for place in places if place}
    return [(output,) for output, (source, _) in _COMPUTED.get(name, {}).items() if source in tops]


def _apply(make: Callable[[Json], Json], value: Json) -> Json:
    return value if value is None or value is UNKNOWN else make(value)


def _placeholder(esv: str) -> str:
    from tenant_email.platforms.pingone_aic.placeholders import esv as placeholder_of  # noqa: PLC0415 - this platform's alone

    return placeholder_of(esv)


def _records_table(records: list[Props]) -> str:
    from tenant_email.aws.dns_records import DnsRecord, record_table  # noqa: PLC0415 - SES's alone

    return record_table([DnsRecord.from_props(each) for each in records])


_COMPUTED: Final[Mapping[str, Mapping[str, tuple[str, Callable[[Json], Json]]]]] = {
    "EsvVariable": {"placeholder": ("esv", _placeholder)},
    "EsvSecret": {"placeholder": ("esv", _placeholder)},
    "SesDomainIdentity": {"records_table": ("dns_records", _records_table)},
}
