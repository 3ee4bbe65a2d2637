"""The resources: typed inputs and outputs, no logic beyond turning arguments into properties."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast
from weakref import WeakKeyDictionary

import pulumi
from pulumi.dynamic import Resource
from pulumi.runtime.settings import get_root_resource

from tenant_email.errors import InvalidSettings, Problem
from tenant_email.lifecycle.aws_key_ready import AwsKeyReadyLifecycle
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle
from tenant_email.lifecycle.ses_domain_identity import SesDomainIdentityLifecycle
from tenant_email.lifecycle.ses_domain_verification import SesDomainVerificationLifecycle
from tenant_email.platforms.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tenant_email.capabilities import OnDelete, OnDrift, OnExisting, Preflight

_seen: WeakKeyDictionary[pulumi.Resource, dict[str, str]] = WeakKeyDictionary()


class _Named(Resource):
    """A dynamic resource whose subclasses keep its type token, so that a user's subclass changes no state."""

    _resource_type_name: ClassVar[str]

    def __init_subclass__(cls, module: str = "", name: str = "", **kwargs: Any) -> None:
        inherited = getattr(cls, "_resource_type_name", "")
        super().__init_subclass__(module=module, name=name, **kwargs)
        if not name:
            cls._resource_type_name = inherited


def _only_once(what: str, key: str, name: str) -> None:
    """Refuses a second resource for one thing within one run of a program."""
    root = get_root_resource()
    if root is None:
        return
    names = _seen.setdefault(root, {})
    if (other := names.setdefault(key, name)) != name:
        problem = Problem("", f"{what} is managed by {other!r} already", "Keep one of the two resources.")
        raise InvalidSettings(name, (problem,))


def _settings(settings: object, name: str) -> dict[str, Any]:
    if isinstance(settings, Settings):
        return settings.to_props()
    problem = Problem("settings", f"is {type(settings).__name__}", "Use a settings class, such as auth0.Smtp(…).")
    raise InvalidSettings(name, (problem,))


def _options(
    opts: pulumi.ResourceOptions | None, on_delete: OnDelete | None, secrets: Sequence[str] = ()
) -> tuple[pulumi.ResourceOptions, bool]:
    """Returns (options for Pulumi, whether an import was asked for).

    `import_` means: adopt without a write, because the SDK's host cannot import (design.md section 6, fact 12).
    A dynamic resource never receives a provider. "retain" also keeps the engine from calling delete.
    """
    merged = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(additional_secret_outputs=list(secrets)))
    importing = merged.import_ is not None
    merged.import_ = merged.provider = None
    if on_delete == "retain" and merged.retain_on_delete is None:
        merged.retain_on_delete = True
    return merged, importing


def _region(region: pulumi.Input[str] | None) -> pulumi.Input[str] | None:
    """Returns the region given, or the stack's, or the environment's, so that state says where a thing is."""
    environ = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    return region or pulumi.Config("aws").get("region") or environ


def _profile(profile: pulumi.Input[str | None] | None) -> pulumi.Input[str | None] | None:
    return profile or pulumi.Config("aws").get("profile")


def _own_tags(tags: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None) -> pulumi.Output[dict[str, str]]:
    """Adds the tags by which an identity is known as this stack's, also after a run that was killed."""
    own = {
        "managed-by": "pulumi-tenant-email",
        "pulumi-project": pulumi.get_project(),
        "pulumi-stack": pulumi.get_stack(),
    }
    given: pulumi.Output[Mapping[str, Any]] = pulumi.Output.from_input(cast("Any", tags or {}))
    return given.apply(lambda tags: {**tags, **own})


