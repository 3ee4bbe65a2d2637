"""The command `tenant-email fleet kubernetes`."""

from __future__ import annotations

import re
import shlex
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from tenant_email.cli.fleet.files import DEFAULT_FILE, FileArgument
from tenant_email.cli.fleet.generated import write_generated
from tenant_email.cli.terminal import echo, examples

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenant_email.fleet.kubernetes import Generated

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

_HEADER: Final = "# Made by `tenant-email fleet kubernetes`: change the fleet file, and make it again.\n"
_PINNED: Final = re.compile(r"@sha256:[0-9a-f]{64}$")
_EXAMPLES: Final = examples(
    (
        "Write the objects of a fleet whose project is a repository's root",
        "tenant-email fleet kubernetes tenants.yaml --out manifests --repo https://github.com/acme/mail --org acme",
    ),
    (
        "Write them with their programs, for workspaces whose image has a clone with the plug-in",
        "tenant-email fleet kubernetes tenants.yaml --out manifests --program --package /opt/plugin --backend s3://states",
    ),
)


@app.command(epilog=_EXAMPLES)
def kubernetes(
    file: FileArgument = DEFAULT_FILE,
    *,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the manifests are written.")],
    repository: Annotated[str, typer.Option("--repo", metavar="URL", help="The git repository of the project.")] = "",
    program: Annotated[
        bool, typer.Option("--program", help="Write a Program object for each stack, in place of a repository.")
    ] = False,
    package: Annotated[
        str,
        typer.Option(
            "--package", metavar="SOURCE", help="The plug-in of a Program: an address, or a folder of the image."
        ),
    ] = "",
    branch: Annotated[str, typer.Option("--branch", help="The branch of the repository.")] = "main",
    folder: Annotated[str, typer.Option("--dir", help="The folder of Pulumi.yaml in the repository.")] = ".",
    namespace: Annotated[str, typer.Option("--namespace", "-n", help="The namespace of the objects.")] = "default",
    image: Annotated[str, typer.Option("--image", help="The image of the workspaces; else the operator's.")] = "",
    backend: Annotated[str, typer.Option("--backend", metavar="URL", help="The states; else Pulumi Cloud.")] = "",
    organization: Annotated[str, typer.Option("--org", help="The organization in Pulumi Cloud.")] = "",
    pulumi_secret: Annotated[
        str, typer.Option("--pulumi-secret", metavar="NAME", help="The Secret with the access token or passphrase.")
    ] = "pulumi",  # noqa: S107 - the name of a Secret
    secrets_provider: Annotated[
        str, typer.Option("--secrets-provider", metavar="URL", help="A key service in place of a passphrase.")
    ] = "",
    git_secret: Annotated[
        str, typer.Option("--git-secret", metavar="NAME", help="The Secret with `token`, for a private repository.")
    ] = "",
    aws_role: Annotated[
        str, typer.Option("--aws-role", metavar="ARN", help="The role of the stacks that need AWS (IRSA).")
    ] = "",
    aws_secret: Annotated[
        str, typer.Option("--aws-secret", metavar="NAME", help="The Secret with an access key, in place of a role.")
    ] = "",
    resync: Annotated[
        int, typer.Option("--resync", metavar="SECONDS", help="From one look for drift to the next.")
    ] = 3600,
    preview_only: Annotated[
        bool, typer.Option("--preview-only", help="Fail where something differs, and bring nothing up.")
    ] = False,
) -> None:
    """Write a fleet as objects of the Pulumi Kubernetes Operator, a Stack for each of its stacks.

    Its program is the project of a repository (--repo), or a Program object beside it (--program), in YAML.

    No manifest holds a secret: each names the Secrets that must be there, and their keys, which are listed at the end.
    """
    from tenant_email.fleet.kubernetes import Cluster, generate, kustomization  # noqa: PLC0415 - `--help` needs none
    from tenant_email.fleet.project import Project  # noqa: PLC0415 - the same
    from tenant_email.fleet.reading import read_fleet  # noqa: PLC0415 - the same

    if bool(repository) == program:
        raise typer.BadParameter("Give either --repo or --program.")
    fleet = read_fleet(file)
    cluster = Cluster(
        namespace=namespace,
        repository=repository,
        branch=branch,
        folder=folder,
        package=package,
        image=image,
        backend=backend,
        organization=organization,
        pulumi_secret=pulumi_secret,
        secrets_provider=secrets_provider,
        git_secret=git_secret,
        aws_role=aws_role,
        aws_secret=aws_secret,
        resync=resync,
        preview_only=preview_only,
    )
    name = Project.at(fleet.folder).name if repository else ""  # a Program is a project of its own
    generated = generate(fleet, cluster, fleet.folder, name)
    texts = {name: _yaml(objects) for name, objects in generated.files.items()}
    texts["kustomization.yaml"] = _yaml([kustomization(generated, namespace)])
    left = write_generated(out, texts, _is_ours, generated.renamed)
    for line in _said(out, generated, left, image, "--server-side " if program else ""):
        echo(line)


def _yaml(objects: Iterable[dict[str, Any]]) -> str:
    import yaml  # noqa: PLC0415 - the same

    from tenant_email.inputs.core_yaml import CarefulDumper  # noqa: PLC0415 - the same

    class Dumper(CarefulDumper):
        """Writes a text of several lines as one, so that a change of a template is read line by line."""

    def text(dumper: Dumper, value: str) -> yaml.ScalarNode:
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)

    Dumper.add_representer(str, text)
    documents = [yaml.dump(each, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=120) for each in objects]
    return _HEADER + "---\n".join(documents)


def _is_ours(path: Path) -> bool:
    return path.suffix == ".yaml" and path.read_bytes().startswith(_HEADER.encode())


def _said(out: Path, generated: Generated, left: list[str], image: str, how: str) -> Iterable[str]:
    command = f"kubectl apply {how}-k {shlex.quote(str(out))}"
    yield f"{out}: {len(generated.files)} files and kustomization.yaml; apply them with: {command}"
    yield "Secrets that must be there, and their keys:"
    for name, keys in generated.secrets.items():
        yield f"  {name}: {', '.join(keys)}"
    if not _PINNED.search(image):
        named = f"The image {image}" if image else "Without --image, the operator's"
        yield f"{named} may be another one tomorrow, and runs with these secrets: name it by its digest, NAME@sha256:…"
    yield from left
