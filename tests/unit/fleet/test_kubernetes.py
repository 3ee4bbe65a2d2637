"""A fleet as objects of the Pulumi Kubernetes Operator: what each Stack is told, and what a pod could not run."""

from __future__ import annotations

import os
import re
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from support.fleets import STACK
from tenant_email import package_schema as schema
from tenant_email.errors import InvalidSettings
from tenant_email.fleet.kubernetes import AWS_ACCOUNT, Cluster, generate
from tenant_email.fleet.kubernetes_names import LONGEST, object_names
from tenant_email.fleet.reading import examine
from tenant_email.json_types import is_list, is_object

if TYPE_CHECKING:
    from tenant_email.fleet.document import Fleet
    from tenant_email.fleet.kubernetes import Generated

CLUSTER = Cluster(namespace="mail", repository="https://github.com/acme/mail", backend="s3://states")
_RELATIVE = re.compile(r"(File|_file): secrets/")
CRDS = os.environ.get("PULUMI_OPERATOR_CRDS", "")


def fleet(text: str = (STACK / "tenants.yaml").read_text()) -> Fleet:
    """Returns the fleet of the stack, its secrets where they are mounted."""
    return examine(_RELATIVE.sub(r"\1: /run/secrets/", text), STACK / "tenants.yaml", judged=False).fleet


def made(cluster: Cluster = CLUSTER) -> Generated:
    """Returns its objects."""
    return generate(fleet(), cluster, STACK, "fleet")


def spec(name: str, cluster: Cluster = CLUSTER) -> dict[str, Any]:
    """Returns the spec of a Stack."""
    (stack,) = made(cluster).files[f"stack-{name}.yaml"]
    found: dict[str, Any] = stack["spec"]
    return found


DOMAIN = object_names(["sending_domain.mail"])["sending_domain.mail"]


@pytest.mark.parametrize("name", ["Acme", "a_b", "a.b", "a" * 60, "-a", "é", "acme-0123abcd", "a-", "0"])
def test_a_name_is_a_label_and_nobody_elses(name: str) -> None:
    """Another spelling is another object, and what the operator appends has its place."""
    label = object_names([name])[name]
    assert re.fullmatch(r"[a-z]([-a-z0-9]*[a-z0-9])?", label)
    assert len(f"{label}-workspace-0123456789") <= 63
    others = object_names([label, name.lower(), name.replace("_", "-"), "acme"])
    assert all(other == name or found != label or other == label == name for other, found in others.items())


def test_a_plain_name_stays() -> None:
    """Up to the longest that there may be."""
    assert object_names(["acme", "a" * LONGEST]) == {"acme": "acme", "a" * LONGEST: "a" * LONGEST}


def test_a_tenant_has_its_config_and_its_secrets_by_reference() -> None:
    """Variables and files are of its own Secret, the passphrase of the common one; drift is looked for."""
    initech = spec("initech")
    assert initech["stack"] == "organization/fleet/initech"
    assert initech["config"]["tenant-email:tenants"]["initech"]["appSecretFile"] == "/run/secrets/initech"
    assert initech["config"]["fleet:tenant"] == "initech"
    workspace = initech["workspaceTemplate"]["spec"]
    named = {"name": "tenant-initech", "key": "INITECH_SMTP_PASSWORD"}
    assert workspace["env"] == [{"name": "INITECH_SMTP_PASSWORD", "valueFrom": {"secretKeyRef": named}}]
    (mount,) = workspace["podTemplate"]["spec"]["containers"][0]["volumeMounts"]
    assert (mount["mountPath"], mount["subPath"], mount["readOnly"]) == ("/run/secrets/initech", "appSecretFile", True)
    assert initech["envRefs"]["PULUMI_CONFIG_PASSPHRASE"]["secret"]["name"] == "pulumi"
    assert (initech["refresh"], initech["continueResyncOnCommitMatch"], initech["resyncFrequencySeconds"]) == (
        True,
        True,
        3600,
    )


