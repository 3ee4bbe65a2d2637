"""SES, where a tenant sends through it: account, identities, configuration set and the key's age.

By the API or by SMTP alike. Without credentials of AWS, or where they may not look, it is said that nobody looked: that
is no problem of the tenant.
"""

from __future__ import annotations

import re
import time
from calendar import timegm
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from tenant_email.aws.access import Access
from tenant_email.aws.access_keys import Iam
from tenant_email.aws.dns_check import check_records
from tenant_email.aws.dns_findings import NO_ANSWER
from tenant_email.aws.dns_records import candidate_zones, easy_dkim_records, mail_from_records
from tenant_email.aws.dns_servers import DnsSettings
from tenant_email.aws.event_rules import PAUSED, UNDER_REVIEW
from tenant_email.aws.identity import mail_from_verdict, verdict, why
from tenant_email.aws.pace import Pace
from tenant_email.aws.reputation import ACCOUNT, Metrics, percent, standing
from tenant_email.aws.ses import Ses
from tenant_email.errors import Forbidden, NotFound, redact_external
from tenant_email.inputs.mail_ports import ses_region
from tenant_email.inputs.model import reveal
from tenant_email.json_types import is_object
from tenant_email.platforms.survey import fine, problem, unknown, warning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tenant_email.aws.event_rules import Rate
    from tenant_email.aws.identity import Identity
    from tenant_email.diagnosis.sender import Sender
    from tenant_email.findings import Finding
    from tenant_email.json_types import PropsView

_KEY_ID: Final = re.compile(r"A(?:KIA|SIA)[A-Z0-9]{12,}")
_SET: Final = ("configuration_set_name", "x_ses_configuration_set")
_HEADER: Final = "x-ses-configuration-set"
_OLD: Final = 90  # days; what AWS's own recommendations call old (IAM best practices, CIS AWS Foundations 1.14)
_DAY: Final = 86_400
_NEARLY: Final = 0.8
_HEARD: Final = ("BOUNCE", "COMPLAINT")
_SUCCESS: Final = "SUCCESS"
_SHORT_KEY: Final = "RSA_1024_BIT"


@dataclass(frozen=True, slots=True)
class SesUse:
    """How a provider sends through SES; `key_id` is empty where the tenant hides it."""

    region: str
    key_id: str = ""
    configuration_set: str = ""


def ses_use(settings: PropsView, resolve: Callable[[str], str] = str) -> SesUse | None:
    """Returns how a provider with these settings sends through SES; None where it does not.

    `resolve` puts in what a placeholder stands for.
    """
    text = {name: resolve(str(reveal(value))) for name, value in settings.items() if not is_object(value)}
    by_smtp = ses_region(text.get("host", ""))
    if not by_smtp and settings.get("kind") not in ("auth0.ses", "logto.aws_ses"):
        return None
    key = text.get("username" if by_smtp else "access_key_id", "")
    headers = settings.get("custom_headers")
    custom = {name.lower(): str(value) for name, value in headers.items()} if is_object(headers) else {}
    chosen = next((text[name] for name in _SET if text.get(name)), custom.get(_HEADER, ""))
    return SesUse(by_smtp or text.get("region", ""), key if _KEY_ID.fullmatch(key) else "", chosen)


