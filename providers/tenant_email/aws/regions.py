"""Regions and partitions as botocore's endpoint data has them; nothing is asked on the network.

A region that is newer than the botocore installed is no typo: so each refusal says how to get on in one.
"""

from __future__ import annotations

import difflib
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import UnknownRegionError
from botocore.loaders import Loader
from botocore.regions import EndpointResolver

from tenant_email.errors import Problem

if TYPE_CHECKING:
    from tenant_email.shapes import Props

_SES: Final = "email"  # the endpoint prefix of SES v2
COMMERCIAL: Final = "aws"
_NEARBY: Final = 3
_NEWER: Final = "upgrade boto3, or set aws:skipRegionValidation to true in the stack's config"


@cache
def _resolver() -> Any:
    return EndpointResolver(Loader().load_data("endpoints"), uses_builtin_data=True)


def partition_of(region: str) -> str:
    """Returns the partition of a region, such as aws, aws-us-gov or aws-eusc; that of a newer region by its form."""
    try:
        return str(_resolver().get_partition_for_region(region))
    except UnknownRegionError:
        return COMMERCIAL


def dns_suffix(region: str) -> str:
    """Returns the domain that the names of AWS's endpoints end with in a region, such as amazonaws.com."""
    return str(_resolver().get_partition_dns_suffix(partition_of(region)))


@cache
def regions(partition: str | None = None) -> frozenset[str]:
    """Returns the regions of a partition, or of all."""
    partitions: list[Props] = Loader().load_data("endpoints")["partitions"]
    return frozenset(name for each in partitions if partition in (None, each["partition"]) for name in each["regions"])


@cache
def ses_regions(partition: str) -> frozenset[str]:
    """Returns the regions of a partition that have SES."""
    return regions(partition) & frozenset(_resolver().get_available_endpoints(_SES, partition))


def nearby(region: str, among: frozenset[str]) -> list[str]:
    """Returns the names among these that are most like a region's: the same continent first."""
    same = frozenset(name for name in among if name.split("-")[0] == region.split("-", maxsplit=1)[0])
    return _like(region, same or among)[:_NEARBY]


def _like(region: str, among: frozenset[str]) -> list[str]:
    """Returns names, the most alike first; of those that are equally so the one of the same letters: `esat` is east."""

    def likeness(name: str) -> tuple[float, int, str]:
        return difflib.SequenceMatcher(None, region, name).ratio(), (Counter(region) & Counter(name)).total(), name

    return sorted(among, key=likeness, reverse=True)


def region_problem(path: str, region: str, *, ses: bool = True) -> Problem | None:
    """Returns what is wrong with the name of a region; with `ses`, SES must be there."""
    if region not in regions():
        nearest = _like(region.lower(), regions())[0]
        remedy = f"Write {nearest}; where it is newer than the botocore installed here, {_NEWER}."
        return Problem(path, f"{region} is no AWS region", remedy)
    partition = partition_of(region)
    if not ses or region in ses_regions(partition):
        return None
    if found := nearby(region, ses_regions(partition)):
        remedy = f"Choose one nearby: {', '.join(found)}; where SES has come to it since, {_NEWER}."
        return Problem(path, f"SES is not in {region}", remedy)
    remedy = f"Use an account and a region of another partition; where SES has come to this one since, {_NEWER}."
    return Problem(path, f"SES is not in {region}, nor elsewhere in the partition {partition}", remedy)