PACKAGE = "github.com/acme/pulumi-tenant-email.git/plugin@0.1.0"
PROGRAM = replace(CLUSTER, repository="", package=PACKAGE)


def objects(name: str, cluster: Cluster = PROGRAM) -> tuple[dict[str, Any], dict[str, Any]]:
    """Returns the Program and the spec of the Stack of a stack."""
    program, stack = made(cluster).files[f"stack-{name}.yaml"]
    return program["program"], stack["spec"]


def test_a_program_object_holds_the_program() -> None:
    """Its secrets are the stack's config, from the Secret; what the entry names is where the program runs."""
    program, stack = objects("forge")
    provider = program["resources"]["provider"]["properties"]
    assert provider["settings"]["password"] == "${file_email_provider_password_file}"
    assert program["packages"] == {"tenant-email": PACKAGE}
    assert program["configuration"] == {"file_email_provider_password_file": {"type": "String"}}
    reference = {"type": "Secret", "secret": {"name": "tenant-forge", "key": "email.provider.password_file"}}
    assert stack["secretsRef"] == {"forge:file_email_provider_password_file": reference}
    assert (stack["programRef"], stack["stack"]) == ({"name": "forge"}, "organization/forge/forge")
    assert {"projectRepo", "branch", "repoDir"} & stack.keys() == set()
    (mount,) = stack["workspaceTemplate"]["spec"]["podTemplate"]["spec"]["containers"][0]["volumeMounts"]
    assert mount["mountPath"] == "/run/secrets/forge.jwk.json"
    assert made(PROGRAM).secrets["tenant-forge"] == ("serviceAccountKeyFile", "email.provider.password_file")


def test_a_program_reads_the_domain_that_it_shares() -> None:
    """From the project that the operator calls by the other Program's name."""
    shared, stack = objects(DOMAIN)
    program, _ = objects("acme")
    assert program["resources"]["shared"]["properties"] == {"name": stack["stack"]}
    assert stack["stack"] == f"organization/{DOMAIN}/sending_domain.mail"
    read = program["resources"]["provider"]["properties"]["settings"]["secretAccessKey"]
    assert read == '${shared.outputs["secret_access_key"]}'
    assert shared["outputs"]["secret_access_key"] == "${domain.secretAccessKey}"


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ("username: a, password_env: P", "logto.smtp"),
        ("auth: none", "logto.smtp_anonymous"),
        ("auth: oauth2_key, username: a, service_client: c, private_key_env: P", "logto.smtp_oauth2_key"),
        ("auth: oauth2_token, username: a, client_id: c, refresh_token_env: P", "logto.smtp_oauth2_token"),
    ],
)
def test_a_kind_that_the_plug_in_has_for_an_argument(given: str, kind: str) -> None:
    """Each way to log in is a kind of its own there, with its own names and no others."""
    entry = "platform: logto, url: 'https://id.acme.com', appId: a, appSecretEnv: A"
    email = f"email: {{provider: {{kind: logto.smtp, host: smtp.acme.com, {given}}}}}"
    one = examine(f"version: 1\ntenants:\n  acme: {{{entry}, {email}}}\n", STACK / "tenants.yaml").fleet
    program = generate(one, PROGRAM, STACK, "").files["stack-acme.yaml"][0]["program"]
    settings = program["resources"]["provider"]["properties"]["settings"]
    declared = schema.members(schema.inputs_of(schema.token("EmailProvider"))["settings"], kind)
    assert settings["kind"] == kind
    assert {*settings} <= {*declared}
    assert [each for each in settings.values() if each == "${env_P}"] or kind == "logto.smtp_anonymous"


