"""Between our inputs and the platform's documents: pure, and the only place where a secret is unwrapped.

A write replaces the whole object (docs/contracts/pingone_aic.md#config-2), so a body is what was just read with our
fields laid over it: what is not managed survives. Another kind starts from nothing, so that nothing of the old one
stays.
"""

from __future__ import annotations

import copy
import hashlib
import json
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from tenant_email.errors import redact_external
from tenant_email.input_diff import may_keep_secret
from tenant_email.inputs.model import reveal
from tenant_email.inputs.tenant_objects import ProviderInputs
from tenant_email.json_types import Json, Props, PropsView, is_object
from tenant_email.platforms.base import LiveProvider, public_identity
from tenant_email.platforms.pingone_aic import templates
from tenant_email.platforms.pingone_aic.kinds import BUILT_IN, GRAPH, KINDS, SMTP, Kind
from tenant_email.platforms.pingone_aic.placeholders import (
    has_platform_placeholder,
    is_literal_free,
    unwrap_placeholder,
    wrap_placeholder,
)
from tenant_email.platforms.pingone_aic.smtp_properties import from_properties, to_properties

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.input_diff import InputDiff
    from tenant_email.platforms.base import Places

Document = Props

_ALWAYS: Final[Mapping[str, Document]] = {
    SMTP: {"type": "smtp", "smtpProperties": []},
    GRAPH: {"type": "msgraph"},
}
_BUILT_IN_TYPE: Final = "built-in"
_SCRYPT: Final = {"n": 2**13, "r": 8, "p": 1}


def is_built_in(document: PropsView) -> bool:
    """Returns whether a configuration is the built-in sender's.

    It then logs in with values that only the platform can set, such as &{aic.customer.sasl.pass}
    (docs/contracts/pingone_aic.md#built-in). A `from` by itself does not tell: it may have been left as it was.
    """
    return has_platform_placeholder([document.get("host"), document.get("auth")])


def is_recorded_built_in(attributes: PropsView) -> bool:
    """Returns whether recorded attributes are those of the built-in sender."""
    return attributes.get("type") == _BUILT_IN_TYPE


def kind_of(document: PropsView) -> str:
    """Returns the kind that a document is of."""
    if is_built_in(document):
        return BUILT_IN
    return GRAPH if document.get("type") == "msgraph" else SMTP


def secret_of(document: PropsView) -> Json:
    """Returns the secret as the document shows it: a blob, a placeholder or a string; None without one."""
    kind = KINDS[kind_of(document)]
    return _at(document, ("auth", kind.secret[1])) if kind.secret else None


def digest_of(secret: object, salt: str) -> str:
    """Returns a digest of a secret as shown; slow and salted, because some tenants may show it in clear."""
    return _digest(json.dumps(secret, sort_keys=True), salt)


@lru_cache(maxsize=16)  # one run reads the same document several times
def _digest(text: str, salt: str) -> str:
    return hashlib.scrypt(text.encode(), salt=salt.encode(), dklen=16, **_SCRYPT).hex()


def provider_live(document: PropsView, host: str) -> LiveProvider:
    """Reads a stored configuration into the inputs' shape; secrets are absent from it."""
    # Kept raw, because a PUT replaces all of it: what this package does not know has to go back as it was.
    kind, raw = KINDS[kind_of(document)], without_id(document)
    if kind.name == BUILT_IN:
        attributes: Props = {"type": _BUILT_IN_TYPE}
        inputs = ProviderInputs({"kind": BUILT_IN}, enabled=True)
        return LiveProvider(inputs, attributes, is_built_in=True, raw=raw, identity_attributes=attributes)
    settings: Props = {"kind": kind.name}
    settings |= {ours: unwrap_placeholder(_at(raw, wire.path, wire.default)) for ours, wire in kind.fields.items()}
    if kind.name == SMTP:
        settings |= from_properties(raw.get("smtpProperties") or [])
        if not unwrap_placeholder(_at(raw, ("auth", "enable"), default=True)):
            settings["username"] = None
    secret = secret_of(raw)
    settings["promotable"] = True if secret is None or is_literal_free(secret) else None
    secret_digests = {kind.secret[0]: digest_of(secret, host)} if kind.secret and secret is not None else {}
    # A placeholder is no secret; `promotable` is a demand of a program, which nobody made yet.
    shown = {kind.secret[0]: secret} if kind.secret and is_literal_free(secret) else {}
    program_settings = {**settings, **shown, "promotable": None}
    identity = public_identity(settings, kind.secret_scope)
    return LiveProvider(
        ProviderInputs(_given(settings), enabled=True, from_address=unwrap_placeholder(raw.get("from")) or None),
        _attributes(raw, kind, secret_digests),
        secret_digests=secret_digests,
        describe=lambda: _describe(identity),
        raw=raw,
        program_settings=program_settings,
        identity=identity,
        identity_attributes={"type": raw.get("type", "smtp")},
    )


def created_attributes(desired: ProviderInputs) -> Props:
    """Returns the attributes that a configuration shows when these inputs made it, without the digest of its secret."""
    if desired.kind == BUILT_IN:
        return {"type": _BUILT_IN_TYPE}
    attributes = provider_live(provider_body(desired, None, None, None), "").attributes
    return {name: value for name, value in attributes.items() if name != "secret_digests"}