class SesLooks:
    """SES in the region that a tenant sends through, by the credentials of the stack's config or the environment."""

    def __init__(
        self,
        use: SesUse,
        senders: Iterable[Sender],
        aws: Mapping[str, str],
        environ: Mapping[str, str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._use, self._senders, self._aws, self._environ, self._clock = use, tuple(senders), aws, environ, clock
        self._ses: Ses | None = None
        self.identities: dict[str, Identity] = {}
        """The identity of each sender's domain."""

    def account(self) -> Iterable[Finding]:
        """Says which account this is, whether it may send, to whom and how much."""
        ses = self._client()
        account, quota, suppressed = ses.get_account_use()
        where = f"SES in {self._use.region} (account {ses.account_id})"
        if account.sandbox:
            remedy = "Ask for production access: an SesAccount, or the SES console."
            asked = f"; the review of a request is {redact_external(account.review)}" if account.review else ""
            yield warning(
                "ses.account", f"{where} is in the sandbox: mail reaches verified addresses only{asked}", remedy
            )
        else:
            yield fine("ses.account", f"{where} has production access")
        if not account.sending_enabled:
            what = f"{where} has sending turned off"
            yield problem("ses.account", what, "Read what AWS wrote to the account's owner, or turn it on again.")
        if account.enforcement != "HEALTHY":
            what = f"{where} is under enforcement: {redact_external(account.enforcement)}"
            yield problem("ses.account", what, "Read what AWS wrote to the account's owner: bounces and complaints.")
        if quota and quota.a_day >= 0:
            what = f"sent {quota.sent:.0f} of {quota.a_day:.0f} mails in 24 hours; {quota.a_second:g} a second"
            if quota.sent >= _NEARLY * quota.a_day:
                yield warning("ses.quota", what, "Ask AWS for a higher quota before it is used up.")
            else:
                yield fine("ses.quota", what)
        reasons = ", ".join(map(redact_external, suppressed)).lower()
        yield fine("ses.suppression", f"SES holds back addresses after: {reasons or 'nothing of the account itself'}")

    def find_identities(self) -> Iterable[Finding]:
        """Says which identity stands behind each sender, and how it stands."""
        ses = self._client()
        for sender in self._senders:
            candidates = (*sender.addresses, *candidate_zones(sender.domain))
            identity = next(filter(None, map(ses.get_identity, candidates)), None)
            who = ", ".join(sender.who)
            if identity is None:
                what = f"SES has no identity for {sender.domain} in {self._use.region}, which {who} sends from"
                remedy = "Verify it there (SesSendingDomain), or look with the credentials of the account that sends."
                yield problem("ses.identity", what, remedy)
                continue
            is_new = all(each.domain != identity.domain for each in self.identities.values())
            self.identities[sender.domain] = identity
            if is_new:
                yield from judge_identity(identity)

    def records(self) -> Iterable[Finding]:
        """Says which DNS records of the identities are missing or wrong, at the zone's own servers."""
        for identity in _unique(self.identities.values()):
            dkim, mail_from = identity.dkim, identity.mail_from
            records = [*easy_dkim_records(identity.domain, dkim.tokens, dkim.signing_hosted_zone)]
            records = records if dkim.origin.startswith("AWS_SES") and "@" not in identity.domain else []
            if mail_from:
                records += mail_from_records(mail_from.domain, identity.domain, identity.region)
            found = check_records(records, DnsSettings.from_environ(self._environ)) if records else ()
            for each in found:
                if each.status in NO_ANSWER:
                    yield unknown("ses.dns", each.explain())
                elif not each.ok:
                    yield problem("ses.dns", each.explain(), "Correct the record: mail goes out unsigned without it.")
            if found and all(each.ok for each in found):
                yield fine("ses.dns", f"all {len(found)} records of {identity.domain} are in DNS")

    def configuration_sets(self) -> Iterable[Finding]:
        """Says whether mail goes out through the configuration sets that are named."""
        for name, who in self._sets().items():
            shown, found = redact_external(name), self._client().get_configuration_set(name)
            if found is None:
                what = f"there is no configuration set {shown} in {self._use.region}, which {who}: sending fails"
                yield problem("ses.configuration_set", what, "Create it, or name another one.")
            elif not found.sending_enabled:
                what = f"configuration set {shown}, which {who}, has sending turned off"
                yield problem("ses.configuration_set", what, "Turn it on again.")
            else:
                yield fine("ses.configuration_set", f"configuration set {shown}, which {who}, sends")

    def events(self) -> Iterable[Finding]:
        """Says whether bounces and complaints of the configuration sets are heard of."""
        if not self._use.configuration_set:
            for identity in _unique(self.identities.values()):
                # feedback forwarding makes no difference: what nothing else hears of SES mails all the same
                if not identity.configuration_set:
                    what = f"mail of {identity.domain} uses no configuration set: mails tell of bounces and complaints"
                    more = "a set of ses.Events() has alarms, and demands TLS: docs/events.md"
                    yield fine("ses.events", f"{what}; {more}")
        remedy = "Give it an event destination, as SesSendingDomain(events=ses.Events()) does: docs/events.md."
        for name, who in self._sets().items():
            shown = redact_external(name)
            try:
                missing = [each.lower() for each in _HEARD if each not in self._client().published_events(name)]
            except NotFound:
                continue  # told of the set itself
            if missing:
                what = (
                    f"nobody hears of a {' or a '.join(missing)}: configuration set {shown}, which {who}, tells nobody"
                )
                yield warning("ses.events", what, remedy)
            else:
                yield fine("ses.events", f"configuration set {shown} publishes bounces and complaints")

    def reputation(self) -> Iterable[Finding]:
        """Says how far the rates of bounces and complaints are from those at which SES acts."""
        metrics = Metrics(self._use.region, self._access())
        try:
            found = metrics.rates(list(self._sets()), datetime.fromtimestamp(self._clock(), UTC))
        except Forbidden:
            what = "nobody looked at the rates of bounces and complaints: cloudwatch:GetMetricData is not allowed"
            yield unknown("ses.reputation", what, "Allow it, or look at the reputation metrics in the SES console.")
            return
        if ACCOUNT not in found:
            what = f"SES has no rates of bounces and complaints in {self._use.region}: it has seen none of either"
            yield fine("ses.reputation", what)
        for of, rates in found.items():
            whose = f"configuration set {redact_external(of)}" if of else f"the account in {self._use.region}"
            for rate, value in rates.items():
                yield judge_rate(rate, value, whose, is_judged=of == ACCOUNT)

    def _sets(self) -> dict[str, str]:
        """Returns the sets that mail uses, and who says so."""
        own = {self._use.configuration_set: "the provider names"} if self._use.configuration_set else {}
        for identity in self.identities.values():
            if identity.configuration_set:
                own.setdefault(identity.configuration_set, f"{identity.domain} has as its default")
        return own

    def key(self) -> Iterable[Finding]:
        """Says how old the key is that the tenant sends with."""
        if not self._use.key_id:
            yield unknown("ses.key", "the tenant does not show which access key it sends with")
            return
        access = self._access()
        iam, key_id = Iam(self._use.region, access.profile, access.provider), self._use.key_id
        user = iam.user_of(key_id)
        keys = iam.access_keys(user) if user else []
        key = next((each for each in keys if each.id == key_id), None)
        if key is None:
            yield unknown("ses.key", f"access key {key_id} is none of a user of this AWS account")
            return
        if not key.active:
            yield problem("ses.key", f"access key {key_id} of {user} is inactive", "Activate it, or hand over another.")
            return
        days = int(self._clock() - timegm(time.strptime(key.created, "%Y-%m-%d"))) // _DAY
        what = f"access key {key_id} of {user} is {days} days old"
        if days > _OLD:
            yield warning("ses.key", what, "Rotate it: docs/rotation.md.")
        else:
            yield fine("ses.key", what)

    def _access(self) -> Access:
        return Access.of(None, None, self._aws)

    def _client(self) -> Ses:
        if self._ses is None:
            access = self._access()
            self._ses = Ses(self._use.region, access.profile, Pace.from_environ(self._environ), access.provider)
        return self._ses


def _unique(identities: Iterable[Identity]) -> list[Identity]:
    return list({identity.domain: identity for identity in identities}.values())


def judge_rate(rate: Rate, value: float, whose: str, *, is_judged: bool) -> Finding:
    """Says how a rate stands. SES judges that of the account; that of a set tells whose mail it is."""
    what = f"the {rate} rate of {whose} is {percent(value)}"
    stands = standing(rate, value)
    if stands == "fine":
        return fine("ses.reputation", what)
    acts = f"SES reviews an account from {percent(UNDER_REVIEW[rate])} on, and may stop its mail from"
    what = f"{what}: {acts} {percent(PAUSED[rate])} on"
    remedy = "Find out which addresses these are, and send them no more: docs/events.md."
    level = problem if stands == "paused" and is_judged else warning
    return level("ses.reputation", what, remedy)


def judge_identity(identity: Identity) -> Iterable[Finding]:
    """Yields how an identity stands: whether it may send, is signed, and has a MAIL FROM domain."""
    if "@" in identity.domain:
        yield _judge_address(identity)
        return
    if verdict(identity) == "verified":
        yield fine("ses.identity", why(identity))
    else:
        remedy = "Publish its records and wait; SES gives a failed one up for good until it is put again."
        if not identity.dkim.is_set_up:
            remedy = "It has no DKIM: set it up in SES, or give it to a SesDomainIdentity with on_existing='adopt'."
        yield problem("ses.identity", f"{why(identity)}: mail from it is refused, or unsigned", remedy)
    if not identity.dkim.enabled:
        yield warning("ses.dkim", f"{identity.domain}: DKIM signing is turned off", "Turn it on.")
    elif identity.dkim.current_key_length == _SHORT_KEY:
        what = f"{identity.domain}: its DKIM key has 1024 bits"
        yield warning("ses.dkim", what, "Ask SES for a key of 2048 bits (dkim_key_length).")
    mail_from = identity.mail_from
    if mail_from is None:
        what = f"{identity.domain} has no MAIL FROM domain: SPF is that of amazonses.com, so that DMARC rests on DKIM"
        yield warning("ses.mail_from", what, "Set mail_from of the sending domain.")
    elif (found := mail_from_verdict(mail_from)) != "verified":
        what = f"MAIL FROM domain {mail_from.domain} is {found}"
        lost = ": mail is rejected" if mail_from.on_mx_failure == "REJECT_MESSAGE" else ": amazonses.com's is used"
        yield warning("ses.mail_from", what + lost, "Publish its MX and SPF records, and set it again if it failed.")
    else:
        yield fine("ses.mail_from", f"MAIL FROM domain {mail_from.domain} is verified")


def _judge_address(identity: Identity) -> Finding:
    """Says how an identity of one address stands: SES signs its mail as amazonses.com."""
    if identity.status != _SUCCESS:
        what = f"SES has not verified the address {identity.domain} (verification {identity.status}): mail is refused"
        return problem("ses.identity", what, "Follow the link that SES mailed to it; better, verify its domain.")
    what = f"only the address {identity.domain} is verified, and not its domain: its mail is signed as amazonses.com"
    return warning("ses.identity", what, "Verify the domain (SesSendingDomain), so that DMARC passes.")
