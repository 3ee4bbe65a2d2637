"""Writes what an identity has besides its keys: all of it, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.aws.identity import mail_from_too_early, verdict, why
from tenant_email.errors import Rejected, TenantEmailError, VerificationTimeout
from tenant_email.operations.console import warn
from tenant_email.operations.waits import wait_for
from tenant_email.waiting import NotYet, Pauses, TimedOutError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tenant_email.aws.identity import Identity
    from tenant_email.aws.ses import OnMxFailure, Ses
    from tenant_email.json_types import Props, PropsView

_TAG: Final = "tags."
_UNTIL_VERIFIED: Final = 600.0  # seconds that a MAIL FROM domain waits for an identity that SES wants verified first


def settings_of(identity: Identity) -> Props:
    """Returns the settings as they are live; each tag is one by itself, and one that is not there is left out."""
    found = identity.mail_from
    return {
        "mail_from": [found.domain, found.on_mx_failure] if found else None,
        "feedback_forwarding": identity.feedback_forwarding,
        "configuration_set": identity.configuration_set,
        **tag_settings(identity.tags),
    }


def tag_settings(tags: Mapping[str, str]) -> Props:
    """Returns tags as settings, which `tag_of` reads."""
    return {f"{_TAG}{name}": value for name, value in tags.items()}


def tag_of(setting: str) -> str | None:
    """Returns the name of the tag that a setting is, None for another one."""
    return setting.removeprefix(_TAG) if setting.startswith(_TAG) else None


def write_settings(client: Ses, identity: Identity, desired: PropsView) -> None:
    """Sets everything, or nothing: when a call fails, what the calls before it did is taken back.

    Else a setting would stay that the state does not know, and that no destroy brings back.
    """
    try:
        apply_settings(client, identity, desired)
    except TenantEmailError:
        _take_back(client, identity, desired)
        raise


def _take_back(client: Ses, before: Identity, names: Iterable[str]) -> None:
    was = settings_of(before)
    try:
        now = client.get_identity(before.domain)
        if now:
            apply_settings(client, now, {name: was.get(name) for name in names})
    except TenantEmailError as error:
        warn(
            f"ses {client.region} {before.domain}: some settings were written and could not be undone: {error.message}"
        )


def apply_settings(client: Ses, identity: Identity, desired: PropsView) -> None:
    """Sets each setting that differs, None for what is to be there no more; a failed MAIL FROM domain is put again."""
    live, domain = settings_of(identity), identity.domain
    differing = {name for name, value in desired.items() if live.get(name) != value}
    # MAIL FROM comes after them: SES may refuse it until the domain is verified, and these need not wait for that.
    if "configuration_set" in differing:
        client.put_configuration_set(domain, desired["configuration_set"])
    if "feedback_forwarding" in differing:
        client.put_feedback_forwarding(domain, enabled=desired["feedback_forwarding"] is not False)
    # A failed MAIL FROM domain is never tried again by SES: only another call starts it
    # (docs/contracts/aws_ses.md#timing).
    if "mail_from" in differing or ("mail_from" in desired and mail_from_status(identity) == "FAILED"):
        _put_mail_from(client, domain, desired["mail_from"])
    tags = {tag: desired[name] for name in sorted(differing) if (tag := tag_of(name)) is not None}
    if fresh := {tag: value for tag, value in tags.items() if value is not None}:
        client.tag(domain, fresh)
    if stale := tags.keys() - fresh.keys():
        client.untag(domain, stale)


def _put_mail_from(client: Ses, domain: str, mail_from: tuple[str, OnMxFailure] | None) -> None:
    """Puts it, once the identity is verified if SES insists (docs/contracts/aws_ses.md#mail-from)."""
    name, on_mx_failure = mail_from or (None, "USE_DEFAULT_VALUE")
    refusal = f"ses {client.region}: MAIL FROM is accepted for a verified domain only; "
    remedy = "Publish the DKIM records, then run again."

    def put() -> NotYet | None:
        try:
            client.put_mail_from(domain, name, on_mx_failure)
        except Rejected as error:
            if not mail_from_too_early(error):
                raise
        else:
            return None
        identity = client.get_identity(domain)
        if identity is None or verdict(identity) == "failed":
            state = why(identity) if identity else f"{domain} is gone"
            raise VerificationTimeout(refusal + state, remedy=remedy)
        return NotYet(f"MAIL FROM waits for the domain to be verified; {why(identity)}")

    try:
        wait_for(domain, _UNTIL_VERIFIED, Pauses(1.0)).until(put)
    except TimedOutError as late:
        raise VerificationTimeout(refusal + late.state, remedy=remedy) from None


def mail_from_status(identity: Identity) -> str | None:
    """Returns the status of the MAIL FROM domain, if there is one."""
    return identity.mail_from.status if identity.mail_from else None
