"""The border to Pulumi: the only module that knows the quirks of its dynamic providers (docs/architecture.md#facts).

Inwards it gives plain values: unknowns as one sentinel, whole numbers as int, absent for None. Outwards it turns
problems into check failures that never quote a value, and every error into a message without a traceback.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, ClassVar, Final, TypeVar

from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)
from pulumi.dynamic.dynamic import PROVIDER_KEY
from pulumi.output import Unknown as PulumiUnknown
from pulumi.runtime.proto import engine_pb2

from tenant_email.errors import TenantEmailError, redact_message
from tenant_email.inputs.unknowns import UNKNOWN
from tenant_email.inputs.unusable_values import drop_unusable
from tenant_email.json_types import is_list, is_object
from tenant_email.operations import console, operation
from tenant_email.operations.secret_inputs import SECRET_INPUTS, public_id, real_id, secret_paths
from tenant_email.redaction import secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from pulumi.dynamic import ConfigureRequest

    from tenant_email.findings import Findings
    from tenant_email.inputs.properties import Properties
    from tenant_email.json_types import Props, PropsView
    from tenant_email.platforms.base import Places

_FRAMES_SHOWN: Final = 3
_MOST_PROBLEMS: Final = 50  # of one resource; nobody reads more

R = TypeVar("R")
Mirrors = Mapping[str, tuple[str, ...]]


def from_pulumi(props: PropsView | None) -> Props:
    """Returns resource properties as plain values, without the serialized provider."""
    values = {key: _value_from_pulumi(value) for key, value in (props or {}).items() if key != PROVIDER_KEY}
    return {key: value for key, value in values.items() if value is not None}


def _value_from_pulumi(value: object) -> object:
    if isinstance(value, PulumiUnknown):
        return UNKNOWN
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if is_object(value):
        items = {key: _value_from_pulumi(item) for key, item in value.items()}
        return {key: item for key, item in items.items() if item is not None}
    if is_list(value):
        found = [_value_from_pulumi(item) for item in value]
        return UNKNOWN if any(item is UNKNOWN for item in found) else found
    return value


def info(message: str, *more: str) -> None:
    """Prints an `info:` line in the user's console, and more lines below it."""
    console.say(engine_pb2.LogSeverity.Value("INFO"), "\n".join(map(redact_message, (message, *more))))


def warn(message: str, *more: str) -> None:
    """Prints a `warning:` line in the user's console, and more lines below it."""
    console.say(engine_pb2.LogSeverity.Value("WARNING"), "\n".join(map(redact_message, (message, *more))))


def without_traceback(method: Callable[..., R]) -> Callable[..., R]:
    """Lets an error reach the user as its message alone; what is not ours is reported without any value in it."""

    @wraps(method)
    def wrapper(*args: object) -> R:
        # The host prints a traceback of whatever is raised, and a frame may show a value: the limit is lowered for an
        # error of ours alone, and put back first, because the process goes on with the next resource.
        sys.tracebacklimit = 1000
        try:
            with console.about(inspect.currentframe()):
                return method(*args)
        except TenantEmailError as error:
            sys.tracebacklimit = 0
            raise error.with_traceback(None) from None
        except Exception as error:  # noqa: BLE001 - whatever it is, its text may hold a secret
            raised = _internal(error)
        sys.tracebacklimit = 0
        raise raised

    return wrapper


def _internal(error: Exception) -> TenantEmailError:
    """Returns what is told of an error that is not ours: its kind and place, never its text, which may hold a value."""
    places, trace = list[str](), error.__traceback__
    while trace:
        places.append(f"{trace.tb_frame.f_globals.get('__name__')}, line {trace.tb_lineno}")
        trace = trace.tb_next
    way = " < ".join(reversed(places[-_FRAMES_SHOWN:]))
    return TenantEmailError(
        f"internal error: {type(error).__name__} in {way}",
        remedy="This is a bug of pulumi-tenant-email; please report these two lines.",
    )


