"""Between our inputs and Logto's connectors: pure, and the only place where a secret is unwrapped.

Logto replaces a config whole. So a write is made of the settings given, over what the connector holds besides them:
an option that is not given is not managed, and stays.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from tenant_email.errors import InvalidSettings, Problem
from tenant_email.input_diff import scope_changes
from tenant_email.inputs.mail_ports import begins_with_tls
from tenant_email.inputs.model import parse, reveal, wrap
from tenant_email.inputs.tenant_objects import ProviderInputs
from tenant_email.json_types import Json, Props, PropsView, is_object
from tenant_email.platforms.base import LiveProvider, public_identity
from tenant_email.platforms.logto import templates, texts_mapping
from tenant_email.platforms.logto.clean import clean_config
from tenant_email.platforms.logto.kinds import HOST_OPTIONS, KINDS, SMTP_FACTORY, Kind, kind_of
from tenant_email.platforms.logto.models import TRANSPORTS
from tenant_email.platforms.logto.settings import Smtp
from tenant_email.redaction.secrets import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.input_diff import InputDiff
    from tenant_email.platforms.base import Places

SEVERAL: Final = "logto.several"
"""The kind of a tenant that holds several email connectors, as parallel creates leave it."""
_LONGEST_OF_TEST: Final = {
    "dnsTimeout": 5000,
    "connectionTimeout": 5000,
    "greetingTimeout": 15_000,
    "socketTimeout": 15_000,
}
"""Milliseconds of a test; the first three can pass one after the other, and the client waits 30 s for the answer."""
_OR_NONE: Final = ", or to '' for none"


@dataclass(frozen=True, slots=True)
class Stored:
    """A connector: whole when it was just read, only its id and factory when it was recorded."""

    id: str = ""
    factory: str = ""
    settings: Props = field(default_factory=Props, repr=False)
    from_address: str | None = None
    others: PropsView = field(default_factory=Props, repr=False)

    @property
    def kind(self) -> Kind | None:
        """Returns the kind, where one of ours stands for it."""
        return KINDS.get(self.settings.get("kind", ""))


def kind_in(settings: PropsView) -> Kind:
    """Returns the kind of validated settings."""
    return KINDS[settings["kind"]]


def to_config(settings: PropsView, from_address: str | None) -> Props:
    """Returns the config that settings make, secrets included."""
    kind = kind_in(settings)
    given = reveal(settings)
    config: Props = {}
    for ours, path in kind.paths.items():
        value = given.get(ours)
        if value is not None and not (value == "" and ours in kind.optional):  # an empty one is taken out
            _put(config, path, value)
    for path, constant in kind.constants.items():
        _put(config, path, constant)
    if kind.sender and from_address:
        config[kind.sender] = from_address
    setting = texts_mapping.setting_of(kind.texts)
    return config | texts_mapping.to_wire(kind.texts, given.get(setting) if setting else None)


def read(document: PropsView) -> Stored:
    """Reads a connector as the API answers it."""
    config: Props = document.get("config") or {}
    factory = document["connectorId"]
    kind = kind_of(factory, config.get("auth"))
    if kind is None:
        return Stored(document["id"], factory, {"kind": f"logto.{factory}"}, others=config)
    settings: Props = {"kind": kind.full_name}
    for ours, path in kind.paths.items():
        if (value := _get(config, path)) is not None:
            settings[ours] = wrap(value) if ours in kind.secret else value
    setting = texts_mapping.setting_of(kind.texts)
    if setting and (given := texts_mapping.from_wire(kind.texts, config)):
        settings[setting] = given
    known = {path[0] for path in (*kind.paths.values(), *kind.constants)} | {kind.sender, setting}
    others = {key: value for key, value in config.items() if key not in known}
    return Stored(document["id"], factory, settings, config.get(kind.sender or ""), others)


def read_attributes(attributes: PropsView) -> Stored:
    """Returns which connector the last run recorded; what it holds may be otherwise by now."""
    return Stored(attributes.get("id", ""), attributes.get("factory", ""))


def merge(desired: ProviderInputs, change: InputDiff | None, stored: Stored) -> Stored:
    """Returns the connector as it is to be: what is given, over what stays.

    Headers and TLS options that nobody manages may hold a token or a key of the old host, so they stay behind with it.
    Raises InvalidSettings when a secret that stays would reach a host it was not given for.
    """
    settings = desired.settings
    kind, base = kind_in(settings), _base(stored, settings)
    removed = frozenset[str]() if change is None else change.settings - kind.secret - settings.keys()
    # They are not among the credentials, but may hold a token or a client key of the old host all the same.
    if base.get("host") != settings.get("host"):
        removed |= HOST_OPTIONS
    kept = {name: value for name, value in base.items() if name not in removed}
    if kept.get("port") != settings.get("port"):
        kept.pop("secure", None)  # it went with the old port
    if lost := [name for name in kind.secret & kept.keys() if name not in settings]:
        _refuse_to_hand_over(kind, scope_changes(kept, settings, kind.transport), sorted(lost))
    sender = desired.from_address
    if sender is None and not (change and "from_address" in change.fields):
        sender = stored.from_address if stored.factory == kind.factory else None
    others = stored.others if stored.factory == kind.factory else Props()
    derived = {} if _is_kept_without_tls(stored, kept, settings, removed) else tls_for_port(settings)
    return Stored(stored.id, kind.factory, {**derived, **kept, **settings}, sender, others)


def options_left_behind(stored: Stored, target: Stored) -> list[str]:
    """Returns the options that stay behind with the old host; see `merge`."""
    moved = stored.factory == target.factory and stored.settings.get("host") != target.settings.get("host")
    return sorted(HOST_OPTIONS & (stored.settings.keys() - target.settings.keys())) if moved else []


def tls_for_port(settings: PropsView) -> Props:
    """Returns the TLS setting that the port stands for: Logto would speak clear text at a port that begins with TLS."""
    return {"secure": True} if begins_with_tls(settings.get("port")) else {}


def _is_kept_without_tls(stored: Stored, kept: Props, settings: PropsView, removed: frozenset[str]) -> bool:
    """Returns whether the connector has this very server without a TLS setting, which is then not managed."""
    same = all(kept.get(name) == settings.get(name) for name in ("host", "port"))
    return bool(stored.id) and same and "secure" not in removed


def _base(stored: Stored, settings: PropsView) -> PropsView:
    """Returns what can stay: everything of the same kind, nothing but the texts of another way to log in."""
    if stored.settings.get("kind") == settings["kind"]:
        return stored.settings
    same_factory = stored.kind and stored.kind.factory == kind_in(settings).factory
    return {name: stored.settings[name] for name in ("templates",) if same_factory and name in stored.settings}


def _refuse_to_hand_over(kind: Kind, moved: tuple[str, ...], secrets: list[str]) -> None:
    if moved:
        label = kind.transport.label
        problems = (
            Problem(
                f"settings.{name}",
                f"is stored in the tenant for another {' and '.join(label(each) for each in moved)}",
                f"Set settings.{name}{_OR_NONE if name in kind.optional else ''}: a stored secret is never sent to a "
                "host it was not entered for.",
            )
            for name in secrets
        )
        raise InvalidSettings("logto", tuple(problems))


def provider_body(connector: Stored, who: str) -> Props:
    """Returns the config to send: cleaned as Logto cleans it, and validated again after that."""
    config: Props = clean_config({**connector.others, **to_config(connector.settings, connector.from_address)}) or {}
    # Logto validates before it strips empty values, and then stores what it would refuse
    # (docs/contracts/logto.md#clean).
    left = read({"id": "", "connectorId": connector.factory, "config": config})
    kind = kind_in(connector.settings)
    _, problems = parse(TRANSPORTS[kind.full_name], left.settings, "settings")
    problems += _missing_problems(kind, left)
    if problems:
        raise InvalidSettings(who, tuple(problems))
    return config


def _missing_problems(kind: Kind, left: Stored) -> list[Problem]:
    """Returns what Logto requires, or needs to send anything, and the cleaned config lacks."""
    absent = [f"settings.{name}" for name in kind.write_only if name not in left.settings]
    absent += ["from_address"] if kind.sender and not left.from_address else []
    setting = texts_mapping.setting_of(kind.texts)
    texts: Props = left.settings.get(setting or "", {})
    absent += [
        f"settings.{setting}.{usage}" for usage in texts_mapping.required_usages(kind.texts) if usage not in texts
    ]
    return [Problem(path, "is missing", f"Set {path}.") for path in absent]


def test_body(factory: str, config: PropsView, recipient: str) -> Props:
    """Returns the body of a test; with short timeouts, for a silent server would else be waited for ten minutes.

    A greeting may be late all the same: servers delay it on purpose, against senders that do not wait.
    """
    short = (
        {name: min(config.get(name, most), most) for name, most in _LONGEST_OF_TEST.items()}
        if factory == SMTP_FACTORY
        else {}
    )
    return {"email": recipient, "config": {**config, **short}}


def provider_live(stored: Stored, describe: Callable[[], str]) -> LiveProvider:
    """Returns a connector in the inputs' shape; `enabled` is always true, for Logto cannot switch a connector off."""
    # An optional secret that is not there is an empty one, so that a removal by someone else shows.
    absent = {name: Secret("") for name in (stored.kind.optional if stored.kind else ())}
    identity = public_identity(stored.settings, stored.kind.identified_by if stored.kind else ())
    return LiveProvider(
        ProviderInputs({**absent, **stored.settings}, enabled=True, from_address=stored.from_address),
        _attributes(stored),
        secret_digests=_secret_digests(stored),
        id=stored.id,
        describe=describe,
        raw=stored,
        program_settings={name: value for name, value in stored.settings.items() if not _may_be_secret(name, value)},
        identity=identity,
        identity_attributes={"id": stored.id, "factory": stored.factory, "settings": identity},
    )


