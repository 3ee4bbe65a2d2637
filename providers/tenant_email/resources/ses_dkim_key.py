"""A DKIM key of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tenant_email.resources import lifecycles
from tenant_email.resources.base import Named, options_without_import

if TYPE_CHECKING:
    import pulumi


class SesDkimKey(Named, module="tenant-email", name="SesDkimKey"):
    """A DKIM key of your own: publish its record, then pass selector and key to a SesDomainIdentity.

    Args:
        name: the resource's name in the stack.
        selector: names the key in DNS, as in `mail-2026`: 1 to 63 letters, digits and inner hyphens. Another selector
            makes another key, which is how a key is rotated.
        bits: 1024 or 2048 bits of an RSA key; other lengths are refused, as SES takes no others.
        opts: Pulumi's options.

    Outputs: `public_key`, the base64 that its DNS record holds; `private_key` in PEM (secret), which is kept in the
    state and nowhere else. Rules: docs/contracts/aws_ses.md#create.

    """

    secret_outputs = frozenset({"private_key"})

    selector: pulumi.Output[str]
    public_key: pulumi.Output[str]
    """The base64 that the key's DNS record holds."""
    private_key: pulumi.Output[str]
    """The key in PEM (secret); it is kept in the state and nowhere else."""

    def __init__(
        self,
        name: str,
        *,
        selector: pulumi.Input[str],
        bits: Literal[1024, 2048] = 2048,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        options = options_without_import(name, opts, "Pass the key that you have to ses.ByoDkim(private_key=…).")
        props = {"selector": selector, "bits": bits, "public_key": None, "private_key": None}
        super().__init__(lifecycles.SES_DKIM_KEY, name, props, options)