def test_a_text_in_a_file_is_no_secret_of_a_program(tmp_path: Path) -> None:
    """It is in the program itself, and its Secret needs no key for it."""
    (body := tmp_path / "verify.html").write_text("{{ url }}")
    entry = "platform: auth0, url: acme.eu.auth0.com, clientId: a, clientSecretEnv: A"
    template = f"{{template: verify_email, subject: s, body_file: {body}}}"
    text = f"version: 1\ntenants:\n  acme: {{{entry}, email: {{templates: {{verify: {template}}}}}}}\n"
    found = generate(examine(text, STACK / "tenants.yaml").fleet, PROGRAM, STACK, "")
    assert found.secrets["tenant-acme"] == ("A",)


ODD = """
version: 1
sending_domains:
  mail: {domain: acme.com, dns: {host: cloudflare, zone_id: 023e105f4ecef8ad9ca31a8372d0c353}}
tenants:
  a:
    platform: auth0
    url: a.eu.auth0.com
    clientId: Zk3mT9Qw
    clientSecretFile: secrets/a
    caFile: ca.pem
    email:
      from_address: no-reply@acme.com
      provider: {kind: auth0.other, name: acme, credentials_env: ACME}
  b:
    platform: auth0
    url: b.eu.auth0.com
    clientId: Zk3mT9Qw
    clientSecretEnv: B
    email:
      sending_domain: mail
      from_address: no-reply@acme.com
      provider: {kind: auth0.ses, from_ses: true}
"""


def test_what_a_program_in_yaml_does_not_do_is_refused() -> None:
    """At once, each at its place, and none of it is in the objects."""
    odd = examine(ODD, STACK / "tenants.yaml", judged=False).fleet
    with pytest.raises(InvalidSettings) as refused:
        generate(odd, PROGRAM, STACK, "")
    assert [(each.path, each.what.split(",")[0]) for each in refused.value.problems] == [
        ("tenants.a.clientSecretFile", "is a secret beside the program"),
        ("sending_domains.mail.dns.host", "cloudflare is published to by a program in Python alone"),
        ("tenants.a.caFile", "is a file beside the program"),
        ("tenants.a.email.provider.credentials", "is a JSON object in a secret"),
    ]


def test_a_program_that_kubernetes_does_not_take_is_refused(tmp_path: Path) -> None:
    """By its size."""
    document = yaml.safe_load((STACK / "tenants.yaml").read_text())
    texts = {f"t{number}": {"template": f"t{number}", "subject": "Hi", "body": "x" * 10**5} for number in range(11)}
    document["tenants"] = {"acme": {**document["tenants"]["acme"], "email": {"templates": {"verify": None, **texts}}}}
    large = examine(yaml.safe_dump(document), tmp_path / "tenants.yaml", judged=False).fleet
    with pytest.raises(InvalidSettings, match=r"tenants\.acme\.email\.templates: makes a program of more than"):
        generate(large, PROGRAM, tmp_path, "")


def test_only_a_look() -> None:
    """What differs fails the preview; the operator ignores what Stacks of its version 1 had for that."""
    acme = spec("acme", replace(CLUSTER, preview_only=True))
    assert (acme["preview"], acme["updateTemplate"]) == (True, {"spec": {"expectNoChanges": True}})
    assert "expectNoRefreshChanges" not in acme
    assert "preview" not in spec("acme")


def test_a_tenant_waits_for_the_domain_that_it_shares() -> None:
    """That stack alone has AWS's keys."""
    cluster = replace(CLUSTER, backend="", organization="acme", aws_secret="aws")
    assert spec("acme", cluster)["prerequisites"] == [{"name": DOMAIN}]
    assert "prerequisites" not in spec("forge", cluster)
    names = [each["name"] for each in spec(DOMAIN, cluster)["workspaceTemplate"]["spec"]["env"]]
    assert names == ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
    assert [each["name"] for each in spec("acme", cluster)["workspaceTemplate"]["spec"]["env"]] == ["ACME_AUTH0_SECRET"]


