"""Regions and partitions as botocore's endpoint data has them; nothing is asked on the network.

The data is read without botocore's code, which a program that only builds ARNs needs not load. A region that is newer
than the botocore installed is not a typo: so each refusal says how to get on in one.
"""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypedDict

from tenant_email.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

_SES: Final = "email"  # the endpoint prefix of SES v2
COMMERCIAL: Final = "aws"
_NEARBY: Final = 3
_NEWER: Final = "upgrade boto3, or set aws:skipRegionValidation to true in the stack's config"


class _Outputs(TypedDict):
    dnsSuffix: str


class _Partition(TypedDict):
    """An entry of partitions.json."""

    id: str
    outputs: _Outputs
    regionRegex: str
    regions: Mapping[str, object]


class _Service(TypedDict):
    endpoints: Mapping[str, object]


class _Endpoints(TypedDict):
    """An entry of endpoints.json."""

    partition: str
    regions: Mapping[str, object]
    services: Mapping[str, _Service]


def _read(name: str) -> str:
    package = find_spec("botocore")
    if package is None or not package.submodule_search_locations:
        message = "botocore is not installed"
        raise ModuleNotFoundError(message)
    return (Path(package.submodule_search_locations[0]) / "data" / name).read_text(encoding="utf-8")


@cache
def _partitions() -> list[_Partition]:
    """Returns the partitions with the forms of their regions' names: little to read."""
    found: list[_Partition] = json.loads(_read("partitions.json"))["partitions"]
    return found


@cache
def _endpoints() -> list[_Endpoints]:
    """Returns the partitions with what is served where: a megabyte, which only a check of a region reads."""
    found: list[_Endpoints] = json.loads(_read("endpoints.json"))["partitions"]
    return found


@cache
def _partition(region: str) -> _Partition:
    """Returns the partition of a region, by its name or its form; the commercial one where no form fits."""
    by_name = [each for each in _partitions() if region in each["regions"]]
    by_form = [each for each in _partitions() if re.match(each["regionRegex"], region)]
    commercial = [each for each in _partitions() if each["id"] == COMMERCIAL]
    return (by_name or by_form or commercial)[0]


def partition_of(region: str) -> str:
    """Returns the partition of a region, such as aws, aws-us-gov or aws-eusc; that of a newer region by its form."""
    return _partition(region)["id"]


def dns_suffix(region: str) -> str:
    """Returns the domain that the names of AWS's endpoints end with in a region, such as amazonaws.com."""
    return _partition(region)["outputs"]["dnsSuffix"]


@cache
def regions(partition: str | None = None) -> frozenset[str]:
    """Returns the regions of a partition, or of all."""
    return frozenset(
        name for each in _endpoints() if partition in (None, each["partition"]) for name in each["regions"]
    )


@cache
def ses_regions(partition: str) -> frozenset[str]:
    """Returns the regions of a partition that have SES."""
    served = [each["services"].get(_SES) for each in _endpoints() if each["partition"] == partition]
    return regions(partition) & frozenset(name for service in served if service for name in service["endpoints"])


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
        remedy = f"Write {nearest}; if it is newer than the installed botocore, {_NEWER}."
        return Problem(path, f"{region} is not an AWS region", remedy)
    partition = partition_of(region)
    if not ses or region in ses_regions(partition):
        return None
    if found := nearby(region, ses_regions(partition)):
        remedy = f"Choose one nearby: {', '.join(found)}; if SES has become available there since, {_NEWER}."
        return Problem(path, f"SES is not in {region}", remedy)
    remedy = f"Use an account and a region of another partition; if SES has become available in it since, {_NEWER}."
    return Problem(path, f"SES is not in {region}, nor elsewhere in the partition {partition}", remedy)