def created_attributes(desired: ProviderInputs) -> Props:
    """Returns the attributes that a connector shows when these inputs made it, without an id."""
    made = merge(desired, None, Stored())
    attributes = _attributes(read({"id": "", "connectorId": made.factory, "config": provider_body(made, "logto")}))
    return {name: value for name, value in attributes.items() if name != "id"}


def several(describe: Callable[[], str]) -> LiveProvider:
    """Returns what stands for a tenant whose connectors cannot be listed."""
    settings = {"kind": SEVERAL}
    attributes = {"settings": settings}
    return LiveProvider(
        ProviderInputs(settings, enabled=True),
        attributes,
        describe=describe,
        raw=Stored(),
        identity_attributes=attributes,
    )


def _attributes(stored: Stored) -> Props:
    unshown = HOST_OPTIONS | (stored.kind.secret if stored.kind else set[str]())
    shown = {name: value for name, value in stored.settings.items() if name not in unshown}
    hidden = sorted({*(stored.settings.keys() & unshown), *stored.others})
    attributes = {"id": stored.id, "factory": stored.factory, "settings": shown, "from_address": stored.from_address}
    return {name: value for name, value in {**attributes, "hidden": hidden or None}.items() if value is not None}


def attribute_paths(kind: str, path: str) -> Places:
    """Returns where the attributes of a kind repeat an input."""
    if kind == "logto.template":
        return templates.attribute_paths(path.removeprefix("settings.").partition(".")[0])
    return (tuple(path.split(".")),)


