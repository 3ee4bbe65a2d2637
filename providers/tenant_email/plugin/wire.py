"""Pulumi's own words on the wire, taken from the SDK, which gives them no public name, so that they cannot differ."""

from __future__ import annotations

from typing import Any, Final

from pulumi.runtime import _grpc_settings, rpc

# ruff: noqa: SLF001
# pyright: reportPrivateUsage=false

SIGNATURE: Final[str] = rpc._special_sig_key
"""The key by which a map is something else than a map: one of the following."""
SECRET: Final[str] = rpc._special_secret_sig
OUTPUT: Final[str] = rpc._special_output_value_sig
ASSET: Final[str] = rpc._special_asset_sig
ARCHIVE: Final[str] = rpc._special_archive_sig
RESOURCE: Final[str] = rpc._special_resource_sig

CHANNEL_OPTIONS: Final[list[tuple[str, Any]]] = _grpc_settings._GRPC_CHANNEL_OPTIONS
"""How large a message may be, as for the SDK's own channels."""
