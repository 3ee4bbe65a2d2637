"""A fleet as objects of the Pulumi Kubernetes Operator, version 2: a Stack for each stack, never a secret. Pure.

A Stack's program is in a repository, or in a Program object beside it. What the operator does with each field is said
by its types, operator/api/pulumi/shared/stack_types.go and operator/api/auto/v1alpha1/workspace_types.go of
pulumi/pulumi-kubernetes-operator.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from tenant_email.errors import InvalidSettings, Problem
from tenant_email.fleet.generated_options import (
    AWS_ROLE,
    BRANCH,
    ORGANIZATION,
    Form,
    folder_problems,
    folders_of,
    form_problems,
    password_problems,
)
from tenant_email.fleet.kubernetes_names import object_names
from tenant_email.fleet.references import References, references_of_entry, references_of_unit, secrets_of_email
from tenant_email.fleet.stack_config import Unit, config_of, makes_domain, needs, own_config, renamed_stacks, units
from tenant_email.fleet.yaml_program import YamlProgram, shared_program, tenant_program
from tenant_email.package_schema import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from tenant_email.fleet.document import Fleet

SHORTEST_RESYNC: Final = 60  # seconds: the operator takes less for it
ACCOUNT: Final = "tenant-email"
AWS_ACCOUNT: Final = "tenant-email-aws"
"""The service account of the stacks that need AWS: no other has its role."""
_CONTAINER: Final = "pulumi"  # that of a workspace's pod in which Pulumi runs
_VOLUME: Final = "tenant-secrets"
_AWS_VARIABLES: Final = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
_BACKEND: Final = "PULUMI_BACKEND_URL"  # which the operator sets
_OWN_ORGANIZATION: Final = "organization"  # the only one of a backend without a service
_SECRETS: Final = {"pulumi_secret": "--pulumi-secret", "git_secret": "--git-secret", "aws_secret": "--aws-secret"}
_OF_REPOSITORY: Final = {"branch": "--branch", "folder": "--dir", "git_secret": "--git-secret"}
_LABEL: Final = r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?"
_FORMS: Final = {
    "namespace": Form(
        "--namespace", _LABEL, "is not the name of a namespace", "Write it as mail, or mail-1.", is_required=True
    ),
    **{
        name: Form(
            option,
            rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})*",
            "is not the name of a Secret",
            "Write it in small letters, digits, hyphens and dots, as in pulumi-states.",
            is_required=name == "pulumi_secret",
        )
        for name, option in _SECRETS.items()
    },
    "repository": Form(
        "--repo", r"https?://\S+", "is not a URL that a token opens", "Write it as https://github.com/acme/mail."
    ),
    "secrets_provider": Form(
        "--secrets-provider",
        r"(?:awskms|azurekeyvault|gcpkms|hashivault)://\S+",
        "is not the URL of a key service",
        "Write it as awskms://alias/mail; without it a passphrase opens the states.",
    ),
    "organization": replace(ORGANIZATION, is_required=False),
    "branch": BRANCH,
    "aws_role": AWS_ROLE,
    "image": Form("--image", r"\S+", "is not the name of an image", "Write it as acme/pulumi:1."),
    "backend": Form("--backend", r"[a-z0-9]+://\S*", "is not a URL of states", "Write it as s3://states."),
}
_ROLE: Final = "eks.amazonaws.com/role-arn"

Manifest = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """How a fleet runs in a cluster.

    repository, branch and folder say where the project is: the folder that holds Pulumi.yaml, from the repository's
    root; without a repository each stack has a Program object. package: where `pulumi install` gets the plug-in of
    such a program: an address, or a folder of the image. backend: the URL of the states; empty is Pulumi Cloud.
    organization: that of Pulumi Cloud; elsewhere there is one alone. pulumi_secret: the Secret with
    PULUMI_ACCESS_TOKEN, or with another backend PULUMI_CONFIG_PASSPHRASE. secrets_provider: a key service in place of
    a passphrase. git_secret: a Secret with the key `token`, where the repository is not public. aws_role: the role
    that the service account of the stacks that need AWS takes (IRSA); with pod identity none is named. aws_secret: a
    Secret with an access key in place of a role. resync: seconds from one look for drift to the next. preview_only:
    drift fails the preview, and nothing is put right, nor brought up: that is done elsewhere.
    """

    namespace: str
    repository: str = ""
    branch: str = "main"
    folder: str = "."
    package: str = ""
    image: str = ""
    backend: str = ""
    organization: str = ""
    pulumi_secret: str = "pulumi"  # noqa: S105 - the name of a Secret
    secrets_provider: str = ""
    git_secret: str = ""
    aws_role: str = ""
    aws_secret: str = ""
    resync: int = 3600
    preview_only: bool = False

    @property
    def is_service(self) -> bool:
        """Returns whether the states are in Pulumi Cloud, or in one of one's own."""
        return not self.backend or self.backend.startswith(("https://", "http://"))

    def needs_aws(self, fleet: Fleet, unit: Unit) -> bool:
        """Returns whether a stack needs AWS: for the sending domain that it makes, or for its own state."""
        has_states = self.backend.startswith("s3://") or self.secrets_provider.startswith("awskms://")
        return has_states or makes_domain(fleet, unit)


