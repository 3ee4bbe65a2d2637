"""Whether a tenant's transport would take a sender: its domain, its letters, and who may use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.aws.senders import is_allowed, lies_in
from tenant_email.errors import Problem
from tenant_email.fields import address_of, is_filled_in_later, is_local
from tenant_email.operations import session
from tenant_email.operations.border import warn
from tenant_email.unknowns import is_known

if TYPE_CHECKING:
    from tenant_email.changes import Props
    from tenant_email.operations.tenant_object import TenantInputs, ValidatedInputs

_LETTERS: Final = "international_addresses"
"""The setting by which a transport says that it takes letters beyond ASCII before the @."""


def sender_problems(path: str, sender: object, validated: ValidatedInputs) -> list[Problem]:
    """Returns why the transport would refuse this sender; what is filled in later is known only when a mail is sent."""
    if not isinstance(sender, str) or not sender or is_filled_in_later(sender):
        return []
    try:
        address = address_of(sender)
    except ValueError as error:
        what, _, remedy = str(error).partition("\n")
        return [Problem(path, what, remedy)]
    return [
        *local_problems(path, address, validated),
        *_letter_problems(path, address, validated),
        *_policy_problems(path, address, validated),
    ]


def local_problems(path: str, address: object, validated: ValidatedInputs) -> list[Problem]:
    """Returns a problem for an address at localhost, unless the tenant is on this machine too."""
    if not isinstance(address, str) or not is_local(address) or validated.connection.is_loopback:
        return []
    what = f"is at localhost, but the tenant is {validated.host}"
    return [Problem(path, what, "Use an address that mail can be sent from, such as no-reply@acme.com.")]


def _letter_problems(path: str, address: str, validated: ValidatedInputs) -> list[Problem]:
    """Judges letters beyond ASCII before the @ (RFC 6531); SES takes none (contracts/aws_ses.md section 1)."""
    if address.rpartition("@")[0].isascii():
        return []
    settings, what = validated.desired["settings"], "has letters beyond ASCII before the @"
    if _LETTERS in _settings_of(validated):
        if settings.get(_LETTERS) is False:
            remedy = f"Set settings.{_LETTERS}=True, if the server supports it too, or use ASCII letters."
            return [Problem(path, f"{what}, which are not allowed", remedy)]
        return []
    if str(settings["kind"]).endswith("ses") or validated.inputs.sending_domain:
        return [Problem(path, f"{what}, which Amazon SES does not take", "Use ASCII letters.")]
    warn(f"{validated.label}: {path} {what}: mail is sent only where every server on its way supports SMTPUTF8")
    return []


def _settings_of(validated: ValidatedInputs) -> frozenset[str]:
    """Returns the names of the settings that this kind has."""
    model = validated.platform.models.get(validated.desired["settings"]["kind"])
    return frozenset(model.model_fields if model else ())


def note_senders(validated: ValidatedInputs) -> None:
    """Notes what the provider's key may send from, for the tenant's templates in this program."""
    session.note_senders(validated.connection, _limits(validated.inputs))


def _limits(inputs: TenantInputs) -> Props:
    """Returns what limits the senders, as far as it is known."""
    own, further, addresses = inputs.sending_domain, inputs.further_domains, inputs.sending_addresses
    domains = [each for each in (own, *(further or ())) if each] if is_known(own, further) else []
    return {"domains": domains, "addresses": (addresses or []) if is_known(addresses) else []}


def _policy_problems(path: str, address: str, validated: ValidatedInputs) -> list[Problem]:
    """Judges a sender by the policy of the key that the tenant holds, as IAM would (aws/senders.py)."""
    limits = _limits(validated.inputs)
    if not any(limits.values()):
        limits = session.senders_of(validated.connection)
    domains, addresses = limits.get("domains", []), limits.get("addresses", [])
    if domains and not lies_in(address, domains):
        host, named = address.rpartition("@")[2], " or ".join(domains)
        which = f"is not in the verified domain {named}" if len(domains) == 1 else f"is in none of the domains {named}"
        remedy = (
            f"Use an address at {named}, or give further_domains=[{host!r}] to the SesSendingDomain whose key the "
            "tenant holds: another sending domain has another key."
        )
        return [Problem(path, f"{address} {which}", remedy)]
    if addresses and not is_allowed(address, addresses):
        remedy = f"Add it to the sending domain's from_addresses, or use one of {', '.join(addresses)}."
        return [Problem(path, f"{address} is not one of the addresses that the sending policy allows", remedy)]
    return []