@pytest.mark.parametrize(
    ("options", "having"),
    [
        ({"backend": "gs://states"}, {DOMAIN}),
        ({"backend": "gs://states", "secrets_provider": "awskms://alias/mail"}, {DOMAIN, "acme", "forge"}),
        ({}, {DOMAIN, "acme", "forge"}),
    ],
)
def test_the_role_of_aws(options: Any, having: set[str]) -> None:
    """Stacks that make a domain have it, and where states are AWS's every one; each of its accounts may be asked of."""
    cluster = replace(CLUSTER, aws_role="arn:aws:iam::123456789012:role/mail", **options)
    accounts = {name: spec(name, cluster)["serviceAccountName"] for name in (DOMAIN, "acme", "forge")}
    assert {name for name, account in accounts.items() if account == AWS_ACCOUNT} == having
    *found, binding = made(cluster).files["service-account.yaml"]
    with_role = [each["metadata"]["name"] for each in found if "annotations" in each["metadata"]]
    assert (with_role, {*accounts.values()}) == ([AWS_ACCOUNT], {each["metadata"]["name"] for each in found})
    assert [each["name"] for each in binding["subjects"]] == [each["metadata"]["name"] for each in found]


@pytest.mark.parametrize(
    ("name", "options", "is_taken"),
    [
        ("AWS_SECRET_ACCESS_KEY", {"aws_secret": "aws"}, True),
        ("AWS_SECRET_ACCESS_KEY", {}, False),
        ("PULUMI_CONFIG_PASSPHRASE", {}, True),
        ("PULUMI_CONFIG_PASSPHRASE", {"backend": "", "organization": "acme"}, False),
        ("PULUMI_BACKEND_URL", {}, True),
    ],
)
def test_a_variable_that_a_pod_has_already(name: str, options: Any, *, is_taken: bool) -> None:
    """It cannot have another of that name: the operator could not make the workspace."""
    text = (STACK / "tenants.yaml").read_text()
    text = text.replace("ACME_AUTH0_SECRET", f"{name}\n    email: {{sending_domain: {{domain: acme.com}}}}")
    said = (
        pytest.raises(InvalidSettings, match=f"acme: refers to {name}, which its pod has")
        if is_taken
        else nullcontext()
    )
    with said:
        generate(fleet(text), replace(CLUSTER, **options), STACK, "fleet")


@pytest.mark.parametrize(
    ("options", "variable"),
    [
        ({"backend": "", "organization": "acme"}, ["PULUMI_ACCESS_TOKEN"]),
        ({"backend": "https://api.acme.com", "organization": "acme"}, ["PULUMI_ACCESS_TOKEN"]),
        ({}, ["PULUMI_CONFIG_PASSPHRASE"]),
        ({"secrets_provider": "awskms://alias/mail"}, []),
    ],
)
def test_the_states_are_opened_by_what_their_backend_needs(options: Any, variable: list[str]) -> None:
    """An access token, a passphrase, or a key service that needs neither."""
    assert list(spec("acme", replace(CLUSTER, **options)).get("envRefs", {})) == variable


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"repository": "https://me:canary@github.com/acme/mail"}, "--repo: holds a password"),
        ({"backend": "postgres://me:canary@db/states"}, "--backend: holds a password"),
        ({"repository": "acme/mail"}, "--repo: is not a URL that a token opens"),
        ({"repository": "git@github.com:acme/mail.git"}, "--repo: is not a URL that a token opens"),
        ({"secrets_provider": "passphrase"}, "--secrets-provider: is not the URL of a key service"),
        ({"namespace": "My NS"}, "--namespace: is not the name of a namespace"),
        ({"namespace": ""}, "--namespace: is not the name of a namespace"),
        ({"pulumi_secret": "Pulumi"}, "--pulumi-secret: is not the name of a Secret"),
        ({"git_secret": "a_b"}, "--git-secret: is not the name of a Secret"),
        ({"aws_secret": "-a"}, "--aws-secret: is not the name of a Secret"),
        ({"backend": ""}, "--org: is missing, and a stack of Pulumi Cloud is called by it"),
        ({"organization": "acme"}, "--org: is of Pulumi Cloud, and --backend is another"),
        ({"organization": "a/b"}, "--org: is not the name of an organization"),
        ({"branch": "-x"}, "--branch: is not the name of a branch"),
        ({"aws_role": "deploy"}, "--aws-role: is not the ARN of a role"),
        ({"image": "a b"}, "--image: is not the name of an image"),
        ({"backend": "states"}, "--backend: is not a URL of states"),
        ({"backend": "s3://[states"}, "--backend: is not a URL"),
        ({"folder": ".."}, "--dir: has the project or the fleet file outside of the repository"),
        ({"resync": 30}, "--resync: is less than the operator's 60 seconds"),
        ({"aws_role": "arn:aws:iam::1:role/a", "aws_secret": "aws"}, "--aws-secret: has no effect with --aws-role"),
        ({"pulumi_secret": "tenant-acme"}, "--pulumi-secret: is the Secret of a tenant"),
        ({"package": "acme"}, "--package: has no effect with --repo"),
        ({"repository": ""}, "--package: is missing, and a Program needs it"),
        ({"repository": "", "git_secret": "git"}, "--git-secret: has no effect with --program"),
        ({"repository": "", "folder": "mail"}, "--dir: has no effect with --program"),
    ],
)
def test_what_no_manifest_may_say_is_refused(options: Any, said: str) -> None:
    """A secret above all; the message does not repeat it."""
    with pytest.raises(InvalidSettings, match=said) as refused:
        made(replace(CLUSTER, **options))
    assert "canary" not in str(refused.value)