@dataclass(frozen=True, slots=True)
class Generated:
    """The objects of a fleet by the name of their file, and the keys that each Secret must have.

    renamed: of each stack that was called otherwise, by the name of its old file, what takes its state along.
    """

    files: Mapping[str, tuple[Manifest, ...]]
    secrets: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    renamed: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


def generate(fleet: Fleet, cluster: Cluster, project: Path, project_name: str) -> Generated:
    """Returns the manifests of a fleet.

    Args:
        fleet: the fleet.
        cluster: how it runs.
        project: the folder of Pulumi.yaml on this machine: relative paths of the file are told from there.
        project_name: the name in Pulumi.yaml.

    Raises:
        InvalidSettings: with everything for which a pod could not run it.
    """
    stacks = units(fleet)
    names = object_names(unit.stack for unit in stacks)
    needed = {unit: _needed(fleet, unit, cluster) for unit in stacks}
    problems = [*_cluster_problems(cluster, names), *(each for found in needed.values() for each in found.problems)]
    problems += [problem for unit, found in needed.items() for problem in _taken(fleet, unit, cluster, found)]
    if cluster.repository:
        problems += folder_problems(cluster.folder, folders_of(fleet, cluster.folder, project))
    maker = _Maker(fleet, cluster, names, project, project_name)
    made: dict[str, tuple[Manifest, ...]] = {}
    for unit, found in needed.items():
        try:
            made[f"stack-{names[unit.stack]}.yaml"] = maker.objects(unit, found)
        except InvalidSettings as error:
            problems += error.problems
    if problems:
        first: dict[str, Problem] = {}
        for each in problems:
            first.setdefault(each.path, each)
        raise InvalidSettings(str(fleet.file), tuple(first.values()))
    secrets = {secret_of(names[unit.stack]): found.keys for unit, found in needed.items() if found.keys}
    renamed = {f"stack-{_object_name(old.stack)}.yaml": maker.rename(old, new) for old, new in renamed_stacks(fleet)}
    files = {"service-account.yaml": _accounts(cluster, [cluster.needs_aws(fleet, unit) for unit in stacks]), **made}
    return Generated(files, {**_common_secrets(cluster), **secrets}, renamed)


def kustomization(generated: Generated, namespace: str) -> Manifest:
    """Returns the list of all files, for `kubectl apply -k`."""
    kind: Manifest = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}
    return {**kind, "namespace": namespace, "resources": list(generated.files)}


def _object_name(stack: str) -> str:
    return object_names([stack])[stack]


def secret_of(name: str) -> str:
    """Returns the name of the Secret with what a stack's tenant refers to."""
    return f"tenant-{name}"


def _cluster_problems(cluster: Cluster, names: Mapping[str, str]) -> list[Problem]:
    tenants = {secret_of(name) for name in names.values()}
    shared = {name: option for name, option in _SECRETS.items() if getattr(cluster, name) in tenants}
    remedy = "Give it another name: who may read that of a tenant is not to read this."
    found = [Problem(option, "is the Secret of a tenant of the fleet", remedy) for option in shared.values()]
    found += form_problems(cluster, _FORMS)
    remedy = "Remove it: a manifest names Secrets, and holds none."
    found += password_problems({"--repo": cluster.repository, "--backend": cluster.backend}, remedy)
    usual, idle = Cluster(namespace=""), {"package": "--package"} if cluster.repository else _OF_REPOSITORY
    for name, option in idle.items():
        if getattr(cluster, name) != getattr(usual, name):
            what = f"has no effect with {'--repo' if cluster.repository else '--program'}"
            found.append(Problem(option, what, "Remove it."))
    if not cluster.repository and not cluster.package:
        remedy = "Name the plug-in's address, as `pulumi package add` takes it, or its folder in the image."
        found.append(Problem("--package", "is missing, and a Program needs it", remedy))
    if cluster.is_service and not cluster.organization:
        remedy = "Name the organization, or the account; or give --backend, if the states are elsewhere."
        found.append(Problem("--org", "is missing, and a stack of Pulumi Cloud is called by it", remedy))
    if cluster.organization and not cluster.is_service:
        found.append(Problem("--org", "is of Pulumi Cloud, and --backend is another", "Remove one of the two."))
    if cluster.resync < SHORTEST_RESYNC:
        remedy = f"Use {SHORTEST_RESYNC} or more."
        found.append(Problem("--resync", f"is less than the operator's {SHORTEST_RESYNC} seconds", remedy))
    if cluster.aws_role and cluster.aws_secret:
        found.append(Problem("--aws-secret", "has no effect with --aws-role", "Use one of them."))
    return found


