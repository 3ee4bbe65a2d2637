"""Writes what an identity has besides its keys: all of it, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.aws.identity import mail_from_too_early, verdict, why
from tenant_email.errors import Rejected, TenantEmailError, VerificationTimeout
from tenant_email.operations.console import warn
from tenant_email.operations.waits import wait_for
from tenant_email.waiting import NotYet, Pauses, TimedOutError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from tenant_email.aws.identity import Identity
    from tenant_email.aws.ses import OnMxFailure, Ses
    from tenant_email.json_types import Props

_UNTIL_VERIFIED: Final = 600.0  # seconds that a MAIL FROM domain waits for an identity that SES wants verified first


def settings_of(identity: Identity) -> Props:
    """Returns the settings as they are live."""
    found = identity.mail_from
    return {
        "mail_from": [found.domain, found.on_mx_failure] if found else None,
        "feedback_forwarding": identity.feedback_forwarding,
        "configuration_set": identity.configuration_set,
    }


def write_settings(
    client: Ses, identity: Identity, desired: Props, old_tags: dict[str, str], new_tags: dict[str, str]
) -> None:
    """Sets everything, or nothing: when a call fails, what the calls before it did is taken back.

    Else a setting would stay that the state does not know, and that no destroy brings back.
    """
    try:
        apply_settings(client, identity, desired)
        put_tags(client, identity, old_tags, new_tags)
    except TenantEmailError:
        _take_back(client, identity, desired, old_tags | new_tags)
        raise


def _take_back(client: Ses, before: Identity, names: Iterable[str], tags: Collection[str]) -> None:
    was = settings_of(before)
    try:
        now = client.get_identity(before.domain)
        if now:
            apply_settings(client, now, {name: was[name] for name in names})
            put_tags(client, now, tags, {key: before.tags[key] for key in tags if key in before.tags})
    except TenantEmailError as error:
        warn(
            f"ses {client.region} {before.domain}: some settings were written and could not be undone: {error.message}"
        )


def apply_settings(client: Ses, identity: Identity, desired: Props) -> None:
    """Sets each setting that differs; a failed MAIL FROM domain is put again."""
    live, domain = settings_of(identity), identity.domain
    differing = {name for name, value in desired.items() if live[name] != value}
    # MAIL FROM comes last: SES may refuse it until the domain is verified, and the rest need not wait for that.
    if "configuration_set" in differing:
        client.put_configuration_set(domain, desired["configuration_set"])
    if "feedback_forwarding" in differing:
        client.put_feedback_forwarding(domain, enabled=desired["feedback_forwarding"] is not False)
    # A failed MAIL FROM domain is never tried again by SES: only another call starts it
    # (docs/contracts/aws_ses.md#timing).
    if "mail_from" in differing or ("mail_from" in desired and mail_from_status(identity) == "FAILED"):
        _put_mail_from(client, domain, desired["mail_from"])


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


def put_tags(client: Ses, identity: Identity, before: Collection[str], desired: dict[str, str]) -> None:
    """Writes tags that differ, and takes off those of `before` that are wanted no longer."""
    if fresh := {name: value for name, value in desired.items() if identity.tags.get(name) != value}:
        client.tag(identity.domain, fresh)
    if stale := ({*before} - desired.keys()) & identity.tags.keys():
        client.untag(identity.domain, stale)


def mail_from_status(identity: Identity) -> str | None:
    """Returns the status of the MAIL FROM domain, if there is one."""
    return identity.mail_from.status if identity.mail_from else None