def _may_be_secret(name: str, value: object) -> bool:
    """Returns whether a setting may hold a secret that only its user can tell from what is none."""
    parts = Smtp.secret_parts.get(name, frozenset())
    return isinstance(value, Secret) or name == "custom_headers" or (is_object(value) and bool(parts & value.keys()))


def _secret_digests(stored: Stored) -> dict[str, str]:
    """Returns a digest of each secret, slow to guess from, so that a change by someone else shows."""
    names = stored.kind.write_only if stored.kind else ()
    return {name: _digest(stored, name) for name in names if name in stored.settings}


def _digest(stored: Stored, name: str) -> str:
    secret: str = reveal(stored.settings[name])
    return _scrypt(secret, f"{stored.id}/{name}")


@lru_cache(maxsize=16)  # one run reads the same connector several times
def _scrypt(secret: str, salt: str) -> str:
    return hashlib.scrypt(secret.encode(), salt=salt.encode(), n=4096, r=8, p=1, dklen=16).hex()


def _put(config: Props, path: tuple[str, ...], value: object) -> None:
    for key in path[:-1]:
        config = config.setdefault(key, {})
    config[path[-1]] = value


def _get(config: PropsView, path: tuple[str, ...]) -> Json:
    value: Json = config
    for key in path:
        if not is_object(value):
            return value if key == "key" else None  # a private key may stand without an object around it
        value = value.get(key)
    return value