@dataclass(frozen=True, slots=True)
class _Needed:
    """What a stack refers to: where its program runs, and as secret config of a program in YAML."""

    by_program: References
    as_config: References = field(default_factory=References)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Returns what is wrong where a program runs in a pod."""
        return (*self.by_program.problems, *self.as_config.problems)

    @property
    def keys(self) -> tuple[str, ...]:
        """Returns the keys that the stack's Secret must have."""
        both = (self.by_program, self.as_config)
        return tuple(dict.fromkeys(key for each in both for key in (*each.variables, *(key for key, _ in each.files))))


def _needed(fleet: Fleet, unit: Unit, cluster: Cluster) -> _Needed:
    if cluster.repository:
        return _Needed(references_of_unit(fleet, unit))
    if not unit.tenant:
        return _Needed(References())
    tenant = fleet.tenants[unit.tenant]
    return _Needed(references_of_entry(tenant), secrets_of_email(tenant))


def _taken(fleet: Fleet, unit: Unit, cluster: Cluster, needed: _Needed) -> Iterator[Problem]:
    """Yields a problem where a tenant refers to variables that its pod has from elsewhere: it can have each once."""
    of_aws = cluster.aws_secret and cluster.needs_aws(fleet, unit)
    given = {_pulumi_variable(cluster), *(_AWS_VARIABLES if of_aws else ()), _BACKEND if cluster.backend else None}
    if taken := ", ".join(name for name in needed.by_program.variables if name in given):
        what = f"refers to {taken}, which its pod has for Pulumi's own use"
        yield Problem(f"tenants.{unit.tenant}", what, "Give the tenant's variable a name of its own.")


def _pulumi_variable(cluster: Cluster) -> str | None:
    """Returns the variable that opens the states; None where a key service does."""
    if cluster.is_service:
        return "PULUMI_ACCESS_TOKEN"
    return None if cluster.secrets_provider else "PULUMI_CONFIG_PASSPHRASE"


def _common_secrets(cluster: Cluster) -> dict[str, tuple[str, ...]]:
    variable = _pulumi_variable(cluster)
    found = {cluster.pulumi_secret: (variable,)} if variable else {}
    git = {cluster.git_secret: ("token",)} if cluster.git_secret else {}
    aws = {cluster.aws_secret: _AWS_VARIABLES} if cluster.aws_secret else {}
    return {**found, **git, **aws}


def _accounts(cluster: Cluster, of_aws: Collection[bool]) -> tuple[Manifest, ...]:
    """Returns the accounts of the workspaces, which must be allowed to have the operator's calls checked.

    `of_aws` says of each stack whether it needs AWS; such stacks have an account of their own.
    """
    names = [AWS_ACCOUNT if needed else ACCOUNT for needed in sorted({*of_aws})]
    accounts: list[Manifest] = []
    for name in names:
        metadata: Manifest = {"name": name, "namespace": cluster.namespace}
        if cluster.aws_role and name == AWS_ACCOUNT:
            metadata["annotations"] = {_ROLE: cluster.aws_role}
        accounts.append({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})
    binding: Manifest = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": f"{cluster.namespace}:{ACCOUNT}:system:auth-delegator"},
        "roleRef": {
            "apiGroup": "rbac.authorization.k8s.io",
            "kind": "ClusterRole",
            "name": "system:auth-delegator",
        },
        "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": cluster.namespace} for name in names],
    }
    return (*accounts, binding)