def test_a_secret_file_in_the_repository_is_refused() -> None:
    """With every place at once; a template's body is no secret, and comes with the program."""
    beside = examine((STACK / "tenants.yaml").read_text(), STACK / "tenants.yaml", judged=False).fleet
    with pytest.raises(InvalidSettings) as refused:
        generate(beside, CLUSTER, STACK, "fleet")
    assert [problem.path for problem in refused.value.problems] == [
        "tenants.initech.appSecretFile",
        "tenants.forge.serviceAccountKeyFile",
        "tenants.forge.email.provider.password_file",
    ]


@pytest.mark.skipif(not CRDS, reason="PULUMI_OPERATOR_CRDS names no folder with the operator's CRDs")
@pytest.mark.parametrize(("kind", "part"), [("Stack", "spec"), ("Program", "program")])
def test_the_operators_own_schema_takes_every_object(kind: str, part: str) -> None:
    """Strictly: a field that it does not know is wrong."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - only where the CRDs are

    crd = yaml.safe_load((Path(CRDS) / f"pulumi.com_{kind.lower()}s.yaml").read_text())
    (schema,) = [each["schema"]["openAPIV3Schema"] for each in crd["spec"]["versions"] if each["name"] == "v1"]
    judge = Draft202012Validator(_strict(schema["properties"][part]))
    all_of_it = replace(CLUSTER, aws_secret="aws", git_secret="git", image="acme/pulumi:1", preview_only=True)
    for cluster in (CLUSTER, all_of_it, replace(CLUSTER, secrets_provider="awskms://alias/mail"), PROGRAM):
        found = [each for objects in made(cluster).files.values() for each in objects if each["kind"] == kind]
        assert [error.message for each in found for error in judge.iter_errors(each[part])] == []


def _strict(schema: Any) -> Any:
    """Returns a schema as the API server reads it with strict field validation."""
    if is_list(schema):
        return [_strict(each) for each in schema]
    if not is_object(schema):
        return schema
    made: dict[str, Any] = {name: _strict(each) for name, each in schema.items()}
    if made.get("x-kubernetes-int-or-string"):
        return {"type": ["integer", "string"]}
    if "properties" in made and not made.get("x-kubernetes-preserve-unknown-fields"):
        made.setdefault("additionalProperties", False)
    return made
