"""The AWS provider that a resource is under, for dynamic resources, which never receive a provider.

An explicit provider, the resource's own or one inherited from a component, is asked for what it was configured with:
the engine tells that of every registered resource (`pulumi:pulumi:getResource`). Region, profile, roles and the like go
to the lifecycle as inputs. Keys never do, because inputs are kept in the state: those that are the stack config's or
the environment's are read there by the lifecycle itself, and others are refused at preview.
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime import invoke_async
from pulumi.runtime.config import get_config
from pulumi.runtime.rpc import UNKNOWN

from tenant_email.aws.provider_settings import KEYS, SETTINGS, provider_props
from tenant_email.errors import InvalidSettings, Problem
from tenant_email.resources import faces

if TYPE_CHECKING:
    from tenant_email.json_types import Props, PropsView

_PACKAGE: Final = "aws"
_OTHER_PACKAGE: Final = "aws-native"
_VARIABLES: Final = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
_configurations: WeakKeyDictionary[pulumi.ProviderResource, asyncio.Task[Props]] = WeakKeyDictionary()


def explicit_provider(opts: pulumi.ResourceOptions | None) -> pulumi.ProviderResource | None:
    """Returns the AWS provider that the options of a resource give it, or that its parent passes on.

    Raises:
        InvalidSettings: they give one of AWS's other package, by which nothing would be reached.
    """
    if opts is None:
        return None
    if isinstance(opts.provider, pulumi.ProviderResource) and opts.provider.package == _OTHER_PACKAGE:
        what = f"is a provider of {_OTHER_PACKAGE}, and SES is reached as one of pulumi_aws is"
        remedy = "Pass aws.Provider(…) with the same region, profile and roles."
        raise InvalidSettings("opts", (Problem("provider", what, remedy),))
    given = opts.providers or []
    listed = list(given.values()) if isinstance(given, dict) else given if isinstance(given, list) else [given]
    for provider in (opts.provider, *listed):
        if isinstance(provider, pulumi.ProviderResource) and provider.package == _PACKAGE:
            return provider
    return opts.parent.get_provider(f"{_PACKAGE}:index:Provider") if opts.parent else None


def aws_inputs(
    region: pulumi.Input[str] | None, profile: pulumi.Input[str | None] | None, opts: pulumi.ResourceOptions | None
) -> Props:
    """Returns the inputs `region`, `profile` and `aws_provider` of a resource.

    What is given counts first, then the explicit provider, then the stack's config, then the environment. A profile
    that is given stands for itself: nothing else of the provider counts.
    """
    provider = explicit_provider(opts)
    if provider is None:
        config = pulumi.Config(_PACKAGE)
        return {"region": region or config.get("region") or _region(), "profile": profile or config.get("profile")}
    return {
        "region": _setting(provider, "region", _region()) if region is None else region,
        "profile": _setting(provider, "profile", None) if profile is None else profile,
        "aws_provider": _settings(provider) if profile is None else None,
    }


def _region() -> str | None:
    return os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")


async def _configuration(provider: pulumi.ProviderResource) -> Props:
    """Returns what a provider was configured with; what a preview does not know yet is `UNKNOWN`."""
    urn = await provider.urn.future()
    found: Any = await invoke_async("pulumi:pulumi:getResource", {"urn": urn})
    return dict(found["state"])


def _ask(provider: pulumi.ProviderResource) -> asyncio.Task[Props]:
    if provider not in _configurations:
        _configurations[provider] = asyncio.ensure_future(_configuration(provider))
    return _configurations[provider]


def _setting(provider: pulumi.ProviderResource, name: str, default: str | None) -> pulumi.Output[str | None]:
    async def value() -> Any:
        return (await _ask(provider)).get(name) or default

    return _output(value(), secret=False)


def _settings(provider: pulumi.ProviderResource) -> pulumi.Output[Props | None]:
    async def value() -> Any:
        return _lifecycle_settings(await _ask(provider))

    return _output(value(), secret=True)


def _lifecycle_settings(configuration: PropsView) -> Any:
    """Returns what a lifecycle must know of an explicit provider; None where it does so anyway."""
    settings = {name: value for name, value in configuration.items() if name in SETTINGS}
    if any(value == UNKNOWN for name, value in settings.items() if name not in KEYS):
        return UNKNOWN
    keys = {name: value for name in KEYS if (value := settings.pop(name, None))}
    props = provider_props(settings)
    if keys:
        props["keys"] = _origin(keys)
    in_config = any(get_config(f"{_PACKAGE}:{name}") for name in SETTINGS if name != "region")
    return props or ({} if in_config else None)


def _origin(keys: PropsView) -> str:
    """Returns where a provider's keys are from; the keys themselves go nowhere."""
    config = {name: get_config(f"{_PACKAGE}:{name}") for name in KEYS}
    environ = {name: os.environ.get(variable) for name, variable in zip(KEYS, _VARIABLES, strict=True)}
    origins = (("config", config), ("environment", environ))
    for origin, known in origins if faces.current().sees_stack_config else origins[1:]:
        if keys == {name: value for name, value in known.items() if value}:
            return origin
    return "elsewhere"


def _output(value: Any, *, secret: bool) -> pulumi.Output[Any]:
    found = asyncio.ensure_future(value)

    async def is_known() -> bool:
        return bool(await found != UNKNOWN)

    async def is_secret() -> bool:
        # an absent value is not a secret: Pulumi would keep a mark of it in the state
        return secret and await found is not None

    return pulumi.Output(set(), found, is_known(), is_secret())
