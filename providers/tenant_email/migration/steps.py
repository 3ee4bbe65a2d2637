"""How a project takes over from another tool: steps in an order that leaves no moment with two owners, as Markdown."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from tenant_email.redaction.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tenant_email.migration.found import Reading, Source

FILE: Final = "MIGRATING.md"
"""Where the steps stand in the project."""

_TOOLS: Final[dict[Source, str]] = {
    "terraform": "Terraform",
    "pulumi": "pulumi_auth0",
    "deploy-cli": "auth0-deploy-cli",
    "frodo": "frodo",
    "fr-config-manager": "fr-config-manager",
    "logto": "Logto's console",
}
_SAFE: Final = """\
Nothing is written to the tenant in any of these steps, so that mail goes out all the while. One tool may write to it at
any time: the other one until step 3, none between step 3 and step 4, this project from step 4.
"""
_PROOF: Final = """\
Set this project up as [README.md](README.md) says, as far as `pulumi preview`. A preview calls no tenant.
"""
_UP: Final = """\
`pulumi up`. It compares each resource with the tenant and records it. Where something differs it says what, and
nothing is written or recorded: correct the program, or what someone changed meanwhile, and run it again.
"""
_EMPTY: Final = """\
Set `IMPORT = False` in `__main__.py`. `pulumi preview` has nothing to do.
"""
_BETWEEN: Final = "**After step 3**: nobody manages the emails, and the tenant sends as before. Go on with step 4"


def steps(reading: Reading) -> str:
    """Returns the steps for what was read."""
    tool, source = _TOOLS[reading.source], reading.source
    leave = list(_leave(source, reading.taken))
    halfway = [
        "**Before step 3**: nothing has changed. Start what you stopped; the project can be removed or kept.",
        f"{_BETWEEN}, or go back: {_back(source)}",
        "**Step 4 stops at a resource**: those before it are recorded and not written; run it again.",
    ]
    return "\n".join(
        [
            f"# From {tool} to this project\n",
            _SAFE,
            f"1. {_STOP[source]}\n",
            f"2. {_indented(_PROOF)}",
            f"3. {_TAKE_OUT[source]}\n",
            *(["   ```sh", *(f"   {visible(line)}" for line in leave), "   ```\n"] if leave else []),
            f"4. {_indented(_UP)}",
            f"5. {_indented(_EMPTY)}",
            f"6. {_AFTER[source]}\n",
            "## If one stops halfway\n",
            *(f"- {each}" for each in halfway),
            "",
        ]
    )


_STOP: Final[dict[Source, str]] = {
    "terraform": "Stop whatever runs Terraform for this state: pipelines, HCP Terraform's workspace, Atlantis.",
    "pulumi": "Stop whatever runs the other stack.",
    "deploy-cli": "Stop the pipeline that runs `a0deploy import`.",
    "frodo": "Stop what runs `frodo … import` for this tenant.",
    "fr-config-manager": "Stop the pipeline that runs `fr-config-push`.",
    "logto": "Agree that nobody changes the connector and the templates in the console until step 5.",
}
_TAKE_OUT: Final[dict[Source, str]] = {
    "terraform": "Remove the blocks of these resources from Terraform's code, and take them out of its state, which "
    "destroys nothing. The plan must not name any of them. (In code instead, since Terraform 1.7: a `removed` block "
    "with `destroy = false` for each, and `terraform apply`.)",
    "pulumi": "Remove these resources from the other program, and take them out of its state, which deletes nothing. "
    "The preview must not name any of them.",
    "deploy-cli": "Exclude both from imports and exports in config.json, and remove the files from the folder: "
    '`{ "AUTH0_EXCLUDED": ["emailProvider", "emailTemplates"] }`. '
    "(With `AUTH0_INCLUDED_ONLY`, remove them from that list instead.)",
    "frodo": "Remove the files of these objects from what is imported.",
    "fr-config-manager": "Remove `email-provider`, these templates and these ESVs from the folder that is pushed.",
    "logto": "Nothing has to be taken out: the console keeps no state.",
}
_AFTER: Final[dict[Source, str]] = {
    "terraform": "Start Terraform again. Old versions of its state still hold the secrets that it held: change them "
    "when it suits you, in this project.",
    "pulumi": "Start the other stack again. Its history still holds the secrets, encrypted.",
    "deploy-cli": "Start the pipeline again.",
    "frodo": "Start it again.",
    "fr-config-manager": "Start the pipeline again.",
    "logto": "Remove the file with the connectors: it holds the secrets in clear.",
}


def _leave(source: Source, taken: Sequence[str]) -> Iterable[str]:
    """Yields the commands that take what this project has out of the other tool."""
    if source == "terraform" and taken:
        yield f"terraform state rm {' '.join(map(shlex.quote, taken))}"
        yield "terraform plan"
    if source == "pulumi" and taken:
        for urn in reversed(taken):
            yield f"pulumi state delete --yes {shlex.quote(urn)}"
        yield "pulumi preview"


def _back(source: Source) -> str:
    match source:
        case "terraform":
            return (
                "restore the code, and `terraform import ADDRESS ID` (`terraform state push` of the copy in step 1's)."
            )
        case "pulumi":
            return "restore the program, and `pulumi stack import` of the export."
        case _:
            return "undo step 3."


def _indented(text: str) -> str:
    return text.replace("\n", "\n   ").rstrip() + "\n"
