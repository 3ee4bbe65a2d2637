"""The face of Pulumi's dynamic providers: the only module that knows their quirks (docs/architecture.md#facts).

Inwards it gives plain values: unknowns as one sentinel, whole numbers as int, absent for None. Outwards it turns
problems into check failures that never quote a value, and every error into a message without a traceback.
"""

from __future__ import annotations

import inspect
import sys
from functools import wraps
from typing import TYPE_CHECKING, TypeVar

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

from tenant_email.errors import TenantEmailError, internal_error
from tenant_email.inputs.unknowns import UNKNOWN
from tenant_email.inputs.unusable_values import drop_unusable
from tenant_email.json_types import is_list, is_object
from tenant_email.operations import engine_request, operation, steps
from tenant_email.operations.lifecycle import Lifecycle
from tenant_email.operations.secret_inputs import SECRET_INPUTS, secret_paths

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pulumi.dynamic import ConfigureRequest

    from tenant_email.json_types import Props, PropsView

R = TypeVar("R")


def from_pulumi(props: PropsView | None) -> Props:
    """Returns resource properties as plain values, without the serialized provider."""
    return _present((key, value) for key, value in (props or {}).items() if key != PROVIDER_KEY)


def _present(items: Iterable[tuple[str, object]]) -> Props:
    """Returns what is there, as plain values."""
    # most values are texts, for which a call each would be most of the work
    plain = {key: value if isinstance(value, str) else _value_from_pulumi(value) for key, value in items}
    return {key: value for key, value in plain.items() if value is not None}


def _value_from_pulumi(value: object) -> object:
    if isinstance(value, PulumiUnknown):
        return UNKNOWN
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if is_object(value):
        # Protobuf's maps have another order in each process, and what is said and sent would change with it.
        return _present(sorted(value.items()))
    if is_list(value):
        found = [_value_from_pulumi(item) for item in value]
        return UNKNOWN if any(item is UNKNOWN for item in found) else found
    return value


def without_traceback(method: Callable[..., R]) -> Callable[..., R]:
    """Lets an error reach the user as only its message; what is not ours is reported without any value in it."""

    @wraps(method)
    def wrapper(*args: object) -> R:
        # The host prints a traceback of whatever is raised, and a frame may show a value: the limit is lowered for an
        # error of ours only, and put back first, because the process goes on with the next resource.
        sys.tracebacklimit = 1000
        try:
            with engine_request.answering_for(inspect.currentframe()):
                return method(*args)
        except TenantEmailError as error:
            sys.tracebacklimit = 0
            raise error.with_traceback(None) from None
        except Exception as error:  # noqa: BLE001 - whatever it is, its text may hold a secret
            raised = internal_error(error)
        sys.tracebacklimit = 0
        raise raised

    return wrapper


class DynamicLifecycle(Lifecycle, ResourceProvider):
    """The second base of a lifecycle whose class's path is in state: what the SDK's host calls.

    Parameters that begin with an underscore have the names of `pulumi.dynamic.ResourceProvider`, and are used.
    """

    serialize_as_secret_always = False  # it holds nothing: the pickle is a reference to the class

    def configure(self, req: ConfigureRequest) -> None:
        """Keeps the stack's config for the first use; nothing is connected here."""
        operation.current().configure(req.config.get)

    @without_traceback
    def check(self, _olds: Props, news: Props) -> CheckResult:
        """Validates. The reason never has a property, because Pulumi would print its value."""
        given = {key: value for key, value in news.items() if key != PROVIDER_KEY}
        fit, unfit = drop_unusable(given, passing=(PulumiUnknown,))
        problems = steps.check(self, self._recorded(_olds, news), from_pulumi(fit), unfit)
        return CheckResult(news, [CheckFailure("", str(problem)) for problem in problems])

    @without_traceback
    def diff(self, _id: str, _olds: Props, _news: Props) -> DiffResult:
        """Compares. What is marked secret otherwise now, or was the plug-in's, is recorded anew, without a call."""
        changed, replaces = steps.diff(self, _id, self._recorded(_olds, _news), from_pulumi(_news))
        anew = _is_plugins(_olds, _news) or secret_paths(_olds) != secret_paths(_news)
        return DiffResult(changes=changed or anew, replaces=replaces)

    @without_traceback
    def create(self, props: Props) -> CreateResult:
        """Creates; the engine records nothing of a dynamic resource that fails."""
        try:
            id_, outputs = steps.create(self, from_pulumi(props))
        except steps.UnconfirmedCreationError as unconfirmed:
            raise unconfirmed.error from None
        return CreateResult(id_, {**outputs, **_marks(props)})

    @without_traceback
    def read(self, id_: str, props: Props) -> ReadResult:
        """Reads."""
        found = steps.read(self, id_, from_pulumi(props))
        if found is None:
            return ReadResult("", {})
        inputs, outputs = found
        return ReadResult(id_, {**outputs, **_marks(props)}, {**inputs, **_marks(props)})

    @without_traceback
    def update(self, _id: str, _olds: Props, _news: Props) -> UpdateResult:
        """Updates."""
        recorded = self._recorded(_olds, _news)
        return UpdateResult({**steps.update(self, _id, recorded, from_pulumi(_news)), **_marks(_news)})

    @without_traceback
    def delete(self, _id: str, _props: Props) -> None:
        """Deletes."""
        steps.delete(self, _id, from_pulumi(_props))

    def _recorded(self, olds: Props, news: Props) -> Props:
        """Returns recorded properties as plain values, also where the plug-in recorded them."""
        recorded = from_pulumi(olds)
        if not _is_plugins(olds, news):
            return recorded
        from tenant_email.package_schema.spelling import from_plugin  # noqa: PLC0415 - a stack moves once, if at all

        return from_plugin(type(self).__name__.removesuffix("Lifecycle"), recorded)


def _is_plugins(olds: PropsView, news: PropsView) -> bool:
    """Returns whether the plug-in recorded this: without the reference to its lifecycle, which the SDK deletes by."""
    return bool(olds) and PROVIDER_KEY in news and PROVIDER_KEY not in olds


def _marks(props: PropsView) -> Props:
    """Returns what is recorded of the marks."""
    return {SECRET_INPUTS: list(paths)} if (paths := secret_paths(props)) else {}
