"""No literal secrets: one that is written into a program is in its repository, for everyone and for good.

The library marks a literal secret as it does any other, and a policy does not even see the marks. So it is asked where
a value can have come from: the stack's config, the environment, or another resource.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import pulumi.runtime
from pulumi_policy import Severity

from tenant_email_policies.origins import Origins
from tenant_email_policies.rule import Config, Finding, StackRule
from tenant_email_policies.secret_inputs import secrets
from tenant_email_policies.values import from_json, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email_policies.seen import Stack

_ENGINE_S_OWN: Final = ("PULUMI_CONFIG",)


def judge(stack: Stack, _config: Config) -> Iterator[Finding]:
    """Yields the secrets that came from nowhere a policy can see."""
    if (known := sources()) is None:
        return
    origins = Origins(known)
    for seen in stack.resources:
        for path, value in secrets(seen):
            if value and not (seen.made_of(path) or seen.ignores(path) or origins.explain(value)):
                what = "is a secret that came from neither stack config, the environment nor a resource"
                remedy = (
                    "Set it with `pulumi config set --secret`. If a file or a function gave it, add the resource to "
                    "the config's exempt."
                )
                yield Finding(seen, path, what, remedy)


def sources() -> frozenset[str] | None:
    """Returns every text of stack config and environment; None where the engine did not say what the config is."""
    if "PULUMI_STACK" not in os.environ:
        return None
    config = pulumi.runtime.get_config_env().values()
    environment = [value for name, value in os.environ.items() if name not in _ENGINE_S_OWN]
    return frozenset(text for value in config for _, text in texts(from_json(value))) | {*config, *environment}


RULE: Final = StackRule(
    name="no-literal-secrets",
    description="A secret must not be written into a program.",
    remediation="Set it with `pulumi config set --secret`.",
    severity=Severity.CRITICAL,
    config=Config,
    judge=judge,
)
