"""What an AWS account has for a domain that SES may send from, as a program writes it.

Only what is certainly this domain's is written; what may be is named. What the account denies is named too, with the
permission that it wants: the identity itself has to be readable.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from tenant_email.aws.dns_records import normalize_domain
from tenant_email.aws.regions import partition_of, ses_regions
from tenant_email.aws.send_permissions import reach_of
from tenant_email.errors import Forbidden, InvalidSettings, NotFound, PlatformError, Problem, redact_external
from tenant_email.lifecycle.ses_domain_identity import SesDomainIdentityLifecycle
from tenant_email.lifecycle.ses_domain_settings import SesDomainSettingsLifecycle
from tenant_email.operations.aws_session import (
    AwsTarget,
    access_of,
    default_region,
    iam,
    region_problems,
    route53_of,
    ses,
)
from tenant_email.programs.aws_resources import identity_resource, is_customers, record_resource, user_resources
from tenant_email.programs.found import Found, FoundResource

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tenant_email.aws.access_keys import Iam
    from tenant_email.aws.identity import Identity
    from tenant_email.aws.route53 import HostedZone
    from tenant_email.aws.send_permissions import Principals, User, UserPolicy
    from tenant_email.aws.ses import Ses

_OWN_KEY: Final = "EXTERNAL"
_FAILED: Final = "FAILED"


def find_sending_domain(domain: str) -> Found:
    """Returns the identity of a domain with its settings, its DNS records in Route 53, and who may send for it.

    Args:
        domain: as a user writes it; the region is that of the config, or of the environment.

    Raises:
        InvalidSettings: domain or region are none.
        NotFound: SES has no such identity in the region; says in which it has.
        PlatformError: SES could not be asked.

    """
    region = default_region()
    if problems := region_problems(region):
        raise InvalidSettings("import", tuple(problems))
    try:
        name = normalize_domain(domain)
    except ValueError as error:
        problem = Problem("--domain", str(error), "Write a domain that you own, such as acme.com.")
        raise InvalidSettings("import", (problem,)) from None
    return _Finder(name, AwsTarget(region=region)).find()


@dataclass(slots=True)
class _Finder:
    domain: str
    target: AwsTarget
    notes: list[str] = field(default_factory=list[str])

    def find(self) -> Found:
        client = self._ses(self.target.region or "")
        identity = client.get_identity(self.domain)
        if identity is None:
            raise self._elsewhere(client)
        resources = [self._identity(identity), *self._records(identity), *self._users(client)]
        where = f"SES {client.region} {self.domain} in the AWS account {client.account_id}"
        self.notes.append(f"{self.domain}: only {client.region} was looked at; SES has identities in each region.")
        return Found((), tuple(resources), {"aws:region": client.region}, tuple(self.notes), where)

    def _ses(self, region: str) -> Ses:
        return ses(region, access_of(self.target))

    def _elsewhere(self, client: Ses) -> NotFound:
        """Returns the error for an identity that is not in this region, with the regions that it is in."""
        found = list[str]()
        for region in sorted(ses_regions(partition_of(client.region)) - {client.region}):
            try:
                if self._ses(region).get_identity(self.domain):
                    found.append(region)
            except PlatformError:  # a region that the account has not opted in to
                continue
        message = f"ses {client.region}: {self.domain} is not an identity there"
        if not found:
            return NotFound(message, remedy="Check the domain and the AWS account; no other region has it either.")
        return NotFound(message, remedy=f"It is in {' and '.join(found)}: name one with --region.")

    def _identity(self, identity: Identity) -> FoundResource:
        id_ = f"aws-ses/{identity.region}/{identity.domain}"
        settings = SesDomainSettingsLifecycle().do_import(f"{id_}/settings")
        rest = settings[0] if settings else {}
        if identity.mail_from and identity.mail_from.status == _FAILED:
            rest = {name: value for name, value in rest.items() if name not in ("mail_from", "on_mx_failure")}
            self.notes.append(
                f"{self.domain}: SES has given up on the MAIL FROM domain {identity.mail_from.domain}: left out\n"
                "Add mail_from, and an update tries it again."
            )
        if identity.dkim.origin == _OWN_KEY:
            selector = next(iter(identity.dkim.tokens), "")
            if not selector:
                self.notes.append(f"{self.domain}: SES does not show the selector of its own key: correct `mail`.")
            place = {"domain": identity.domain, "region": identity.region}
            return identity_resource(place, rest, selector or "mail")
        if not identity.dkim.is_set_up:
            bare = identity_resource({"domain": identity.domain, "region": identity.region}, rest)
            return replace(bare, left_out="It has no DKIM, which on_existing='adopt' sets up.")
        found = SesDomainIdentityLifecycle().do_import(id_)
        made = identity_resource(found[0] if found else {}, rest)
        # What is broken is repaired by the next update, and so by the first `up` after the import.
        if _FAILED in (identity.status, identity.dkim.status):
            return replace(made, left_out="SES has given up on it, and an update tries it again.")
        return made if identity.dkim.enabled else replace(made, left_out="DKIM is off, and an update turns it on.")

    def _records(self, identity: Identity) -> Iterator[FoundResource]:
        """Yields the record sets at the names by which SES and receivers know the domain."""
        try:
            zone = self._zone()
            for name, labels in self._names(identity) if zone else ():
                for each in route53_of(self.target).at(zone.id, name) if zone else ():
                    if each.type in labels and each.special:
                        self.notes.append(f"{name}: left out: the {each.type} record is {each.special}.")
                    elif each.type in labels:
                        yield record_resource(zone.id if zone else "", each, f"{self.domain}-{labels[each.type]}")
        except Forbidden as denied:
            self.notes.append(f"Its DNS records were not looked at: {denied.message}\n{denied.remedy}")

    def _zone(self) -> HostedZone | None:
        zones = route53_of(self.target).public_zones(self.domain)
        if not zones:
            self.notes.append(f"{self.domain}: this account has no Route 53 zone for it; its DNS stays where it is.")
        if len(zones) > 1:
            ids = ", ".join(zone.id for zone in zones)
            self.notes.append(f"{self.domain}: DNS records are left out: {len(zones)} zones have that name ({ids}).")
        return zones[0] if len(zones) == 1 else None

    def _names(self, identity: Identity) -> Iterator[tuple[str, Mapping[str, str]]]:
        """Yields the names that matter, with what the record of each type is for."""
        for number, token in enumerate(identity.dkim.tokens, 1):
            yield f"{token}._domainkey.{self.domain}", dict.fromkeys(("CNAME", "TXT"), f"dkim-{number}")
        if identity.mail_from:
            yield identity.mail_from.domain, {"MX": "mail-from", "TXT": "spf"}
        yield f"_dmarc.{self.domain}", {"TXT": "dmarc"}

    def _users(self, client: Ses) -> Iterator[FoundResource]:
        """Yields the users with a policy for this very identity, and names the others that may send for it."""
        arn = client.identity_arn(self.domain)
        account = iam(self.target.region, access_of(self.target))
        try:
            principals = account.principals()
        except Forbidden as denied:
            self.notes.append(f"IAM users were not looked at: {denied.message}\n{denied.remedy}")
            return
        managed = dict[str, FoundResource]()
        for user in principals.users:
            exact = tuple(
                each for each in user.policies if reach_of(each.document, arn) == "exact" and is_customers(each)
            )
            self._name_wider(user, arn, principals)
            if exact:
                self._name_rest(user, exact)
                tagged = (replace(each, tags=self._tags(account, each.arn)) if each.arn else each for each in exact)
                yield from user_resources(user, tuple(tagged), managed)

    def _tags(self, account: Iam, arn: str) -> dict[str, str]:
        try:
            return account.policy_tags(arn)
        except Forbidden as denied:
            self.notes.append(f"The tags of {arn} were not looked at: {denied.message}\n{denied.remedy}")
            return {}

    def _name_wider(self, user: User, arn: str, principals: Principals) -> None:
        wider = [each.name for each in user.policies if reach_of(each.document, arn) == "wider"]
        of_groups = [
            f"{each.name} of the group {group}"
            for group in user.groups
            for each in principals.groups.get(group, ())
            if reach_of(each.document, arn) != "none"
        ]
        if found := [*wider, *of_groups]:
            policies = ", ".join(map(redact_external, found))
            who = redact_external(user.name)
            self.notes.append(
                f"The IAM user {who} may send for {self.domain} by {policies}, which is not for this domain alone: "
                "left out."
            )

    def _name_rest(self, user: User, exact: tuple[UserPolicy, ...]) -> None:
        who = redact_external(user.name)
        if rest := [redact_external(each.name) for each in user.policies if each not in exact]:
            self.notes.append(f"The IAM user {who} has other policies, which stay outside: {', '.join(rest)}.")
        self.notes.append(f"The access keys of {who} stay outside: nobody can read the secret of one.")
