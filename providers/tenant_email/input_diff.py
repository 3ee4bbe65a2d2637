"""What an update has to send: a pure comparison of recorded and desired, with the password rules.

The one rule behind all of them: a stored secret is never sent to a host it was not given for. So whenever a
credential changes, the whole set is sent, and what is missing from it is a problem that shows at preview.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tenant_email.errors import Problem, redact_external
from tenant_email.inputs.tenant_objects import PLATFORM_INPUTS
from tenant_email.inputs.unknowns import UNKNOWN, is_known
from tenant_email.redaction.visible import unseen_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.capabilities import Capabilities, Transport
    from tenant_email.inputs.tenant_objects import TenantObjectInputs
    from tenant_email.json_types import PropsView


_IGNORED: Final = " If the program sets it, ignore_changes holds it back: take it out of that."


@dataclass(frozen=True, slots=True)
class Ignored:
    """The settings for which the engine gives what is recorded, whatever the program says: whole, or in a part."""

    whole: Callable[[str], bool]
    part: Callable[[str], bool]


NOTHING_IGNORED: Final = Ignored(lambda _: False, lambda _: False)


@dataclass(frozen=True, slots=True)
class InputDiff:
    """The difference between recorded and desired.

    `fields` are top-level inputs, `settings` are names inside `settings`; a secret that is only left out is not among
    them, because that means: keep what the tenant holds. `credentials` says whether the whole credential set is sent.
    `problems` are the password rules that the inputs break. `respelled`: the inputs as they are written differ, whether
    or not they mean something else, so that they are recorded anew. `held_back`: a problem comes of `ignore_changes`,
    which no check is told.
    """

    fields: frozenset[str] = frozenset()
    settings: frozenset[str] = frozenset()
    kind: bool = False
    credentials: bool = False
    problems: tuple[Problem, ...] = ()
    respelled: bool = False
    held_back: bool = False

    def __bool__(self) -> bool:
        return bool(self.fields or self.settings or self.kind or self.respelled)

    @property
    def reaches_platform(self) -> bool:
        """Returns whether anything of it is for the platform; the other inputs only steer us."""
        return bool(self.fields & PLATFORM_INPUTS or self.settings or self.credentials)

    def for_platform(self) -> InputDiff:
        """Returns the part that the platform is to know of."""
        return replace(self, fields=self.fields & PLATFORM_INPUTS)


def compare(
    recorded: TenantObjectInputs,
    desired: TenantObjectInputs,
    capabilities: Capabilities,
    host: str,
    ignored: Ignored = NOTHING_IGNORED,
) -> InputDiff:
    """Compares two sets of inputs; `host` is the tenant's, for messages. Unknown values count as changed."""
    old, new = recorded.settings, desired.settings
    fields = _diff_names({**recorded.to_props(), "settings": None}, {**desired.to_props(), "settings": None})
    # A preview may not know the kind yet: then everything counts as changed, and `up` compares again before it sends.
    if not (is_known(new) and is_known(new.get("kind"))):
        return InputDiff(fields, frozenset({"kind"}), credentials=True)
    transport = capabilities.transports.get(new["kind"])
    settings = _diff_names(old, new)
    kind = "kind" in settings
    # An omitted secret means "keep what the tenant holds", so it is not a change; of another kind there is nothing to
    # keep.
    if transport and not kind:
        settings -= {name for name in (*transport.write_only, *transport.optional) if new.get(name) is None}
    # Credentials go whole or not at all: what a platform makes of a part of them is undefined
    # (docs/contracts/auth0.md#patch-4).
    credentials = transport is not None and (kind or bool(settings & set(transport.credentials)))
    problems = _problems(transport, old, new, capabilities, host) if transport and credentials else ()
    held_back = _held_back(transport, old, new, ignored) if transport else ()
    return InputDiff(fields, settings, kind, credentials, (*problems, *held_back), held_back=bool(held_back))


def incomplete_credentials(settings: PropsView, transport: Transport) -> tuple[Problem, ...]:
    """Returns a problem for each write-only credential that is missing while others of the set are given."""
    needed = transport.required_credentials(settings)
    missing = [name for name in needed if settings.get(name) is None]
    if not missing or len(missing) == len(needed):
        return ()
    return tuple(
        Problem(
            f"settings.{name}",
            "is missing",
            "Set all of the credentials, or omit all of them to keep the stored ones.",
        )
        for name in missing
    )


def unseen_in_credentials(settings: PropsView, transport: Transport) -> tuple[Problem, ...]:
    """Returns a problem for each visible credential, such as a user name, with a character that nobody sees in it."""
    texts = {name: value for name in transport.secret_scope if isinstance(value := settings.get(name), str)}
    return tuple(
        Problem(f"settings.{name}", unseen, "Type it anew.")
        for name, value in texts.items()
        if (unseen := unseen_in(value))
    )


def has_credentials(settings: PropsView, transport: Transport) -> bool:
    """Returns whether the inputs hold what a first write needs: every write-only credential, if something logs in."""
    return all(settings.get(name) is not None for name in transport.required_credentials(settings))


