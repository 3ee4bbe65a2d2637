"""Where a sending domain lives: region, account and profile, the same for pulumi_aws and for SES."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final, cast

import pulumi
from pulumi.runtime import is_dry_run

from tenant_email.errors import InvalidSettings, Problem, Unavailable, redact_external
from tenant_email.resources.aws_provider import aws_inputs, explicit_provider

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from tenant_email.json_types import Props


_PULUMI_AWS: Final = "pulumi-aws"
_MAJOR: Final = 7


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where mail is sent; has_smtp: by SMTP as well as by the API."""

    account: str
    region: str
    has_smtp: bool


@dataclass(frozen=True)
class Place:
    """Where the parts of a component are made.

    What SES is reached by is the AWS provider of the component, explicit or inherited, as each dynamic resource finds
    it (resources/aws_provider.py); a profile that is given counts instead. The account that the provider sees is what
    SES is held to.
    """

    region: pulumi.Output[str]
    account: pulumi.Output[str]
    profile: pulumi.Input[str | None] | None
    invoke: pulumi.InvokeOptions
    opts: pulumi.ResourceOptions
    known: tuple[Hashable, Hashable, Hashable] = (None, None, None)
    """What tells two places apart, as far as that is known at once: provider, region and profile."""

    @classmethod
    def of(
        cls,
        component: pulumi.ComponentResource,
        region: pulumi.Input[str] | None,
        profile: pulumi.Input[str | None] | None,
        *,
        name: str,
    ) -> Place:
        """Finds out where a component lives, by what it was given and by its AWS provider.

        Raises:
            InvalidSettings: the pulumi_aws that is installed has other names for what a component makes.
        """
        _require_known_major(name)
        invoke = pulumi.InvokeOptions(parent=component)
        found, account = _region_and_account(name, invoke)
        return cls(
            region=found if region is None else pulumi.Output.from_input(region),
            account=account,
            profile=profile,
            invoke=invoke,
            opts=(opts := pulumi.ResourceOptions(parent=component)),
            known=_known(region, profile, opts),
        )

    def by(self, provider: pulumi.ProviderResource) -> Place:
        """Returns a place that another AWS provider reaches, such as a DNS zone in another account."""
        invoke = pulumi.InvokeOptions(parent=self.opts.parent, provider=provider)
        region, account = _region_and_account("dns", invoke)
        return Place(
            region=region,
            account=account,
            profile=None,
            invoke=invoke,
            opts=pulumi.ResourceOptions(parent=self.opts.parent, provider=provider),
        )

    def after(self, *resources: pulumi.Resource) -> pulumi.ResourceOptions:
        """Returns the options of a part that is made after others."""
        return pulumi.ResourceOptions.merge(self.opts, pulumi.ResourceOptions(depends_on=_as_inputs(resources)))

    @property
    def known_account(self) -> Hashable:
        """What tells two accounts apart, as far as that is known at once."""
        provider, _, profile = self.known
        return provider, profile

    @property
    def props(self) -> Props:
        """The inputs by which a dynamic resource is in this place."""
        return {"region": self.region, "expected_account": self.account, "profile": self.profile}

    def behind(self, *resources: pulumi.Resource) -> Place:
        """Returns the place for parts that are all made after these."""
        return replace(self, opts=self.after(*resources))

    def kept(self) -> Place:
        """Returns the place for parts that outlive the stack, because what uses them does."""
        opts = pulumi.ResourceOptions.merge(self.opts, pulumi.ResourceOptions(retain_on_delete=True))
        return replace(self, opts=opts)


def _require_known_major(name: str) -> None:
    """Refuses a major of pulumi_aws that pip would not have installed: its names are others, as `region` is in 7."""
    if not (found := version(_PULUMI_AWS)).startswith(f"{_MAJOR}."):
        what = f"{found} is installed, and {name} is made of {_PULUMI_AWS} {_MAJOR}"
        remedy = f"Run: pip install '{_PULUMI_AWS}>={_MAJOR},<{_MAJOR + 1}'."
        raise InvalidSettings(name, (Problem(_PULUMI_AWS, what, remedy),))


def _known(
    region: pulumi.Input[str] | None, profile: pulumi.Input[str | None] | None, opts: pulumi.ResourceOptions
) -> tuple[Hashable, Hashable, Hashable]:
    provider = explicit_provider(opts)
    given = {"region": region, "profile": profile} if provider else aws_inputs(region, profile, opts)
    # an output is like itself alone: two that are not known yet may be two regions
    return provider, cast("Hashable", given["region"]), cast("Hashable", given["profile"])


def _region_and_account(name: str, invoke: pulumi.InvokeOptions) -> tuple[pulumi.Output[str], pulumi.Output[str]]:
    """Returns the region and the account of an AWS provider."""
    import pulumi_aws as aws  # noqa: PLC0415 - slow to load, and only a component that is built needs it

    region = _answer_of_provider(aws.get_region_output(opts=invoke).region, name, "the region")
    account = aws.get_caller_identity_output(opts=invoke).account_id
    return region, _answer_of_provider(account, name, "whose account it is")


def aws_failure(what: str, error: Exception) -> Unavailable:
    """Returns what is told where the AWS provider answers a question with an error: AWS's own words, at its end."""
    said = redact_external(str(error).rpartition("api error ")[2])
    remedy = "Log in to AWS again, or correct the settings of the AWS provider; then run again."
    return Unavailable(f"{what}: {said}", remedy=remedy, uncertain=False)


def _answer_of_provider(answer: pulumi.Output[str], name: str, what: str) -> pulumi.Output[str]:
    """Returns what the provider answers; unknown in a preview in which the provider itself is not configured yet."""

    async def ask() -> tuple[set[pulumi.Resource], Any, bool, bool]:
        try:
            value = await answer.future()
            is_known = await answer.is_known() and not (is_dry_run() and value is None)
            return await answer.resources(), value, is_known, await answer.is_secret()
        except Exception as error:  # noqa: BLE001 - the SDK raises nothing more exact
            raise aws_failure(f"{name}: AWS does not tell {what}", error) from None

    asked = asyncio.ensure_future(ask())
    parts: list[asyncio.Future[Any]] = [asyncio.get_running_loop().create_future() for _ in range(4)]

    def settle(done: asyncio.Task[tuple[Any, ...]]) -> None:
        for number, part in enumerate(parts):
            if done.cancelled():
                part.cancel()
            elif error := done.exception():
                part.set_exception(error)
                part.exception()  # which whoever awaits it tells; of one that nobody awaits nothing is to be said
            else:
                part.set_result(done.result()[number])

    asked.add_done_callback(settle)
    resources, value, is_known, is_secret = parts
    return pulumi.Output(resources, value, is_known, is_secret)


def _as_inputs(resources: Sequence[pulumi.Resource]) -> list[pulumi.Input[pulumi.Resource]]:
    return list(resources)
