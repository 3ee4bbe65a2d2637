"""EsvRestart: restarts the tenant when ESVs wait for it, and waits until they are loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.errors import NotFound
from tenant_email.findings import Findings
from tenant_email.inputs.durations import seconds, time_problems
from tenant_email.inputs.properties import NOTHING
from tenant_email.json_types import is_list
from tenant_email.operations.border import DynamicLifecycle
from tenant_email.operations.esv_object import EsvName
from tenant_email.operations.esv_tenant import PLATFORM, TenantPart, owner_of, require_valid, validate

if TYPE_CHECKING:
    from tenant_email.inputs.properties import Properties
    from tenant_email.json_types import Props

_LONGEST: Final = "20m"


class RestartInputs(TenantPart):
    """The inputs of an EsvRestart; `revisions` are there so that a changed ESV is a changed input."""

    esvs: list[EsvName]
    """The names of the variables and secrets that must be loaded."""
    revisions: list[object]
    """What changes with their values: the `revision` of each variable, the `version` of each secret."""
    timeout: str = _LONGEST


class EsvRestartLifecycle(DynamicLifecycle):
    """The id is `pingone_aic/{host}/esv-restart`; it owns nothing, so deleting it does nothing."""

    inputs = frozenset(RestartInputs.model_fields)
    no_import = (
        "a restart leaves nothing behind",
        "Let `pulumi up` create it: it restarts only while an ESV waits for it.",
    )

    def do_check(self, recorded: Props | None, desired: Props) -> Findings:
        """Validates; the tenant is not asked."""
        found, problems = validate(RestartInputs, desired)
        return Findings((*problems, *time_problems("timeout", found.inputs.timeout)))

    def do_diff(self, id_: str, recorded: Props, desired: Props) -> tuple[bool, list[str]]:
        """Compares; another tenant is another restart."""
        found, _ = validate(RestartInputs, desired)
        elsewhere = not found.is_at(id_.split("/")[1])
        return self.recorded_inputs(recorded) != desired, ["tenant"] if elsewhere else []

    def do_create(self, desired: Props) -> tuple[str, Properties]:
        """Restarts unless all is loaded."""
        found = require_valid(RestartInputs, desired)
        with found.write_lock():
            found.api().esvs.load(found.inputs.esvs, seconds(found.inputs.timeout) or 0)
        return f"{PLATFORM}/{found.host}/esv-restart", NOTHING

    def do_read(self, id_: str, recorded: Props) -> tuple[Props, Properties] | None:
        """Reads whether the ESVs are loaded; if not, the next `up` shows it and restarts."""
        inputs = self.recorded_inputs(recorded)
        named = inputs.get("esvs")
        try:
            waiting = bool(owner_of(id_).esvs.list_pending(named if is_list(named) else []))
        # An ESV that is gone waits too: the next `up` makes it, and has to load it. So does what none can be called,
        # in a state that somebody edited: the program says which are meant.
        except (NotFound, ValueError):
            waiting = True
        return {**inputs, **({"revisions": []} if waiting else {})}, NOTHING

    def do_update(self, id_: str, recorded: Props, desired: Props) -> Properties:
        """Restarts unless all is loaded."""
        # Looked at again, not compared: another run may have loaded them since.
        self.do_create(desired)
        return NOTHING

    def do_delete(self, id_: str, recorded: Props) -> None:
        """Does nothing: a restart leaves nothing behind."""