class EmailProvider(_Named, module="tenant-email", name="EmailProvider"):
    """What sends a tenant's mail.

    Args:
        name: the resource's name in the stack.
        tenant: the name of a tenant in the stack config `tenant-email:tenants`.
        settings: one of a platform's classes, such as `auth0.Smtp`. A secret that is omitted is left as the tenant
            holds it.
        from_address: the default sender, `a@b.example` or `Name <a@b.example>`; must be one the transport may use.
        enabled: False keeps the configuration but sends nothing through it.
        on_existing: "fail" says what exists; "adopt" takes it over and changes only what differs.
        on_delete: None deletes what was created and leaves what was adopted; or "delete", "disable", "retain".
        on_drift: "fail" compares live with recorded before a write and stops when somebody else changed it.
        preflight: a check of the transport before the write.
        test_recipient: where a test mail goes, for `preflight="send"`.
        sending_domain: the verified domain that `from_address` must lie in; TenantEmail sets it.
        sending_addresses: the only addresses that may send, where a policy says so; TenantEmail sets it.
        opts: Pulumi's options; `import_` means adopt without a write.

    """

    tenant: pulumi.Output[str]
    settings: pulumi.Output[dict[str, Any]]
    from_address: pulumi.Output[str | None]
    enabled: pulumi.Output[bool]
    live: pulumi.Output[dict[str, Any]]
    adopted: pulumi.Output[bool]

    def __init__(
        self,
        name: str,
        *,
        tenant: str = "main",
        settings: Settings,
        from_address: pulumi.Input[str] | None = None,
        enabled: pulumi.Input[bool] = True,
        on_existing: OnExisting = "fail",
        on_delete: OnDelete | None = None,
        on_drift: OnDrift = "overwrite",
        preflight: Preflight = "off",
        test_recipient: pulumi.Input[str] | None = None,
        sending_domain: pulumi.Input[str] | None = None,
        sending_addresses: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        _only_once(f"the e-mail provider of tenant {tenant}", f"provider {tenant}", name)
        options, importing = _options(opts, on_delete)
        props = {
            "tenant": tenant,
            "settings": _settings(settings, name),
            "from_address": from_address,
            "enabled": enabled,
            "on_existing": "import" if importing else on_existing,
            "on_delete": on_delete,
            "on_drift": on_drift,
            "preflight": preflight,
            "test_recipient": test_recipient,
            "sending_domain": sending_domain,
            "sending_addresses": sending_addresses,
            "live": None,
            "marks": None,
            "adopted": None,
        }
        super().__init__(EmailProviderLifecycle(), name, props, options)


class EmailTemplate(_Named, module="tenant-email", name="EmailTemplate"):
    """One e-mail template of a tenant.

    Args:
        name: the resource's name in the stack.
        tenant: the name of a tenant in the stack config `tenant-email:tenants`.
        settings: a platform's `Template`. An option that is omitted is not managed.
        provider_id: give it `provider.id`, so that the template is applied after the provider and removed before it.
        on_existing: "adopt" takes an existing template over, with a snapshot that a destroy puts back; or "fail".
        sending_domain: as in EmailProvider, for the template's own `from_address`.
        sending_addresses: as in EmailProvider.
        on_delete: None disables what was created and restores what was adopted; or "disable", "restore", "retain".
        opts: Pulumi's options; `import_` means adopt without a write.

    """

    tenant: pulumi.Output[str]
    settings: pulumi.Output[dict[str, Any]]
    live: pulumi.Output[dict[str, Any]]
    adopted: pulumi.Output[bool]
    snapshot: pulumi.Output[dict[str, Any] | None]

    def __init__(
        self,
        name: str,
        *,
        tenant: str = "main",
        settings: Settings,
        provider_id: pulumi.Input[str] | None = None,
        sending_domain: pulumi.Input[str] | None = None,
        sending_addresses: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        on_existing: OnExisting = "adopt",
        on_delete: OnDelete | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        options, importing = _options(opts, on_delete, secrets=["snapshot"])
        props = {
            "tenant": tenant,
            "settings": _settings(settings, name),
            "provider_id": provider_id,
            "sending_domain": sending_domain,
            "sending_addresses": sending_addresses,
            "on_existing": "import" if importing else on_existing,
            "on_delete": on_delete,
            "live": None,
            "adopted": None,
            "snapshot": None,
        }
        super().__init__(EmailTemplateLifecycle(), name, props, options)


class SesDomainIdentity(_Named, module="tenant-email", name="SesDomainIdentity"):
    """A domain that Amazon SES may send from, proven by DKIM.

    Args:
        name: the resource's name in the stack.
        domain: the domain; case, a trailing dot and non-ASCII letters are normalised.
        region: the SES region; else `aws:region` or the AWS chain.
        dkim: "easy": SES makes and rotates a 2048-bit key, three CNAME records prove the domain.
        expected_account: the AWS account that this must happen in; another one fails before any write.
        tags: AWS tags.
        on_existing: "fail" says so when SES knows the domain already; "adopt" takes it over, a destroy leaves it.
        on_delete: None deletes what was created; or "delete", "retain".
        profile: an AWS profile; else `aws:profile` or the AWS chain.
        opts: Pulumi's options.

    """

    domain: pulumi.Output[str]
    region: pulumi.Output[str]
    identity_arn: pulumi.Output[str]
    dkim_tokens: pulumi.Output[list[str]]
    dns_records: pulumi.Output[list[dict[str, Any]]]
    verification_status: pulumi.Output[str]
    sandbox: pulumi.Output[bool]

    def __init__(
        self,
        name: str,
        *,
        domain: pulumi.Input[str],
        region: pulumi.Input[str] | None = None,
        dkim: Literal["easy"] = "easy",
        expected_account: pulumi.Input[str] | None = None,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        on_existing: OnExisting = "fail",
        on_delete: OnDelete | None = None,
        profile: pulumi.Input[str | None] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        options, _ = _options(opts, on_delete)
        props = {
            "domain": domain,
            "region": _region(region),
            "dkim": dkim,
            "expected_account": expected_account,
            "tags": _own_tags(tags),
            "on_existing": on_existing,
            "on_delete": on_delete,
            "profile": _profile(profile),
            "identity_arn": None,
            "dkim_tokens": None,
            "dns_records": None,
            "adopted": None,
            "verification_status": None,
            "sandbox": None,
        }
        super().__init__(SesDomainIdentityLifecycle(), name, props, options)


class SesDomainVerification(_Named, module="tenant-email", name="SesDomainVerification"):
    """Waits until a domain is verified: first its records at the zone's own servers, then SES.

    Args:
        name: the resource's name in the stack.
        domain: the domain of a SesDomainIdentity.
        region: its SES region.
        records: `identity.dns_records`.
        timeout: how long to wait, as in "90s", "10m", "1h".
        profile: an AWS profile.
        opts: Pulumi's options; make it depend on the DNS records.

    """

    domain: pulumi.Output[str]
    verification_status: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        domain: pulumi.Input[str],
        region: pulumi.Input[str] | None = None,
        records: pulumi.Input[Sequence[Mapping[str, Any]]],
        timeout: pulumi.Input[str] = "10m",
        profile: pulumi.Input[str | None] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        options, _ = _options(opts, None)
        props = {
            "domain": domain,
            "region": _region(region),
            "records": records,
            "timeout": timeout,
            "profile": _profile(profile),
            "verification_status": None,
        }
        super().__init__(SesDomainVerificationLifecycle(), name, props, options)


class AwsKeyReady(_Named, module="tenant-email", name="AwsKeyReady"):
    """Waits, at most 60 s, until a new IAM access key works: AWS refuses it for some seconds.

    Args:
        name: the resource's name in the stack.
        access_key_id: the key.
        secret_access_key: its secret.
        region: the region whose STS is asked.
        opts: Pulumi's options.

    """

    access_key_id: pulumi.Output[str]
    secret_access_key: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        access_key_id: pulumi.Input[str],
        secret_access_key: pulumi.Input[str],
        region: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        options, _ = _options(opts, None)
        props = {
            "access_key_id": access_key_id,
            "secret_access_key": pulumi.Output.secret(secret_access_key),
            "region": _region(region),
        }
        super().__init__(AwsKeyReadyLifecycle(), name, props, options)
