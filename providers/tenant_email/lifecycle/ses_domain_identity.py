"""SesDomainIdentity: a domain that SES may send from; contracts/aws_ses.md section 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from tenant_email.aws.dkim import EasyDkim
from tenant_email.aws.dns_records import easy_dkim_records, normalise_domain
from tenant_email.errors import AlreadyConfigured, Conflict, Problem
from tenant_email.fields import Text
from tenant_email.lifecycle.aws_session import domain_problems, guard_account, region_problems, ses
from tenant_email.lifecycle.border import Lifecycle, info
from tenant_email.model import Model, known, parse

if TYPE_CHECKING:
    from tenant_email.aws.identity import Identity
    from tenant_email.aws.ses import Ses
    from tenant_email.changes import Props

_MOST_TAGS = 50


class IdentityInputs(Model):
    """The inputs of a SesDomainIdentity."""

    domain: Text
    region: Text | None = None
    dkim: Literal["easy"] = "easy"
    expected_account: Text | None = None
    tags: dict[str, str] = Field(default_factory=dict[str, str])
    on_existing: Literal["fail", "adopt"] = "fail"
    on_delete: Literal["delete", "retain"] | None = None
    profile: Text | None = None


class SesDomainIdentityLifecycle(Lifecycle):
    """The id is `aws-ses/{region}/{domain}`."""

    inputs = frozenset(IdentityInputs.model_fields)

    def problems(self, recorded: Props | None, desired: Props) -> list[Problem]:
        """Validates; SES itself is not asked."""
        inputs, problems = parse(IdentityInputs, desired)
        if inputs is None:
            return problems
        problems += [*domain_problems(inputs.domain), *region_problems(inputs.region)]
        if known(inputs.tags) and len(inputs.tags) > _MOST_TAGS:
            problems.append(Problem("tags", f"has {len(inputs.tags)} tags", f"Keep to {_MOST_TAGS}."))
        return problems

    def difference(self, id_: str, recorded: Props, desired: Props) -> tuple[bool, list[str]]:
        """Compares; another domain or region is another identity."""
        replaces = [name for name in ("domain", "region") if _norm(name, recorded) != _norm(name, desired)]
        return self.recorded_inputs(recorded) != desired, replaces

    def make(self, desired: Props) -> tuple[str, Props]:
        """Creates in one call; an identity with this stack's own tags is ours, left by a run that was killed."""
        inputs, domain = _inputs(desired)
        client = ses(inputs.region or "", inputs.profile)
        guard_account(client, inputs.expected_account)
        adopted = False
        try:
            client.create_identity(domain, EasyDkim(), tags=inputs.tags)
        except Conflict:
            adopted = self._take_over(client, domain, inputs)
        identity = client.wait_for_tokens(domain)
        return f"aws-ses/{client.region}/{domain}", _outputs(client, identity) | {"adopted": adopted}

    def _take_over(self, client: Ses, domain: str, inputs: IdentityInputs) -> bool:
        found = client.get_identity(domain)
        tags = dict(found.tags) if found else {}
        if tags == inputs.tags and tags:
            info(f"ses {client.region}: {domain} exists with the tags of this stack, so it is ours; going on")
            return False
        if inputs.on_existing == "adopt":
            if inputs.tags:
                client.tag(domain, inputs.tags)
            return True
        message = f"ses {client.region}: {domain} is an identity already, and this stack did not make it"
        raise AlreadyConfigured(message, remedy="Set on_existing='adopt' to take it over; a destroy then leaves it.")

    def look(self, id_: str, recorded: Props) -> tuple[Props, Props] | None:
        """Reads; None when SES does not know the domain any more."""
        _, region, domain = id_.split("/")
        client = ses(region, recorded.get("profile"))
        identity = client.get_identity(domain)
        if identity is None:
            return None
        inputs = {**self.recorded_inputs(recorded), "tags": dict(identity.tags)}
        return inputs, _outputs(client, identity) | {"adopted": recorded.get("adopted", False)}

    def change(self, id_: str, recorded: Props, desired: Props) -> Props:
        """Changes the tags; nothing else can change in place."""
        inputs, domain = _inputs(desired)
        outputs: Props = {name: value for name, value in recorded.items() if name not in self.inputs}
        before: dict[str, str] = recorded.get("tags", {})
        if before == inputs.tags:
            return outputs
        client = ses(inputs.region or "", inputs.profile)
        guard_account(client, inputs.expected_account)
        if fresh := {key: value for key, value in inputs.tags.items() if before.get(key) != value}:
            client.tag(domain, fresh)
        if stale := before.keys() - inputs.tags.keys():
            client.untag(domain, stale)
        return outputs

    def remove(self, id_: str, recorded: Props) -> None:
        """Deletes what was created, leaves what was adopted."""
        policy = recorded.get("on_delete") or ("retain" if recorded.get("adopted") else "delete")
        if policy == "retain":
            info(f"{id_}: left as it is")
            return
        _, region, domain = id_.split("/")
        client = ses(region, recorded.get("profile"))
        guard_account(client, recorded.get("expected_account"))
        client.delete_identity(domain)


def _inputs(desired: Props) -> tuple[IdentityInputs, str]:
    inputs = IdentityInputs.model_validate(desired)
    return inputs, normalise_domain(inputs.domain)


def _norm(name: str, props: Props) -> Any:
    value = props.get(name)
    try:
        return normalise_domain(value) if name == "domain" and isinstance(value, str) else value
    except ValueError:
        return value


def _outputs(client: Ses, identity: Identity) -> Props:
    records = easy_dkim_records(identity.domain, identity.dkim.tokens, identity.dkim.signing_hosted_zone)
    return {
        "identity_arn": client.identity_arn(identity.domain),
        "dkim_tokens": list(identity.dkim.tokens),
        "dns_records": [record.to_props() for record in records],
        "verification_status": identity.status,
        "sandbox": client.get_account().sandbox,
    }
