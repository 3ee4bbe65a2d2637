"""What a resource does with its object at its end when another resource of the program has that object now.

After a rename or a replacement the new resource has been checked already, and a delete would take its object away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenant_email.operations import operation
from tenant_email.operations.console import info, warn

if TYPE_CHECKING:
    from tenant_email.json_types import Props

_KEEPS = "A rename with opts.aliases, or a replacement with opts.delete_before_replace, keeps that."


def hand_over(id_: str, recorded: Props, *, claim: str = "", forgotten: str = "") -> bool:
    """Releases an object that another resource of the program owns now, and says so; returns whether there is one.

    `claim` is what the resource claims, where that is not its id. `forgotten`: what is recorded here alone, in words;
    the new resource learns it where it is made after this, and where it was made before, that it cannot is said.
    """
    ownership, claim = operation.current().ownership, claim or id_
    if not ownership.is_claimed(claim):
        return False
    ownership.release(claim, recorded)
    info(f"{id_}: kept, because another resource of this program owns it now")
    if forgotten and ownership.is_written(claim):
        warn(f"{id_}: {forgotten} {_KEEPS}")
    return True
