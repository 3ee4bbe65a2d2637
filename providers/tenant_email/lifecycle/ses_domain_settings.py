"""SesDomainSettings: what an SES identity has beside its keys: MAIL FROM, feedback, configuration set, tags.

A setting that is not given is not managed. One that is given no longer, or a destroy, brings back what was there
before. MAIL FROM has a status of its own; contracts/aws_ses.md section 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Literal

from pydantic import Field

from tenant_email.aws.dns_records import normalise_domain, normalise_mail_from
from tenant_email.aws.explain import mail_from_too_early
from tenant_email.aws.identity import verdict, why
from tenant_email.errors import AlreadyConfigured, NotFound, Problem, Rejected, VerificationTimeout
from tenant_email.fields import Text
from tenant_email.lifecycle.aws_session import (
    claim,
    domain_problems,
    guard_account,
    is_claimed,
    moved,
    region_problems,
    ses,
)
from tenant_email.lifecycle.border import Lifecycle, info
from tenant_email.lifecycle.dns_wait import Deadline
from tenant_email.model import Model, known, parse

if TYPE_CHECKING:
    from tenant_email.aws.identity import Identity
    from tenant_email.aws.ses import OnMxFailure, Ses
    from tenant_email.changes import Props
    from tenant_email.lifecycle.border import Mirrors

_MOST_TAGS: Final = 50
OWN_TAGS: Final = frozenset({"managed-by", "pulumi-project", "pulumi-stack"})
"""The tags by which a SesDomainIdentity is known; they are written when it is created."""

_UNTIL_VERIFIED: Final = 600.0  # seconds that a MAIL FROM domain waits for an identity that SES wants verified first
_PLAIN: Final = ("feedback_forwarding", "configuration_set")


class SettingsInputs(Model):
    """The inputs of a SesDomainSettings."""

    domain: Text
    region: Text | None = None
    mail_from: Text | None = None
    on_mx_failure: Literal["USE_DEFAULT_VALUE", "REJECT_MESSAGE"] = "USE_DEFAULT_VALUE"
    feedback_forwarding: bool | None = None
    configuration_set: Text | None = None
    tags: dict[str, str] = Field(default_factory=dict[str, str])
    overwrite: bool = False
    expected_account: Text | None = None
    profile: Text | None = None

    def settings(self) -> Props:
        """Returns what is to be set, names normalised; absent is not managed."""
        wanted: Props = {name: value for name in _PLAIN if (value := getattr(self, name)) is not None}
        if self.mail_from:
            name = normalise_mail_from(self.mail_from, normalise_domain(self.domain))
            wanted["mail_from"] = [name, self.on_mx_failure]
        return wanted


class SesDomainSettingsLifecycle(Lifecycle):
    """The id is `aws-ses/{region}/{domain}/settings`."""

    inputs = frozenset(SettingsInputs.model_fields)
    mirrors: ClassVar[Mirrors] = {
        "before": ("mail_from", "on_mx_failure", "configuration_set", "feedback_forwarding", "tags")
    }

    def problems(self, recorded: Props | None, desired: Props) -> list[Problem]:
        """Validates; SES itself is not asked."""
        inputs, problems = parse(SettingsInputs, desired)
        problems += [*domain_problems(inputs.domain), *region_problems(inputs.region), *_tag_problems(inputs)]
        claim("settings", desired)
        if inputs.on_mx_failure == "REJECT_MESSAGE" and inputs.mail_from is None:
            problems.append(Problem("on_mx_failure", "needs a MAIL FROM domain", "Set mail_from, or omit it."))
        return problems + _mail_from_problems(inputs)

    def difference(self, id_: str, recorded: Props, desired: Props) -> tuple[bool, list[str]]:
        """Compares; a MAIL FROM domain that a refresh found FAILED is a change, because SES never retries it."""
        failed = recorded.get("mail_from_status") == "FAILED"
        return self.recorded_inputs(recorded) != desired or failed, moved(recorded, desired)

    def make(self, desired: Props) -> tuple[str, Props]:
        """Sets what differs, and notes what was there before."""
        inputs, client, identity = _found(desired)
        live, wanted = _settings_of(identity), inputs.settings()
        _refuse_theirs(client, identity, inputs)
        _bring(client, identity, wanted)
        _tag(client, identity, {}, inputs.tags)
        before = {name: live[name] for name in wanted}
        return f"aws-ses/{client.region}/{identity.domain}/settings", _outputs(client, identity.domain, before)

    def look(self, id_: str, recorded: Props) -> tuple[Props, Props] | None:
        """Reads what is managed; None when the identity is gone."""
        _, region, domain, _ = id_.split("/")
        client = ses(region, recorded.get("profile"))
        identity = client.get_identity(domain)
        if identity is None:
            guard_account(client, recorded.get("expected_account"))
            return None
        live, inputs = _settings_of(identity), self.recorded_inputs(recorded)
        inputs |= {name: live[name] for name in _PLAIN if name in inputs}
        if "mail_from" in inputs and self._managed(recorded).get("mail_from") != live["mail_from"]:
            inputs["mail_from"], inputs["on_mx_failure"] = live["mail_from"] or (None, None)
        if "tags" in inputs:
            inputs["tags"] = {name: identity.tags[name] for name in inputs["tags"] if name in identity.tags}
        inputs = {name: value for name, value in inputs.items() if value is not None}
        return inputs, {"mail_from_status": _status(identity), "before": recorded.get("before", {})}

    def change(self, id_: str, recorded: Props, desired: Props) -> Props:
        """Sets what differs from live; what is no longer given goes back to what it was."""
        inputs, client, identity = _found(desired)
        live, wanted, managed = _settings_of(identity), inputs.settings(), self._managed(recorded)
        if "mail_from" not in managed:
            _refuse_theirs(client, identity, inputs)
        before: Props = recorded.get("before", {})
        dropped = {name: before.get(name) for name in managed if name not in wanted and live[name] == managed[name]}
        _bring(client, identity, {**dropped, **wanted})
        _tag(client, identity, recorded.get("tags", {}), inputs.tags)
        kept = {name: before.get(name) if name in managed else live[name] for name in wanted}
        return _outputs(client, identity.domain, kept)

    def remove(self, id_: str, recorded: Props) -> None:
        """Brings back what was there before, where what is there is still what was set here."""
        if is_claimed("settings", recorded):
            info(f"{id_}: kept, another resource of this program owns them now")
            return
        _, region, domain, _ = id_.split("/")
        client = ses(region, recorded.get("profile"))
        guard_account(client, recorded.get("expected_account"))
        identity = client.get_identity(domain)
        if identity is None:
            return
        live, before = _settings_of(identity), recorded.get("before", {})
        ours = {name for name, value in self._managed(recorded).items() if live[name] == value}
        _bring(client, identity, {name: before.get(name) for name in ours})
        _tag(client, identity, recorded.get("tags", {}), {})

    def _managed(self, recorded: Props) -> Props:
        return SettingsInputs.model_validate(self.recorded_inputs(recorded)).settings()


def _tag_problems(inputs: SettingsInputs) -> list[Problem]:
    if not known(inputs.tags):
        return []
    problems = [
        Problem(f"tags.{name}", "is written by this package", f"Choose another name than {name}.")
        for name in sorted(OWN_TAGS & inputs.tags.keys())
    ]
    most = _MOST_TAGS - len(OWN_TAGS)
    if len(inputs.tags) > most:
        problems.append(Problem("tags", f"has {len(inputs.tags)} tags", f"Keep to {most}."))
    return problems


def _mail_from_problems(inputs: SettingsInputs) -> list[Problem]:
    if inputs.mail_from is None or not known(inputs.domain, inputs.mail_from):
        return []
    try:
        domain = normalise_domain(inputs.domain)
    except ValueError:
        return []  # told of the domain itself
    try:
        normalise_mail_from(inputs.mail_from, domain)
    except ValueError as error:
        return [Problem("mail_from", str(error), "Write a label such as bounce, or the whole name.")]
    return []


def _found(desired: Props) -> tuple[SettingsInputs, Ses, Identity]:
    inputs = SettingsInputs.model_validate(desired)
    domain = normalise_domain(inputs.domain)
    client = ses(inputs.region or "", inputs.profile)
    guard_account(client, inputs.expected_account)
    identity = client.get_identity(domain)
    if identity is None:
        message = f"ses {client.region}: {domain} is not an identity there"
        raise NotFound(message, remedy="Give the domain and region of a SesDomainIdentity.")
    return inputs, client, identity


def _refuse_theirs(client: Ses, identity: Identity, inputs: SettingsInputs) -> None:
    """Raises for a MAIL FROM domain that somebody else set, unless it is to be overwritten."""
    theirs, ours = identity.mail_from, inputs.settings().get("mail_from")
    if theirs and ours and theirs.domain != ours[0] and not inputs.overwrite:
        message = f"ses {client.region}: {identity.domain} has the MAIL FROM domain {theirs.domain} already"
        raise AlreadyConfigured(message, remedy="Give that one, or set overwrite=True to change it.")


def _settings_of(identity: Identity) -> Props:
    found = identity.mail_from
    return {
        "mail_from": [found.domain, found.on_mx_failure] if found else None,
        "feedback_forwarding": identity.feedback_forwarding,
        "configuration_set": identity.configuration_set,
    }


def _bring(client: Ses, identity: Identity, wanted: Props) -> None:
    """Sets each setting that differs; a failed MAIL FROM domain is put again."""
    live, domain = _settings_of(identity), identity.domain
    differing = {name for name, value in wanted.items() if live[name] != value}
    if "configuration_set" in differing:
        client.put_configuration_set(domain, wanted["configuration_set"])
    if "feedback_forwarding" in differing:
        client.put_feedback_forwarding(domain, enabled=wanted["feedback_forwarding"] is not False)
    if "mail_from" in differing or ("mail_from" in wanted and _status(identity) == "FAILED"):
        _put_mail_from(client, domain, wanted["mail_from"])


def _put_mail_from(client: Ses, domain: str, mail_from: tuple[str, OnMxFailure] | None) -> None:
    """Puts it, once the identity is verified if SES insists (contracts/aws_ses.md section 1, Hubs 5022)."""
    name, on_mx_failure = mail_from or (None, "USE_DEFAULT_VALUE")
    deadline = Deadline(domain, _UNTIL_VERIFIED)
    pauses = deadline.pauses(1.0)
    while True:
        try:
            client.put_mail_from(domain, name, on_mx_failure)
        except Rejected as error:
            if not mail_from_too_early(error):
                raise
        else:
            return
        identity = client.get_identity(domain)
        if identity is None or verdict(identity) == "failed" or deadline.over:
            state = why(identity) if identity else f"{domain} is gone"
            message = f"ses {client.region}: MAIL FROM is taken for a verified domain only; {state}"
            raise VerificationTimeout(message, remedy="Publish the DKIM records, then run again.")
        deadline.pause(next(pauses), f"MAIL FROM waits for the domain to be verified; {why(identity)}")


def _tag(client: Ses, identity: Identity, before: dict[str, str], wanted: dict[str, str]) -> None:
    if fresh := {name: value for name, value in wanted.items() if identity.tags.get(name) != value}:
        client.tag(identity.domain, fresh)
    if stale := (before.keys() - wanted.keys()) & identity.tags.keys():
        client.untag(identity.domain, stale)


def _status(identity: Identity) -> str | None:
    return identity.mail_from.status if identity.mail_from else None


def _outputs(client: Ses, domain: str, before: Props) -> Props:
    identity = client.get_identity(domain)
    return {"mail_from_status": _status(identity) if identity else None, "before": before}
