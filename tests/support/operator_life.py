"""The whole life of a sending domain as an operator of the documented policy leads it, one call after the other.

Our own resources go through their lifecycles, those of pulumi_aws through the stand-in's, in the component's order. An
engine would do the same in minutes; here a life is a second, so that each action can be denied in turn.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from support.managed import Managed
from support.operator_document import document
from support.ses_site import TAGS
from tenant_email.aws.dns_records import mail_from_records
from tenant_email.aws.policy import configuration_set_arn, identity_arn, policy_json, sending_policy
from tenant_email.lifecycle.aws_key_ready import AwsKeyReadyLifecycle
from tenant_email.lifecycle.aws_key_slot import AwsKeySlotLifecycle
from tenant_email.lifecycle.ses_domain_preflight import SesDomainPreflightLifecycle
from tenant_email.lifecycle.ses_domain_record import SesDomainRecordLifecycle
from tenant_email_local.aws.plugin.functions import zone
from tenant_email_local.aws.plugin.iam import (
    AccessKeyResource,
    PolicyResource,
    UserPolicyAttachmentResource,
    UserResource,
)
from tenant_email_local.aws.plugin.kind import PartialError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import boto3

    from support.ses_site import SesSite
    from tenant_email_local.aws.plugin.kind import ResourceType
    from tenant_email_local.aws.plugin.session import Aws

REGION, ACCOUNT = "us-west-2", "000000000099"  # the region is of this life alone, because lifecycles share its clients
AT = (REGION, ACCOUNT)
Step = tuple[str, "Callable[[], object]"]


class Part:
    """A resource of pulumi_aws, driven as `Managed` drives ours."""

    def __init__(self, kind: ResourceType, aws: Aws, **inputs: Any) -> None:
        self._kind, self._aws, self._inputs = kind, aws, {**kind.defaults, **inputs}
        self.id, self.state = "", dict[str, Any]()

    def up(self, **changes: Any) -> None:
        """Creates it, or changes it in place."""
        inputs = {name: value for name, value in {**self._inputs, **changes}.items() if value is not None}
        if not self.id:
            try:
                self.id, outputs = self._kind.create(self._aws, inputs)
            except PartialError as error:
                # the state knows what exists although its creation failed
                self.id, self.state = error.id, {**inputs, **error.outputs}
                raise error.cause from None
        else:
            outputs = self._kind.update(self._aws, self.id, self.state, inputs)
        self.state = {**self.state, **inputs, **outputs}
        self._inputs = inputs

    def refresh(self) -> None:
        """Reads it."""
        assert self._kind.read(self._aws, self.id, self.state) is not None

    def destroy(self) -> None:
        """Deletes it."""
        self._kind.delete(self._aws, self.id, self.state)
        self.id = ""


class Life:
    """What a sending domain is made of, and all that happens to it."""

    def __init__(self, site: SesSite, aws: Aws, root: boto3.Session, zone_id: str, *, proves: bool = False) -> None:
        self.site, self._root, self._proves = site, root, proves
        self.user_name, self.set = f"mail-{site.domain}", "sign-in"
        arn = identity_arn(site.domain, *AT)
        self.identity = site.identity(region=REGION)
        self.settings = site.settings(REGION)
        self._aws = aws
        self._document = policy_json(sending_policy(arn, configuration_set_arns=[configuration_set_arn(self.set, *AT)]))
        self.policy = Part(
            PolicyResource(), aws, name=f"send-{site.domain}", policy=self._document, tags={"team": "mail"}
        )
        self.user = Part(UserResource(), aws, name=self.user_name, tags={"team": "mail"})
        self.attached = Part(UserPolicyAttachmentResource(), aws, user=self.user_name)
        where = {"zone_id": zone_id, "region": REGION}
        self.record = Managed(SesDomainRecordLifecycle(), **where, purpose="DKIM", type="CNAME", ttl=300)
        bounces = mail_from_records(f"bounce.{site.domain}", site.domain, REGION)
        planned = [each.to_props() for each in bounces]
        self.preflight = Managed(SesDomainPreflightLifecycle(), **where, domain=site.domain, records=planned, tags=TAGS)
        self.made: list[Managed | Part] = []
        self._keys: dict[str, tuple[Managed, Part]] = {}

    def steps(self) -> Iterator[Step]:
        """Yields every step of up, change, rotation and refresh; each runs before the next is asked for."""
        yield "zone", lambda: zone(self._aws, {"name": self.site.domain})
        yield "preflight", lambda: self._make(self.preflight)
        yield "identity", lambda: self._make(self.identity)
        given = {"mail_from": "bounce", "feedback_forwarding": False, "configuration_set": self.set}
        yield "settings", lambda: self._make(self.settings, **given, tags={"team": "mail", "stage": "prod"})
        dkim = self.identity.state["dns_records"][0]
        yield "record", lambda: self._make(self.record, name=dkim["name"], value=dkim["values"][0])
        yield "policy", lambda: self._make(self.policy)
        yield "user", lambda: self._make(self.user)
        yield "attachment", lambda: self._make(self.attached, policyArn=self.policy.state["arn"])
        yield from self._key("a")
        yield "identity change", lambda: self.identity.up(dkim_key_length=1024)
        yield "identity repair", self._repair
        yield "settings change", lambda: self.settings.up(tags={"team": "sign-in"})
        bound = self.policy.state["arn"]
        yield "user change", lambda: self.user.up(path="/email/", tags={"stage": "prod"}, permissionsBoundary=bound)
        yield "user change", lambda: self.user.up(permissionsBoundary=None)
        narrower = policy_json(sending_policy(identity_arn(self.site.domain, *AT)))
        yield "policy change", lambda: self.policy.up(policy=narrower, tags={"stage": "prod"})
        yield "policy change", lambda: self.policy.up(policy=self._document)
        yield "record change", lambda: self.record.up(name=dkim["name"], value=dkim["values"][0], ttl=600)
        yield from self._key("b")
        for part in reversed(self._keys.pop("a")):
            yield "old key", partial(self._drop, part)
        for part in self.made:
            yield "refresh", part.refresh

    def undo(self) -> Iterator[Step]:
        """Yields the steps of a destroy: what the state knows, the last first."""
        for part in reversed(list(self.made)):
            yield "destroy", partial(self._drop, part)

    def _key(self, slot: str) -> Iterator[Step]:
        room = Managed(AwsKeySlotLifecycle(), user_name=self.user_name, slot=slot, region=REGION)
        key = Part(AccessKeyResource(), self._aws, user=self.user_name)
        yield "slot", lambda: self._make(room)
        yield "key", lambda: self._make(key)
        secrets = {"access_key_id": key.id, "secret_access_key": key.state["secret"]}
        self._keys[slot] = (room, key)
        if self._proves:  # with the sender's key, so that nothing of the operator's matters
            senders = [f"a@{self.site.domain}"]
            yield (
                "ready",
                Managed(AwsKeyReadyLifecycle(), region=REGION, from_addresses=senders, **secrets).up,
            )

    def _repair(self) -> None:
        someone = self._root.client("sesv2", region_name=REGION, endpoint_url=self.site.aws.url)
        someone.put_email_identity_dkim_attributes(EmailIdentity=self.site.domain, SigningEnabled=False)
        self.identity.refresh()
        self.identity.up(dkim_key_length=1024)

    def _make(self, part: Managed | Part, **inputs: Any) -> None:
        try:
            part.up(**inputs)
        finally:
            if part.id and part not in self.made:
                self.made.append(part)

    def _drop(self, part: Managed | Part) -> None:
        part.destroy()
        self.made.remove(part)


def filled_in(domain: str, zone_id: str) -> str:
    """Returns the policy of the docs with the names of one life."""
    names = {
        "REGION": REGION,
        "ACCOUNT": ACCOUNT,
        "DOMAIN": domain,
        "/SET": "/sign-in",
        "/USER": f"/*mail-{domain}",
        "/POLICY": f"/send-{domain}",
        "/ZONE": f"/{zone_id}",
    }
    text = document()
    for name, value in names.items():
        text = text.replace(name, value)
    return text
