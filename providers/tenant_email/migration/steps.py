"""How a project takes over from another tool: steps in an order that leaves no moment with two owners, as Markdown."""

from __future__ import annotations

import shlex
import textwrap
from typing import TYPE_CHECKING, Final

from tenant_email.redaction.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tenant_email.migration.found import Reading, Source

_WIDTH: Final = 100
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
_SAFE: Final = (
    "Nothing is written to the tenant in any of these steps, so that mail goes out all the while. One tool may write "
    "to it at any time: the other one until step 3, none between step 3 and step 4, this project from step 4."
)
_PREVIEW: Final = (
    "Set this project up as [README.md](README.md) says, as far as `pulumi preview`. A preview calls no tenant. "
    "`tenant-email migrate … --prove` asks it, by reads alone, whether `pulumi up` would take each resource over."
)
_UP: Final = (
    "`pulumi up`. It compares each resource with the tenant and records it. Where something differs it says what, and "
    "nothing is written or recorded: correct the program, or what someone changed meanwhile, and run it again."
)
_EMPTY: Final = "Set `IMPORT = False` in `__main__.py`. `pulumi preview` has nothing to do."


def steps(reading: Reading) -> str:
    """Returns the steps for what was read."""
    tool, source = _TOOLS[reading.source], reading.source
    listed = [
        *_step(1, _STOP[source]),
        *_step(2, _PREVIEW),
        *_step(3, _TAKE_OUT[source], _leave(source, reading.taken)),
        *_step(4, _UP),
        *_step(5, _EMPTY),
        *_step(6, _AFTER[source]),
    ]
    halfway = (
        "**Before step 3**: nothing has changed. Start what you stopped; the project can be kept or thrown away.",
        "**After step 3**: nobody manages the emails, and the tenant sends as before. Go on with step 4, or go back: "
        + _back(source),
        "**Step 4 stops at a resource**: those before it are recorded and not written. Run it again.",
    )
    points = [line for each in halfway for line in _wrapped("- ", each)]
    return "\n".join(
        [
            f"# From {tool} to this project",
            "",
            *_wrapped("", _SAFE),
            "",
            *listed,
            "## If one stops halfway",
            "",
            *points,
            "",
        ]
    )


def _step(number: int, text: str, commands: Iterable[str] = ()) -> Iterator[str]:
    """Yields the lines of a step, and under it the commands that do it."""
    yield from _wrapped(f"{number}. ", text)
    yield ""
    if shown := [f"   {visible(line)}" for line in commands]:
        yield from ("   ```sh", *shown, "   ```", "")


def _wrapped(lead: str, text: str) -> list[str]:
    after = " " * len(lead)
    return textwrap.wrap(
        text, _WIDTH, initial_indent=lead, subsequent_indent=after, break_long_words=False, break_on_hyphens=False
    )


_STOP: Final[dict[Source, str]] = {
    "terraform": "Stop whatever runs Terraform for this state: pipelines, HCP Terraform's workspace, Atlantis. Keep a "
    "copy of the state where its secrets are safe: `terraform state pull`.",
    "pulumi": "Stop whatever runs the other stack. Keep its export: `pulumi stack export`.",
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
    "deploy-cli": "Exclude both from imports and exports: add `emailProvider` and `emailTemplates` to `AUTH0_EXCLUDED` "
    "in config.json, or take them out of `AUTH0_INCLUDED_ONLY`. Remove their files from the folder.",
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
            return "restore the code, and `terraform state push` the copy of step 1."
        case "pulumi":
            return "restore the program, and `pulumi stack import` the export of step 1."
        case "logto":
            return "there is nothing to undo."
        case _:
            return "undo step 3."
