"""How an identity comes to a stack: created, taken over from someone else or from a killed run, or imported."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from pydantic import Field

from tenant_email.aws.dkim import ByoSigning, EasySigning
from tenant_email.aws.identity import verdict
from tenant_email.errors import AlreadyConfigured, Conflict, NotFound, PlatformError, Rejected, redact_external
from tenant_email.inputs.durations import seconds
from tenant_email.inputs.fields import DeleteOrRetain, Text, TextMap
from tenant_email.operations.aws_session import AwsTarget
from tenant_email.operations.console import info
from tenant_email.operations.dns_wait import await_records
from tenant_email.operations.ses_dkim_modes import DkimInputs, is_in_mode, own_record, shows_another_mode
from tenant_email.operations.waits import wait_for
from tenant_email.waiting import Pauses

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.aws.identity import Identity
    from tenant_email.aws.ses import Ses

_UNASKED: Final = (
    "Run from a machine that can query DNS. Or check the record elsewhere and set switch_timeout='0s', which "
    "switches without checking: mail is unsigned until SES has found the record."
)


class IdentityInputs(DkimInputs, AwsTarget):
    """The inputs of a SesDomainIdentity; `tags` are those that mark it as this stack's."""

    internal: ClassVar[frozenset[str]] = AwsTarget.internal | {"import_id", "tags"}

    domain: Text
    zone: Text | None = None
    switch_timeout: Text = "2m"
    tags: TextMap = Field(default_factory=dict[str, str])
    on_existing: Literal["fail", "adopt", "import"] = "fail"
    import_id: Text | None = None
    overwrite: bool = False
    on_delete: DeleteOrRetain | None = None


def obtain_identity(client: Ses, domain: str, inputs: IdentityInputs, found: Identity | None) -> tuple[bool, Identity]:
    """Creates, or takes what was `found`; returns whether it is someone else's, and how it stands."""
    if inputs.on_existing == "import":
        return True, _import(client, domain, inputs, found)
    if found is None:
        try:
            return False, _create(client, domain, inputs)
        # Someone created it between the look and the write: it is judged as if the look had found it.
        except Conflict:
            found = client.get_identity(domain)
            if found is None:
                raise
    return _take_over(client, domain, inputs, found)


def _create(client: Ses, domain: str, inputs: IdentityInputs) -> Identity:
    """Creates; what cannot be read to its end is deleted again."""
    made = client.create_identity(domain, inputs.mode(), tags=inputs.tags)
    if made.dkim.ready and made.dkim.names_zone:
        return replace(made, status="PENDING")
    try:
        return client.wait_for_tokens(domain, announce=info)
    except PlatformError as error:
        try:
            # A creation that fails records nothing, so what it made has to go with it.
            client.delete_identity(domain)
        except PlatformError:
            known_by = "It exists now: the next run recognizes it by its tags and continues."
            raise type(error)(error.message, remedy=f"{error.remedy} {known_by}") from None
        raise


def _import(client: Ses, domain: str, inputs: IdentityInputs, found: Identity | None) -> Identity:
    """Adopts without a write; refuses what is not there, and what signs otherwise."""
    if found is None:
        message = f"ses {client.region}: {domain} is not an identity there, so it cannot be imported"
        raise NotFound(message, remedy="Remove import_ to create it.")
    if not found.dkim.is_set_up:
        message = f"ses {client.region}: {domain} has no DKIM, so mail of it is not signed"
        raise AlreadyConfigured(message, remedy="Set on_existing='adopt' to have it sign; an import changes nothing.")
    if shows_another_mode(found, inputs):
        how = redact_external(" ".join([found.dkim.origin, *(found.dkim.tokens if inputs.dkim == "byo" else ())]))
        message = f"ses {client.region}: {domain} signs differently from what the program says ({how})"
        raise AlreadyConfigured(message, remedy="Set the mode that it has; an import changes nothing.")
    return _with_tokens(client, found)


def _take_over(client: Ses, domain: str, inputs: IdentityInputs, found: Identity) -> tuple[bool, Identity]:
    """Returns whether someone else's identity was adopted; an adopted one never gets the tags that mark ours."""
    # The tags are written in the same call that creates an identity, so that they hold after a kill as well.
    ours = is_ours(found, inputs.tags)
    if ours:
        info(f"ses {client.region}: {domain} exists with the tags of this stack; continuing")
    else:
        refuse_foreign_identity(
            found, inputs.mode().origin, adopt=inputs.on_existing == "adopt", overwrite=inputs.overwrite
        )
    # what has no DKIM gets none by waiting, unless a run of this stack has just made it
    bare = not (ours or found.dkim.is_set_up)
    switches = bare or not is_in_mode(found, inputs) or verdict(found) == "failed"
    if switches:
        switch(client, domain, inputs, own_is_new=not ours)
    taken = client.wait_for_tokens(domain, announce=info) if switches else _with_tokens(client, found)
    if taken.dkim.enabled:
        return not ours, taken
    client.put_dkim_enabled(domain, enabled=True)
    return not ours, replace(taken, dkim=replace(taken.dkim, enabled=True))


def is_ours(found: Identity, tags: Mapping[str, str]) -> bool:
    """Returns whether an identity has this stack's own tags."""
    # Without tags of our own every identity would match.
    return bool(tags) and tags.items() <= found.tags.items()


def refuse_foreign_identity(found: Identity, origin: str, *, adopt: bool, overwrite: bool) -> None:
    """Raises for someone else's identity that is not to be taken over, or not as it signs."""
    who = f"ses {found.region}: {found.domain}"
    if not adopt:
        message = f"{who} is already an identity, and this stack did not create it"
        raise AlreadyConfigured(
            message, remedy="Set on_existing='adopt' to take it over; a destroy then leaves it in place."
        )
    if found.dkim.is_set_up and found.dkim.origin != origin and not overwrite:
        message = f"{who} signs differently from what was asked for ({redact_external(found.dkim.origin)})"
        raise AlreadyConfigured(message, remedy="Set the mode that it has, or set overwrite=True to switch it.")


def _with_tokens(client: Ses, found: Identity) -> Identity:
    return found if found.dkim.ready else client.wait_for_tokens(found.domain, announce=info)


def switch(client: Ses, domain: str, inputs: IdentityInputs, *, own_is_new: bool) -> None:
    """Puts the mode; a key of one's own only when its record is in DNS, so that mail is unsigned as short as can be."""
    mode, who, longest = inputs.mode(), f"ses {client.region}: {domain}", seconds(inputs.switch_timeout)
    # SES signs nothing with a key of one's own until it has found its record, so the record comes first.
    if isinstance(mode, ByoSigning) and own_is_new and longest:
        await_records(who, [own_record(domain, mode, inputs.zone)], wait_for(domain, longest, Pauses(0.5)), _UNASKED)
    try:
        client.put_dkim_signing(domain, mode)
    except Rejected as error:
        if isinstance(mode, EasySigning) and "once" in error.text:
            raise Rejected(
                error.message, remedy="SES allows one change of the key length per day. Run again after that."
            ) from None
        raise
