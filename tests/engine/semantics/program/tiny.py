"""What a program uses of the plug-in `tiny`."""

from __future__ import annotations

from typing import Any

import pulumi


class Box(pulumi.CustomResource):
    """A box somewhere."""

    where: pulumi.Output[str]
    key: pulumi.Output[str]

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None, /, **props: Any) -> None:
        options = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(version="1.2.3"), opts)
        super().__init__("tiny:index:Box", name, {"where": None, "key": None, **props}, options)


class Provider(pulumi.ProviderResource):
    """A configured plug-in."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None, /, **props: Any) -> None:
        super().__init__(
            "tiny", name, props, pulumi.ResourceOptions.merge(pulumi.ResourceOptions(version="1.2.3"), opts)
        )


def greet(name: str, provider: Provider | None = None) -> Any:
    """Calls the plug-in's function."""
    options = pulumi.InvokeOptions(provider=provider, version="1.2.3")
    return pulumi.runtime.invoke("tiny:index:greet", {"name": name}, options).value["text"]