@dataclass(frozen=True, slots=True)
class _Maker:
    """What the Stack objects of one fleet are made of."""

    fleet: Fleet
    cluster: Cluster
    names: Mapping[str, str]
    project: Path
    project_name: str

    def objects(self, unit: Unit, needed: _Needed) -> tuple[Manifest, ...]:
        """Returns the Stack of a stack, after its Program where it is in no repository."""
        if self.cluster.repository:
            return (self._stack(unit, needed.by_program, self._from_repository(unit)),)
        program, name = self._program(unit, needed), self.names[unit.stack]
        source: Manifest = {"programRef": {"name": name}}
        if program.secrets:
            refs = {f"{name}:{key}": _secret_ref(secret_of(name), at) for key, at in program.secrets.items()}
            source["secretsRef"] = refs
        # without it `pulumi install`, which the operator's agent runs, asks GitHub for a release of Pulumi's own
        text = {"packages": {PACKAGE: self.cluster.package}, **program.text}
        metadata = {"name": name, "namespace": self.cluster.namespace}
        made: Manifest = {"apiVersion": "pulumi.com/v1", "kind": "Program", "metadata": metadata, "program": text}
        return (made, self._stack(unit, needed.by_program, source))

    def _program(self, unit: Unit, needed: _Needed) -> YamlProgram:
        if unit.sending_domain:
            return shared_program(self.fleet, unit.sending_domain)
        keys = {path: key for key, path in needed.as_config.files}
        before = needs(self.fleet, unit)
        return tenant_program(self.fleet, unit, keys, self._full_name(before) if before else "")

    def rename(self, old: Unit, new: Unit) -> tuple[str, ...]:
        """Returns the commands by which a stack that was called otherwise keeps its state.

        The old objects go first, or the operator would make the old stack again; what it has stays.
        """
        kinds = "stack" if self.cluster.repository else "stack,program"
        return (
            f"kubectl delete {kinds} {_object_name(old.stack)} --namespace {self.cluster.namespace}",
            f"pulumi stack rename {self._full_name(new)} --stack {self._full_name(old)}",
        )

    def _full_name(self, unit: Unit) -> str:
        # the operator calls the project of a Program by the object's name
        project = self.project_name if self.cluster.repository else _object_name(unit.stack)
        return f"{self.cluster.organization or _OWN_ORGANIZATION}/{project}/{unit.stack}"

    def _from_repository(self, unit: Unit) -> Manifest:
        cluster, own = self.cluster, own_config(self.fleet, unit, self.project)
        where: Manifest = {"projectRepo": cluster.repository, "branch": cluster.branch, "repoDir": cluster.folder}
        if cluster.git_secret:
            where |= {"gitAuth": {"accessToken": _secret_ref(cluster.git_secret, "token")}}
        return {**where, "config": {f"{self.project_name}:{key}": value for key, value in own.items()}}

    def _stack(self, unit: Unit, references: References, source: Manifest) -> Manifest:
        cluster, name = self.cluster, self.names[unit.stack]
        spec: Manifest = {
            "stack": self._full_name(unit),
            **source,
            "config": {**config_of(self.fleet, unit, self.project), **source.get("config", {})},
            "serviceAccountName": AWS_ACCOUNT if cluster.needs_aws(self.fleet, unit) else ACCOUNT,
            "refresh": True,
            "continueResyncOnCommitMatch": True,
            "resyncFrequencySeconds": cluster.resync,
            "workspaceTemplate": {"spec": self._workspace(unit, references)},
        }
        if cluster.preview_only:
            # expectNoRefreshChanges is ignored by version 2 (operator/internal/controller/pulumi/migration.go)
            spec |= {"preview": True, "updateTemplate": {"spec": {"expectNoChanges": True}}}
        if cluster.backend:
            spec["backend"] = cluster.backend
        if cluster.secrets_provider:
            spec["secretsProvider"] = cluster.secrets_provider
        if variable := _pulumi_variable(cluster):
            spec["envRefs"] = {variable: _secret_ref(cluster.pulumi_secret, variable)}
        if (before := needs(self.fleet, unit)) is not None:
            spec["prerequisites"] = [{"name": self.names[before.stack]}]
        metadata = {"name": name, "namespace": cluster.namespace}
        return {"apiVersion": "pulumi.com/v1", "kind": "Stack", "metadata": metadata, "spec": spec}

    def _workspace(self, unit: Unit, references: References) -> Manifest:
        """Returns what a workspace's pod has: what its tenant refers to, and AWS's keys where it needs AWS."""
        cluster, secret = self.cluster, secret_of(self.names[unit.stack])
        environment = [_variable(name, secret, name) for name in references.variables]
        if cluster.aws_secret and cluster.needs_aws(self.fleet, unit):
            environment += [_variable(name, cluster.aws_secret, name) for name in _AWS_VARIABLES]
        spec: Manifest = {"securityProfile": "restricted"}
        if cluster.image:
            spec["image"] = cluster.image
        if environment:
            spec["env"] = environment
        if references.files:
            mounts = [
                {"name": _VOLUME, "mountPath": path, "subPath": key, "readOnly": True} for key, path in references.files
            ]
            volume = {"name": _VOLUME, "secret": {"secretName": secret}}
            pod = {"containers": [{"name": _CONTAINER, "volumeMounts": mounts}], "volumes": [volume]}
            spec["podTemplate"] = {"spec": pod}
        return spec


def _secret_ref(name: str, key: str) -> Manifest:
    return {"type": "Secret", "secret": {"name": name, "key": key}}


def _variable(name: str, secret: str, key: str) -> Manifest:
    return {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}