def provider_body(
    desired: ProviderInputs, change: InputDiff | None, live: LiveProvider | None, secret: object
) -> Document:
    """Returns the whole body of a write; `secret` is what stands in the secret's place, None for no secret.

    A setting that is None is taken out only when the user removed it (it is in `change`); else it is not managed.
    """
    settings = desired.settings
    kind, removed = KINDS[desired.kind], (change.settings | change.fields if change else frozenset[str]())
    base: Document = copy.deepcopy(live.raw) if live and is_same_kind(live, desired) else {}
    body = {**_ALWAYS[kind.name], **base}
    for ours, wire in kind.fields.items():
        value = settings.get(ours)
        if value is not None or ours in removed:
            _put(body, wire.path, wrap_placeholder(value, wire.wrapper) if wire.wrapper else value)
    if kind.name == SMTP:
        body["smtpProperties"] = to_properties(settings, base.get("smtpProperties") or [], removed)
        # Who gives no user name wants no login; one that is left on would be tried with nothing.
        _put(body, ("auth", "enable"), settings.get("username") is not None)
        _put(body, ("auth", "username"), settings.get("username"))
    else:
        body["auth"] |= {"enable": True, "type": "oauth2", "grantType": "client_credentials"}
    if kind.secret:
        _put(body, ("auth", kind.secret[1]), reveal(secret))
    if desired.from_address is not None or "from_address" in removed:
        _put(body, ("from",), desired.from_address)
    return body


def is_same_kind(live: LiveProvider, desired: ProviderInputs) -> bool:
    """Returns whether the stored configuration is of the desired kind."""
    return live.inputs.kind == desired.kind


def is_bound_alike(live: LiveProvider, desired: ProviderInputs) -> bool:
    """Returns whether the stored secret was given for what is desired: the same kind, host and user."""
    return may_keep_secret(live.inputs.settings, desired.settings, KINDS[desired.kind].transport)


def normalize(document: PropsView) -> Document:
    """Returns a document with the documented defaults filled in, so that two of them compare.

    Source: docs/contracts/pingone_aic.md#config-8 and #smtp.
    """
    body: Document = copy.deepcopy(without_id(document))
    body.setdefault("type", "smtp")
    if body["type"] == "smtp":
        for wire in KINDS[SMTP].fields.values():
            if wire.default is not None and _at(body, wire.path) is None:
                _put(body, wire.path, wire.default)
        _put(body, ("auth", "type"), _at(body, ("auth", "type")) or "basic")
    # A list to the API, a map to the mail library: its order means nothing.
    body["smtpProperties"] = sorted(body.get("smtpProperties") or [])
    return body


def has_arrived(sent: Document, read: PropsView, before: object) -> bool:
    """Returns whether what is read is what was sent; `before` is the secret as it was shown before the write.

    A literal comes back as a blob, which is new each time: the one from before would be a stale answer.
    """
    kind = KINDS[kind_of(sent)]
    if kind.secret is None:
        return normalize(sent) == normalize(read)
    path = ("auth", kind.secret[1])
    there, now = _at(sent, path), _at(read, path)
    encrypted = isinstance(there, str) and is_object(now) and now != before
    one, other = normalize(sent), normalize(read)
    for document in (one, other):
        _put(document, path, None)
    return one == other and (there == now or encrypted)


def without_id(document: PropsView) -> Document:
    """Returns a document without what its address says already."""
    return {key: value for key, value in document.items() if key not in ("_id", "_rev")}


def _attributes(raw: Document, kind: Kind, secret_digests: Mapping[str, str]) -> Props:
    """Returns the visible fields by their paths, and the digests, which tell a secret that someone else set."""
    shown = {".".join(wire.path): _at(raw, wire.path) for wire in kind.fields.values()}
    shown |= {"type": raw.get("type", "smtp"), "from": raw.get("from"), "smtpProperties": raw.get("smtpProperties")}
    return {**_given(shown), "secret_digests": dict(secret_digests)}


def attribute_paths(kind: str, path: str) -> Places:
    """Returns where the attributes of a kind repeat an input."""
    if path == "from_address":
        return (("from",),)
    name = path.removeprefix("settings.").partition(".")[0]
    if kind == "pingone_aic.template":
        return templates.attribute_paths(name)
    wire = KINDS[kind].fields.get(name) if kind in KINDS else None
    return ((".".join(wire.path) if wire else "smtpProperties",),)


def _describe(identity: PropsView) -> str:
    """Returns how a message names a configuration: where it sends through, and as whom."""
    where = identity.get("host") or identity.get("mail_endpoint")
    user = identity.get("username") or identity.get("client_id")
    named = f"{identity['kind'].rpartition('.')[2]} {redact_external(where)}"
    return f"{named} as {redact_external(user)}" if user else named


def _given(values: Props) -> Props:
    return {name: value for name, value in values.items() if value is not None}


def _at(document: PropsView, path: tuple[str, ...], default: object = None) -> Json:
    found: Json = document
    for part in path:
        found = found.get(part) if is_object(found) else None
    return default if found is None else found


def _put(document: Document, path: tuple[str, ...], value: object) -> None:
    """Sets a field, or takes it out for None."""
    *parents, last = path
    for part in parents:
        document = document.setdefault(part, {})
    if value is None:
        document.pop(last, None)
    else:
        document[last] = value
