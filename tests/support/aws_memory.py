"""SES and Route 53 of one region without a network: what they hold is in memory, and what they are asked is noted.

An operation keeps its AWS clients by their region. No other test has this one, and none has its clients from AWS.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

from tenant_email.aws.identity import Identity, parse_identity
from tenant_email.aws.policy import identity_arn
from tenant_email.aws.route53 import HostedZone
from tenant_email.aws.ses import Account, ConfigurationSet
from tenant_email.errors import Conflict, NotFound, Rejected
from tenant_email.operations import operation
from tenant_email.operations.aws_session import AwsTarget, access_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tenant_email.aws.dkim import DkimSigning
    from tenant_email.aws.record_sets import RecordSet, RecordSetChange

REGION: Final = "ap-northeast-2"
ACCOUNT: Final = "000000000077"
ZONE: Final = "ZMEMORY"
TOKENS: Final = ["t1", "t2", "t3"]

Call = tuple[Any, ...]


@dataclass
class Memory:
    """What one region of one account has, and what it is asked.

    identities: as GetEmailIdentity answers. configuration_sets: by name. sets: of the zone, by name. failures: what the
    next calls of a name raise, None for one that works. meanwhile: what someone else does right before the next call of
    a name. tokens, zone_name: what the answer of a creation says of them.
    """

    region: str = REGION
    account_id: str = ACCOUNT
    account: Account = field(default_factory=lambda: Account(True, True, "HEALTHY", None))
    identities: dict[str, dict[str, Any]] = field(default_factory=dict)
    configuration_sets: dict[str, ConfigurationSet] = field(default_factory=dict)
    zone_: HostedZone = field(default_factory=lambda: HostedZone(ZONE, "acme.example", private=False))
    sets: dict[str, tuple[RecordSet, ...]] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    failures: dict[str, list[Exception | None]] = field(default_factory=lambda: defaultdict(list))
    meanwhile: dict[str, list[Callable[[], object]]] = field(default_factory=lambda: defaultdict(list))
    tokens: list[str] = field(default_factory=lambda: list(TOKENS))
    zone_name: str = "z.amazonses.com"

    def asked(self, *but: str) -> list[Call]:
        """Returns the calls since the last time, without those of these names."""
        calls, self.calls = self.calls, []
        return [call for call in calls if call[0] not in but]

    def put(self, domain: str, **answer: Any) -> None:
        """Has someone else make an identity."""
        dkim = {"SigningEnabled": True, "Status": "SUCCESS", "SigningAttributesOrigin": "AWS_SES", "Tokens": TOKENS}
        usual = {"VerificationStatus": "SUCCESS", "DkimAttributes": {**dkim, **answer.pop("dkim", {})}, "Tags": []}
        self.identities[domain] = {**usual, **answer}

    def identity_arn(self, domain: str) -> str:
        """Returns its ARN."""
        return identity_arn(domain, self.region, self.account_id)

    def get_account(self) -> Account:
        """Reads the account."""
        self._note("get_account")
        return self.account

    def get_identity(self, domain: str) -> Identity | None:
        """Reads an identity."""
        self._note("get_identity", domain)
        found = self.identities.get(domain)
        return None if found is None else parse_identity(domain, self.region, found)

    def wait_for_tokens(self, domain: str, *, announce: Callable[[str], None]) -> Identity:
        """Reads an identity that has its tokens, and tells that it waited."""
        self._note("wait_for_tokens", domain)
        announce("waited for tokens")
        found = self.identities[domain]["DkimAttributes"]
        found["Tokens"] = [] if found["SigningAttributesOrigin"] == "EXTERNAL" else TOKENS
        return parse_identity(domain, self.region, self.identities[domain])

    def create_identity(self, domain: str, dkim: DkimSigning, *, tags: Mapping[str, str]) -> Identity:
        """Creates an identity, whose verification the answer does not tell."""
        self._note("create_identity", domain, dkim, dict(tags))
        if domain in self.identities:
            raise Conflict(f"{domain} is there")
        tokens = [] if dkim.origin == "EXTERNAL" else self.tokens
        shown = {"SigningAttributesOrigin": dkim.origin, "Tokens": tokens, "SigningHostedZone": self.zone_name}
        made = {"DkimAttributes": {"SigningEnabled": True, "Status": "PENDING", **shown}, "Tags": _tags(tags)}
        self.identities[domain] = {**made, "VerificationStatus": "PENDING"}
        return parse_identity(domain, self.region, made)

    def delete_identity(self, domain: str) -> bool:
        """Deletes an identity."""
        self._note("delete_identity", domain)
        return self.identities.pop(domain, None) is not None

    def put_dkim_signing(self, domain: str, dkim: DkimSigning) -> None:
        """Switches how it signs."""
        self._note("put_dkim_signing", domain, dkim)
        self.identities[domain]["DkimAttributes"] |= {"SigningAttributesOrigin": dkim.origin, "Status": "PENDING"}

    def put_dkim_enabled(self, domain: str, *, enabled: bool) -> None:
        """Turns signing on or off."""
        self._note("put_dkim_enabled", domain, enabled)
        self.identities[domain]["DkimAttributes"]["SigningEnabled"] = enabled

    def put_mail_from(self, domain: str, mail_from: str | None, on_mx_failure: str) -> None:
        """Sets the MAIL FROM domain, or takes it off."""
        self._note("put_mail_from", domain, mail_from, on_mx_failure)
        self.identities[domain]["MailFromAttributes"] = (
            {"MailFromDomain": mail_from, "MailFromDomainStatus": "PENDING", "BehaviorOnMxFailure": on_mx_failure}
            if mail_from
            else {}
        )

    def put_feedback_forwarding(self, domain: str, *, enabled: bool) -> None:
        """Turns mails about bounces on or off."""
        self._note("put_feedback_forwarding", domain, enabled)
        self.identities[domain]["FeedbackForwardingStatus"] = enabled

    def put_configuration_set(self, domain: str, name: str | None) -> None:
        """Attaches a configuration set, or none."""
        self._note("put_configuration_set", domain, name)
        self.identities[domain]["ConfigurationSetName"] = name

    def get_configuration_set(self, name: str) -> ConfigurationSet | None:
        """Reads a configuration set."""
        self._note("get_configuration_set", name)
        return self.configuration_sets.get(name)

    def tag(self, domain: str, tags: Mapping[str, str]) -> None:
        """Adds or changes tags."""
        self._note("tag", domain, dict(tags))
        live = {each["Key"]: each["Value"] for each in self.identities[domain]["Tags"]}
        self.identities[domain]["Tags"] = _tags({**live, **tags})

    def untag(self, domain: str, keys: Iterable[str]) -> None:
        """Takes tags off."""
        self._note("untag", domain, sorted(keys))
        self.identities[domain]["Tags"] = [each for each in self.identities[domain]["Tags"] if each["Key"] not in keys]

    def zone(self, zone_id: str) -> HostedZone:
        """Reads the zone."""
        self._note("zone", zone_id)
        return self.zone_

    def at(self, zone_id: str, name: str) -> tuple[RecordSet, ...]:
        """Reads the record sets at a name."""
        self._note("at", zone_id, name)
        if zone_id != ZONE:
            raise NotFound(f"no zone {zone_id}")
        return self.sets.get(name, ())

    def change(self, zone_id: str, change: RecordSetChange) -> None:
        """Makes a change, whole or not at all."""
        self._note("change", zone_id)
        (name,) = {each.name.removesuffix(".") for each in (*change.deletes, *change.creates)}
        kept = [each for each in self.sets.get(name, ()) if each not in change.deletes]
        types = [each.type for each in (*kept, *change.creates)]
        if len(kept) + len(change.deletes) != len(self.sets.get(name, ())) or len({*types}) != len(types):
            raise Rejected("the sets are others", code="InvalidChangeBatch")
        self.sets[name] = (*kept, *change.creates)

    def _note(self, name: str, *values: Any) -> None:
        if self.meanwhile[name]:
            self.meanwhile[name].pop(0)()
        self.calls.append((name, *values))
        if self.failures[name] and (failure := self.failures[name].pop(0)):
            raise failure


def _tags(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


_memory: Final = Memory()


def memory() -> Memory:
    """Returns the region, empty: the operation's clients for it are this one."""
    target = AwsTarget(region=REGION)
    vars(_memory).update(vars(Memory()))
    aws, key = operation.begin().aws, (REGION, access_of(target))
    aws.ses.forget()  # another test of this process may have asked there
    aws.route53.forget()
    assert aws.ses.get(key, lambda: cast("Any", _memory)) is cast("Any", _memory)
    assert aws.route53.get(key, lambda: cast("Any", _memory)) is cast("Any", _memory)
    return _memory


def other_region(region: str) -> Memory:
    """Returns another region of the account, empty, for the operation that `memory` began."""
    made = Memory(region)
    key = (region, access_of(AwsTarget(region=region)))
    assert operation.current().aws.ses.get(key, lambda: cast("Any", made)) is cast("Any", made)
    return made