def scope_changes(stored: PropsView, settings: PropsView, transport: Transport) -> tuple[str, ...]:
    """Returns what a stored secret was given for and these settings have otherwise; nothing: then it may go with them.

    The one rule of safety for secrets that are kept: it is asked of the recorded settings before an update, of the live
    ones before a platform sends back what it stores, and at a refresh before a recorded secret is believed.
    """
    if stored.get("kind") != settings.get("kind"):
        return ("kind",)
    return tuple(name for name in transport.secret_scope if stored.get(name) != settings.get(name))


def may_keep_secret(stored: PropsView, settings: PropsView, transport: Transport) -> bool:
    """Returns whether a secret that goes with `stored` may go with `settings`: of one kind, one host, port and user."""
    return not scope_changes(stored, settings, transport)


def _diff_names(old: PropsView, new: PropsView) -> frozenset[str]:
    return frozenset(name for name in {*old, *new} if old.get(name) != new.get(name))


def _problems(
    transport: Transport, old: PropsView, new: PropsView, capabilities: Capabilities, host: str
) -> tuple[Problem, ...]:
    # A secret that is optional, but was recorded, would be lost by a whole set that leaves it out.
    held = tuple(name for name in transport.optional if old.get(name))
    missing = [name for name in (*transport.required_credentials(new), *held) if new.get(name) is None]
    if not missing:
        return ()
    who = f"{capabilities.platform} {host}"
    without = "without the " + " and ".join(missing)
    remedy = f"Set {_paths(missing)}"
    # An engine gives the recorded inputs for what it is told to ignore: none, where a refresh saw another host.
    ignored = "" if any(old.get(name) for name in missing) else _IGNORED
    scope = scope_changes(old, new, transport)
    if scope == ("kind",):
        what = f"cannot switch from {_short(old.get('kind'))} to {_short(new['kind'])} {without}"
        return (Problem("", f"{who}: {what}", f"{remedy}: {capabilities.kind_rule}{ignored}"),)
    if not (moved := _moves(transport, old, new)):
        return ()
    what = f"cannot change {moved} {without}"
    return (Problem("", f"{who}: {what}", f"{remedy}: {capabilities.password_rule}{ignored}"),)


def _held_back(transport: Transport, old: PropsView, new: PropsView, ignored: Ignored) -> tuple[Problem, ...]:
    """Returns why a secret does not go where `ignore_changes` puts it: each was given for another place, or may be.

    For an ignored secret there is the recorded one, which was given for the recorded host. For an ignored host there is
    the recorded one too, and nobody tells for which the program's secret is: a refresh may have seen anyone's there.
    Neither does a new one go over a line that is as safe as somebody has recorded it, and not as the program says.
    """
    secrets = [name for name in (*transport.write_only, *transport.optional) if new.get(name)]
    kept = [name for name in secrets if ignored.whole(name) or ignored.part(name)]
    bound = [*secrets, *(name for name in transport.host_options if new.get(name))]
    sent = [name for name in bound if not ignored.whole(name) and new[name] not in (UNKNOWN, old.get(name))]
    mixed = [name for name in sent if ignored.part(name)]
    held = [name for name in ("kind", *transport.secret_scope) if ignored.whole(name)]
    unguarded = [name for name in transport.guards if ignored.whole(name) or ignored.part(name)]
    new_to_host = [name for name in sent if name not in transport.guards]
    moved = _moves(transport, old, new)
    if kept and moved:
        what = f"cannot change {moved} with {_paths(kept)} in ignore_changes"
        why = "the recorded one was given for what is there now, and goes nowhere else."
    elif mixed:
        what = f"cannot send {_paths(mixed)} with a part of it in ignore_changes"
        why = "that part is as recorded, and what else it holds may be for another place."
    elif sent and held:
        what = f"cannot send {_paths(sent)} with {_paths(held)} in ignore_changes"
        why = (
            "the recorded one stands in place of the program's, and may be another than this was given for. Or omit "
            f"{_paths(sent)} to keep what is stored."
        )
    elif new_to_host and unguarded:
        what = f"cannot send {_paths(new_to_host)} with {_paths(unguarded)} in ignore_changes"
        why = "what is recorded stands in place of the program's, and may send it less safely."
    else:
        return ()
    return (Problem("", what, f"Take it out of ignore_changes: {why}"),)


def _paths(names: list[str]) -> str:
    return " and ".join(f"settings.{name}" for name in names)


def _moves(transport: Transport, old: PropsView, new: PropsView) -> str:
    """Returns what a secret belongs to and is known to change, with both values."""
    moved = (
        f"{transport.label(name)} from {redact_external(old.get(name))} to {redact_external(new.get(name))}"
        for name in scope_changes(old, new, transport)
        if new.get(name) is not UNKNOWN
    )
    return " and ".join(moved)


def _short(kind: object) -> str:
    return redact_external(kind).rpartition(".")[2]
