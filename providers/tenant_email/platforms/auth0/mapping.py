"""Between our inputs and Auth0's wire documents: pure, and the only place where a secret is unwrapped."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Final

from tenant_email.inputs.model import reveal
from tenant_email.inputs.tenant_objects import ProviderInputs
from tenant_email.json_types import is_object
from tenant_email.platforms.auth0 import templates
from tenant_email.platforms.auth0.kinds import KINDS
from tenant_email.platforms.base import LiveProvider, public_identity

if TYPE_CHECKING:
    from tenant_email.input_diff import InputDiff
    from tenant_email.json_types import Props, PropsView
    from tenant_email.platforms.auth0.kinds import Kind
    from tenant_email.platforms.base import Places

_TOP: Final = {"enabled": "enabled", "from_address": "default_from_address"}
# headers whose value is the text "true" or "false" (docs/contracts/auth0.md#provider)
_TEXT_FLAGS: Final = frozenset({"X-MC-ViewContentLink"})

# what a field goes back to when the user removes it: the defaults of docs/contracts/auth0.md#provider
_CLEARED: Final[PropsView] = {"default_from_address": "", "enabled": True}


def carries_more(desired: ProviderInputs, change: InputDiff | None) -> bool:
    """Returns whether a PATCH carries more than what the program changes, over which a colleague's may be lost.

    A new secret carries the kind, host, port and user that it is for. Where one of these changes too, the program says
    itself that all of it is to be anew, and one call is enough.
    """
    return change is not None and (replaces_options(desired, change) or _is_new_secret(desired.settings, change))


def replaces_options(desired: ProviderInputs, change: InputDiff | None) -> bool:
    """Returns whether a PATCH sends options of the kind that is there, which the API takes as a whole."""
    return change is not None and not change.kind and bool(change.settings & _option_names(desired.settings))


def _is_new_secret(settings: PropsView, change: InputDiff) -> bool:
    """Returns whether of all that credentials are made of only secrets change."""
    kind = _kind(settings["kind"])
    visible = {"kind", "name"} if kind is None else {"kind", *kind.credentials} - {*kind.write_only}
    return change.credentials and not change.settings & visible


def provider_body(desired: ProviderInputs, change: InputDiff | None, live: LiveProvider | None = None) -> Props:
    """Returns the body of a POST (no change given) or of the smallest PATCH.

    Credentials go whole or not at all, and always with the name they are for. A new name sends its options even
    when it has none, so that nothing of the old kind can stay, also where someone else put that (`live`); a field that
    the user removed is cleared. Options of the same kind are laid over those of `live`, because they are taken as a
    whole: what is not managed stays.
    """
    settings, given = desired.settings, desired.to_props()
    body: Props = {
        wire: given.get(ours, _CLEARED.get(wire))
        for ours, wire in _TOP.items()
        if (ours in given if change is None else ours in change.fields)
    }
    # The name goes with them: the API checks credentials against it, and a PATCH of another name drops the old ones
    # (docs/contracts/auth0.md#patch-2).
    if change is None or change.credentials:
        body["name"] = _wire_name(settings)
        body["credentials"] = _credentials(settings)
    stored: Props = {}
    if live and live.inputs.kind == desired.kind and replaces_options(desired, change):
        stored = live.attributes["settings"]
    options = _options(settings, stored, change.settings if change else frozenset[str]())
    switches = "name" in body and live is not None and live.inputs.kind != desired.kind
    # An empty object clears; a PATCH without the key may keep what is stored (docs/contracts/auth0.md#patch-5).
    if options if change is None else switches or change.settings & {"kind", "name", *_option_names(settings)}:
        body["settings"] = options
    return body


def _kind(full_name: str) -> Kind | None:
    """Returns the kind of inputs; None for an `Other`."""
    return KINDS.get(full_name.removeprefix("auth0."))


def _wire_name(settings: PropsView) -> str:
    kind = _kind(settings["kind"])
    return kind.name if kind else str(settings["name"])


def _credentials(settings: PropsView) -> Props:
    kind = _kind(settings["kind"])
    if kind is None:
        given: Props = reveal(settings["credentials"])
        return given
    return {wire: reveal(settings.get(ours)) for ours, wire in kind.credentials.items()}


def _option_names(settings: PropsView) -> frozenset[str]:
    kind = _kind(settings["kind"])
    return frozenset(kind.options if kind else {"settings"})


def _options(settings: PropsView, stored: Props, changed: frozenset[str]) -> Props:
    """Returns the wire's options: those given, over the stored ones but for those that the user removed."""
    kind = _kind(settings["kind"])
    if kind is None:
        chosen: Props = settings.get("settings") or {}
        return chosen
    options = copy.deepcopy(stored)
    for ours, (group, key) in kind.options.items():
        there = options.get(group)
        members: Props = there if is_object(there) else {}
        if (value := settings.get(ours)) is not None:
            members[key] = str(value).lower() if key in _TEXT_FLAGS else value
        elif ours in changed:
            members.pop(key, None)
        options[group] = members
    return {group: members for group, members in options.items() if members}


def provider_live(document: PropsView) -> LiveProvider:
    """Reads what the API answers into the inputs' shape; hidden credentials are absent from it."""
    name = document["name"]
    credentials: PropsView = document.get("credentials") or {}
    options: PropsView = document.get("settings") or {}
    kind = KINDS.get(name)
    # A kind newer than this package is shown only by its name, and can be managed as `Other`.
    if kind is None:
        settings: Props = {"kind": "auth0.other", "name": name, **({"settings": dict(options)} if options else {})}
    else:
        settings = {"kind": f"auth0.{name}"}
        settings |= {ours: credentials.get(wire) for ours, wire in kind.credentials.items()}
        settings |= {ours: _option(options, *path) for ours, path in kind.options.items()}
    inputs = ProviderInputs(
        {key: value for key, value in settings.items() if value is not None},
        enabled=document.get("enabled", True),
        from_address=document.get("default_from_address") or None,
    )
    # of a kind newer than this package nobody knows what is secret, so nothing of its credentials is recorded
    visible = {wire for ours, wire in kind.credentials.items() if ours not in kind.write_only} if kind else set[str]()
    shown = {wire: value for wire, value in credentials.items() if wire in visible}
    attributes = {"name": name, "credentials": shown, "settings": dict(options)}
    attributes |= {wire: getattr(inputs, ours) for ours, wire in _TOP.items()}
    # What is hidden cannot be compared, so that only what everyone may see identifies it.
    identified_by = [*kind.identified_by, *kind.credentials] if kind else ["name"]
    hidden = kind.write_only if kind else ()
    return LiveProvider(
        inputs,
        attributes,
        identity=public_identity(settings, [each for each in identified_by if each not in hidden]),
        identity_attributes={"name": name},
    )


def attribute_paths(kind: str, path: str) -> Places:
    """Returns where the attributes of a kind repeat an input."""
    if path in _TOP:
        return ((_TOP[path],),)
    name = path.removeprefix("settings.").partition(".")[0]
    if kind == "auth0.template":
        return templates.attribute_paths(name)
    known = _kind(kind)
    if known and name in known.credentials:
        return (("credentials", known.credentials[name]),)
    return (("settings", *(known.options.get(name, ()) if known else ())),)


def created_attributes(desired: ProviderInputs) -> Props:
    """Returns the attributes that a provider shows when these inputs made it."""
    return provider_live(provider_body(desired, None)).attributes


def _option(options: PropsView, group: str, key: str) -> object:
    chosen: PropsView = options.get(group) or {}
    value = chosen.get(key)
    return value == "true" if key in _TEXT_FLAGS and value is not None else value