class Lifecycle(ResourceProvider):
    """Base of all lifecycles. A subclass says what is wrong, what differs, and how to create, read, update and delete.

    Parameters that begin with an underscore have the names of `pulumi.dynamic.ResourceProvider`, and are used.
    """

    serialize_as_secret_always = False  # it holds nothing: the pickle is a reference to the class

    inputs: ClassVar[frozenset[str]]
    """The names of the inputs; everything else in recorded state is an output."""

    mirrors: ClassVar[Mirrors] = {}
    """Outputs that repeat inputs, and which; see resources/secrecy.py."""

    def output_paths(self, path: str, props: PropsView) -> Places:
        """Returns the paths in the outputs that repeat the input at a path such as `settings.host`."""
        return tuple(
            (output,) for output, inputs in self.mirrors.items() if any(f"{path}.".startswith(f"{n}.") for n in inputs)
        )

    def do_check(self, recorded: Props | None, desired: Props) -> Findings:
        """Judges the inputs: returns what it finds, all at once; no network, nothing printed, nothing registered."""
        raise NotImplementedError

    def do_diff(self, id_: str, recorded: Props, desired: Props) -> tuple[bool, list[str]]:
        """Returns (anything changed, inputs that force a replacement); no network, and it never raises.

        `recorded` holds inputs and outputs.
        """
        raise NotImplementedError

    def warn_of_change(self, recorded: Props, desired: Props) -> tuple[str, ...]:
        """Returns what a preview should warn of where `do_diff` finds a change in place; it never raises either."""
        return ()

    def do_create(self, desired: Props) -> tuple[str, Properties]:
        """Creates; returns (id, outputs beside the inputs)."""
        raise NotImplementedError

    def do_read(self, id_: str, recorded: Props) -> tuple[Props, Properties] | None:
        """Reads; returns (inputs as they are live, outputs beside them), or None when it is gone."""
        raise NotImplementedError

    def do_update(self, id_: str, recorded: Props, desired: Props) -> Properties:
        """Updates; returns the outputs beside the inputs."""
        raise NotImplementedError

    def do_delete(self, id_: str, recorded: Props) -> None:
        """Deletes, as the policy says; gone counts as done."""
        raise NotImplementedError

    def configure(self, req: ConfigureRequest) -> None:
        """Keeps the stack's config for the first use; nothing is connected here."""
        operation.current().configure(req.config.get)

    @without_traceback
    def check(self, _olds: Props, news: Props) -> CheckResult:
        """Validates; see `do_check`. The reason never has a property, because Pulumi would print its value."""
        given = {key: value for key, value in news.items() if key != PROVIDER_KEY}
        fit, problems = drop_unusable(given, passing=(PulumiUnknown,))
        with self._plain_props(_olds, fit) as (recorded, desired):
            findings = self.do_check(self.recorded_inputs(recorded) or None, desired)
            findings += operation.current().ownership.register(findings.claims)
            problems += findings.problems
            for notice in findings.notices:
                info(notice)
            for warning in findings.warnings:
                warn(warning)
            unique = list(dict.fromkeys(problems))
            texts = dict.fromkeys(str(problem) for problem in unique[:_MOST_PROBLEMS])
        if len(unique) > _MOST_PROBLEMS:
            texts[f"and {len(unique) - _MOST_PROBLEMS} more problems\nCorrect these first."] = None
        return CheckResult(news, [CheckFailure("", text) for text in texts])

    @without_traceback
    def diff(self, _id: str, _olds: Props, _news: Props) -> DiffResult:
        """Compares; see `do_diff`. What is marked secret otherwise now is recorded anew, without a call."""
        with self._plain_props(_olds, _news) as (recorded, desired):
            changed, replaces = self.do_diff(real_id(_id, recorded), recorded, desired)
            for note in self.warn_of_change(recorded, desired) if changed and not replaces else ():
                warn(note)
        return DiffResult(
            changes=changed or bool(replaces) or secret_paths(_olds) != secret_paths(_news), replaces=replaces
        )

    @without_traceback
    def create(self, props: Props) -> CreateResult:
        """Creates; see `do_create`."""
        with self._plain_props(None, props) as (_, desired):
            id_, outputs = self.do_create(desired)
        return CreateResult(
            public_id(id_, desired, secret_paths(props)), {**desired, **outputs.to_props(), **_marks(props)}
        )

    @without_traceback
    def read(self, id_: str, props: Props) -> ReadResult:
        """Reads; see `do_read`."""
        with self._plain_props(props, None) as (recorded, _):
            found = self.do_read(real_id(id_, recorded), recorded)
        if found is None:
            return ReadResult("", {})
        inputs, outputs = found
        return ReadResult(id_, {**inputs, **outputs.to_props(), **_marks(props)}, {**inputs, **_marks(props)})

    @without_traceback
    def update(self, _id: str, _olds: Props, _news: Props) -> UpdateResult:
        """Updates; see `do_update`."""
        with self._plain_props(_olds, _news) as (recorded, desired):
            outputs = self.do_update(real_id(_id, recorded), recorded, desired)
        return UpdateResult({**desired, **outputs.to_props(), **_marks(_news)})

    @without_traceback
    def delete(self, _id: str, _props: Props) -> None:
        """Deletes; see `do_delete`."""
        with self._plain_props(_props, None) as (recorded, _):
            self.do_delete(real_id(_id, recorded), recorded)

    @contextmanager
    def _plain_props(self, olds: Props | None, news: Props | None) -> Generator[tuple[Props, Props]]:
        """Opens recorded and desired properties, and keeps out of every message what is marked secret in them."""
        recorded, desired = from_pulumi(olds), from_pulumi(news)
        with secrets.guard_paths(secret_paths(recorded, desired)):
            recorded.pop(SECRET_INPUTS, None)
            desired = {name: value for name, value in desired.items() if name not in {SECRET_INPUTS, *self.mirrors}}
            # Before anything can fail: from here on a message that quotes one of them shows a mask.
            secrets.guard(recorded)
            secrets.guard(desired)
            yield recorded, desired

    def recorded_inputs(self, props: Props) -> Props:
        """Returns the inputs among recorded properties, outputs left out."""
        return {key: value for key, value in props.items() if key in self.inputs}


def _marks(props: PropsView) -> Props:
    """Returns what is recorded of the marks."""
    return {SECRET_INPUTS: list(paths)} if (paths := secret_paths(props)) else {}
