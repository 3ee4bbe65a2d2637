"""Which tool wrote a file or a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.errors import TenantEmailError
from tenant_email.inputs.text_files import STDIN, read_json_file, unusable
from tenant_email.json_types import Json, is_object
from tenant_email.migration import aic_files, deploy_cli, logto_connectors, pulumi_state, terraform_state
from tenant_email.platforms.auth0.kinds import KINDS

if TYPE_CHECKING:
    from pathlib import Path

    from tenant_email.migration.found import Source

SOURCES: Final[dict[Source, str]] = {
    "terraform": "a state of Terraform or OpenTofu (terraform state pull)",
    "pulumi": "a state of Pulumi with pulumi_auth0 (pulumi stack export --show-secrets)",
    "deploy-cli": "a folder of auth0-deploy-cli, or its tenant.yaml",
    "frodo": "exports of frodo, a file or a folder",
    "fr-config-manager": "a folder of fr-config-manager",
    "logto": "connectors of Logto (GET /api/connectors)",
}
_STATE: Final = "terraform.tfstate"
_CODE: Final = (".tf", ".tfvars", ".hcl", ".tofu")
_YAML: Final = (".yaml", ".yml")


def detect(path: Path) -> tuple[Source, Json]:
    """Returns which tool wrote what a path names, and the JSON document of a file.

    Raises:
        TenantEmailError: none that is known here did, or it cannot be told which.

    """
    if path.is_dir():
        return _folder(path), None
    if path.suffix.lower() in _YAML:
        return "deploy-cli", None
    return _file(path)


def document_of(path: Path, source: Source) -> Json:
    """Returns the JSON document of a file that a user says this tool wrote; None for a folder and for YAML."""
    if path.is_dir() or (source == "deploy-cli" and path.suffix.lower() in _YAML):
        return None
    _refuse_code(path)
    return read_json_file(path)


def state_in(path: Path) -> Path:
    """Returns the file of a state: in a folder, the one that Terraform keeps there."""
    return path / _STATE if path.is_dir() else path


def _folder(path: Path) -> Source:
    found: list[Source] = []
    if (path / _STATE).is_file():
        found.append("terraform")
    if deploy_cli.is_folder(path):
        found.append("deploy-cli")
    if aic_files.is_fr_config(path):
        found.append("fr-config-manager")
    if not found and aic_files.is_frodo_folder(path):
        found.append("frodo")
    if len(found) == 1:
        return found[0]
    if found:
        raise unusable(path, f"holds what {' and '.join(found)} write", f"Say which is meant: --from {found[0]}")
    if (path / ".terraform").is_dir() or any(path.glob("*.tf")):
        what = "holds Terraform's code, whose state is elsewhere"
        raise unusable(path, what, "Run there: terraform state pull > state.json, and name that file.")
    raise unusable(path, "holds nothing that is known here", _known())


def _file(path: Path) -> tuple[Source, Json]:
    _refuse_code(path)
    document = read_json_file(path)
    if terraform_state.is_state(document):
        return "terraform", document
    if pulumi_state.is_state(document):
        return "pulumi", document
    if logto_connectors.is_connectors(document):
        return "logto", document
    if is_object(document) and document.get("name") in KINDS and ("credentials" in document or "enabled" in document):
        return "deploy-cli", document
    if aic_files.is_frodo(document):
        return "frodo", document
    raise unusable(path, "is JSON of no tool that is known here", _known())


def _refuse_code(path: Path) -> None:
    if str(path) != STDIN and path.suffix.lower() in _CODE:
        what = "is Terraform's code, and not its state"
        raise unusable(path, what, "Run there: terraform state pull > state.json, and name that file.")


def _known() -> str:
    return f"Name one of: {'; '.join(SOURCES.values())}."


def require_known(source: str) -> Source:
    """Returns the name of a tool; raises TenantEmailError for another word."""
    for known in SOURCES:
        if source == known:
            return known
    raise TenantEmailError(
        f"--from {source} is no tool that is known here", remedy=f"Use one of: {', '.join(SOURCES)}."
    )
