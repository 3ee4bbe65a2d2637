"""What a resource does, whichever way Pulumi reaches it: plain values in, plain values out.

Two faces are over it: Pulumi's dynamic providers (`border.py`) and the provider plug-in (`tenant_email.plugin`). Both
go through `steps.py`, and what a lifecycle does knows neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from tenant_email.operations.import_ids import not_importable

if TYPE_CHECKING:
    from tenant_email.findings import Findings
    from tenant_email.inputs.properties import Properties
    from tenant_email.json_types import Props, PropsView
    from tenant_email.platforms.base import Places

Mirrors = Mapping[str, tuple[str, ...]]


class Lifecycle:
    """Base of all lifecycles. A subclass says what is wrong, what differs, and how to create, read, update, delete."""

    inputs: ClassVar[frozenset[str]]
    """The names of the inputs; everything else in recorded state is an output."""

    replaced_by: ClassVar[tuple[str, ...]] = ()
    """The inputs of which another value is another object, so that a change of one replaces the resource."""

    mirrors: ClassVar[Mirrors] = {}
    """Outputs that repeat inputs, and which; see resources/secrecy.py."""

    no_import: ClassVar[tuple[str, str]] = ("it leaves nothing behind that could be read", "Let `pulumi up` create it.")
    """Why it cannot be imported, and what to do instead; for those that have no `do_import`."""

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
        """Creates; returns (id, outputs besides the inputs)."""
        raise NotImplementedError

    def creation_id(self, desired: Props) -> str | None:
        """Returns the id that `do_create` would return, where a later run may go on with one whose answer was lost.

        None where nothing of that has to be recorded: what was made is found again by what it is, such as its tags.
        """
        return None

    def do_read(self, id_: str, recorded: Props) -> tuple[Props, Properties] | None:
        """Reads; returns (inputs as they are live, outputs besides them), or None when it is gone."""
        raise NotImplementedError

    def do_import(self, id_: str) -> tuple[Props, Properties] | None:
        """Reads what no state knows; returns (inputs that a program writes for it, outputs), None for none.

        The inputs are short, as a person writes them, and hold no secret: what is left out stays as it is. The outputs
        are those of an adoption, so that a destroy leaves it, or puts it back.

        Raises:
            InvalidSettings: the id is none of this resource.
            WrongTenant: no connection names its tenant.
            NotSupported: it cannot be imported.
        """
        raise not_importable(id_, *self.no_import)

    def do_update(self, id_: str, recorded: Props, desired: Props) -> Properties:
        """Updates; returns the outputs besides the inputs."""
        raise NotImplementedError

    def do_delete(self, id_: str, recorded: Props) -> None:
        """Deletes, as the policy says; gone counts as done."""
        raise NotImplementedError

    def recorded_inputs(self, props: Props) -> Props:
        """Returns the inputs among recorded properties, outputs left out."""
        return {key: value for key, value in props.items() if key in self.inputs}
