"""Whether a tenant's transport would take a sender: its domain, its letters, and who may use it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tenant_email.errors import Problem
from tenant_email.findings import Findings, SenderLimits, SendsFrom
from tenant_email.inputs.fields import address_of, is_filled_in_later, is_local
from tenant_email.inputs.unknowns import is_known
from tenant_email.operations.sender_policy import limit_problems

if TYPE_CHECKING:
    from tenant_email.inputs.tenant_objects import InputsT, TenantObjectInputs
    from tenant_email.operations.tenant_object import ValidatedInputs

_LETTERS: Final = "international_addresses"
"""The setting by which a transport says that it takes non-ASCII characters before the @."""


def check_sender(path: str, sender: object, validated: ValidatedInputs[InputsT]) -> Findings:
    """Judges a sender by itself; what is filled in later is known only when an email is sent."""
    address = _plain_address(sender)
    if address is None:
        return Findings()
    if isinstance(address, Problem):
        return Findings((replace(address, path=path),))
    limits = sender_limits(validated.desired)
    problems = (*local_problems(path, address, validated), *limit_problems(path, str(sender), limits))
    return Findings(problems) + _check_letters(path, address, validated)


def sends_from(path: str, sender: object, validated: ValidatedInputs[InputsT]) -> SendsFrom:
    """Returns the claim to send through the tenant's provider; limits of its own decide, where there are any."""
    address = _plain_address(sender)
    judged = isinstance(address, str) and not sender_limits(validated.desired)
    connection = validated.connection
    return SendsFrom(connection.platform, connection.id_host, path, str(sender) if judged else "")


def _plain_address(sender: object) -> str | Problem | None:
    """Returns the address of a sender as far as it is known, or what is wrong with it."""
    if not isinstance(sender, str) or not sender or is_filled_in_later(sender):
        return None
    try:
        return address_of(sender)
    except ValueError as error:
        what, _, remedy = str(error).partition("\n")
        return Problem("", what, remedy)


def local_problems(path: str, address: object, validated: ValidatedInputs[InputsT]) -> list[Problem]:
    """Returns a problem for an address at localhost, unless the tenant is on this machine too."""
    if not isinstance(address, str) or not is_local(address) or validated.connection.is_loopback:
        return []
    what = f"is at localhost, but the tenant is {validated.connection.host}"
    return [Problem(path, what, "Use an address that mail can be sent from, such as no-reply@acme.com.")]


def _check_letters(path: str, address: str, validated: ValidatedInputs[InputsT]) -> Findings:
    """Judges non-ASCII characters before the @ (RFC 6531); SES takes none (docs/contracts/aws_ses.md#names)."""
    if address.rpartition("@")[0].isascii():
        return Findings()
    settings, what = validated.desired.settings, "has non-ASCII characters before the @"
    if _LETTERS in _settings_of(validated):
        if settings.get(_LETTERS) is not False:
            return Findings()
        remedy = f"Set settings.{_LETTERS}=True, if the server supports it too, or use ASCII letters."
        return Findings((Problem(path, f"{what}, which are not allowed", remedy),))
    if str(settings["kind"]).endswith("ses") or validated.desired.sending_domain:
        return Findings((Problem(path, f"{what}, which Amazon SES does not accept", "Use ASCII letters."),))
    warning = f"{validated.label}: {path} {what}: mail is sent only where every server on the way supports SMTPUTF8"
    return Findings(warnings=(warning,))


def _settings_of(validated: ValidatedInputs[InputsT]) -> frozenset[str]:
    """Returns the names of the settings that this kind has."""
    model = validated.platform.models.get(validated.desired.kind)
    return frozenset(model.model_fields if model else ())


def sender_limits(inputs: TenantObjectInputs) -> SenderLimits:
    """Returns what limits the senders, as far as it is known."""
    own, further = inputs.sending_domain, inputs.further_domains
    domains = [each for each in (own, *(further or ())) if each] if is_known(own, further) else []
    given = (inputs.sending_addresses, inputs.sending_names)
    addresses, names = (tuple(each or ()) if is_known(each) else () for each in given)
    return SenderLimits(tuple(domains), addresses, names)
