"""Protected tenants: nothing deletes or overwrites what they have, unless someone takes the policy off first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from pulumi_policy import Severity
from pydantic import Field

from tenant_email_policies.rule import Finding, ProductionConfig, ResourceRule, matches
from tenant_email_policies.values import is_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email_policies.seen import Seen

Forbidden = Literal["delete", "overwrite", "adopt", "drift"]

_OF_TENANT: Final = frozenset({"EmailProvider", "EmailTemplate", "EsvSecret", "EsvVariable"})
_OF_SES: Final = frozenset({"SesDomainIdentity", "SesDomainSettings", "SesDomainRecord"})


class TakeoverConfig(ProductionConfig):
    """Which tenants are protected, and from what."""

    tenants: tuple[str, ...] = Field(
        default=(),
        description="Tenants that are protected in every stack, by their names in `tenant-email:tenants`; * and ? are "
        "wildcards. In production stacks every tenant is, and the sending domain; and what has the option `protect`.",
    )
    forbid: tuple[Forbidden, ...] = Field(
        default=("delete", "overwrite"),
        description="delete: on_delete=delete. overwrite: overwrite, overwrite_records. adopt: on_existing=adopt, but "
        "for templates. drift: an EmailProvider without on_drift=fail.",
    )


def judge(seen: Seen, config: TakeoverConfig) -> Iterator[Finding]:
    """Yields what a resource of a protected tenant may delete, overwrite or take over."""
    if not _is_protected(seen, config):
        return
    forbid = frozenset(config.forbid)
    # with the option `protect` Pulumi itself refuses to delete
    if "delete" in forbid and seen.at("on_delete") == "delete" and not seen.protect:
        what = "is delete: a destroy takes down what somebody else changed since, or made"
        yield Finding(seen, "on_delete", what, "Omit it.")
    if "overwrite" in forbid:
        yield from _overwrites(seen)
    # a template always exists, is adopted by default, and is put back by a destroy
    if "adopt" in forbid and seen.kind != "EmailTemplate" and seen.at("on_existing") == "adopt":
        what = "is adopt: what somebody configured by hand is taken over and changed"
        yield Finding(seen, "on_existing", what, "Import it: `opts` with import_ adopts without a write.")
    if "drift" in forbid and seen.kind == "EmailProvider" and seen.at("on_drift") in (None, "overwrite"):
        what = "is not fail: what somebody changed by hand is overwritten"
        yield Finding(seen, "on_drift", what, "Set `on_drift` to fail.")


def _is_protected(seen: Seen, config: TakeoverConfig) -> bool:
    is_protected = seen.protect or config.is_production(seen.stack)
    if seen.kind in _OF_SES or (not seen.kind and seen.is_of_sending_domain):
        return is_protected
    if seen.kind not in _OF_TENANT:
        return False
    tenant = seen.at("tenant")
    name = "main" if tenant is None else tenant
    return is_protected or (isinstance(name, str) and matches(name, config.tenants))


def _overwrites(seen: Seen) -> Iterator[Finding]:
    remedy = "Omit it, once what is there is imported or removed."
    # the names of SES's own DKIM keys are made for this identity: what stands there can only be an older record of it
    of_ses = (seen.at("purpose"), seen.at("type")) == ("DKIM", "CNAME")
    if seen.at("overwrite") is True and not of_ses:
        yield Finding(seen, "overwrite", "is true: what exists is overwritten", remedy)
    # of a record at a DNS host, such as Route 53's, that a function of the program's publishes
    if seen.at("allow_overwrite") is True:
        yield Finding(seen, "allow_overwrite", "is true: what exists is overwritten", remedy)
    records = seen.at("overwrite_records")
    if is_list(records) and records:
        yield Finding(seen, "overwrite_records", "names DNS records of somebody else's that are replaced", remedy)


RULE: Final = ResourceRule(
    name="protected-tenants",
    description="Nothing of a protected tenant may be deleted or overwritten.",
    remediation="Omit on_delete, overwrite and the like, or take the tenant out of the protected ones.",
    severity=Severity.HIGH,
    config=TakeoverConfig,
    judge=judge,
)
