"""The stand-in plug-in, spoken to over gRPC as an engine does."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import status_pb2
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub

from support.aws import ZONE, Cloud, local_aws, wait_for
from tenant_email_local.aws.plugin import NAME, plugin_directory
from tenant_email_local.aws.plugin.values import SECRET, SIGNATURE, UNKNOWN, from_wire, to_wire

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

ALLOW = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["ses:SendEmail"], "Resource": "*"}]}
DIFF = pb.PropertyDiff


class Plugin:
    """Calls one running plug-in."""

    def __init__(self, port: int) -> None:
        self.stub = ResourceProviderStub(grpc.insecure_channel(f"127.0.0.1:{port}"))
        self.seed = b"seed"

    def configure(self, **config: Any) -> None:
        """Configures the provider."""
        self.stub.Configure(pb.ConfigureRequest(args=to_wire(config), acceptSecrets=True))

    def check(self, type_: str, inputs: dict[str, Any], olds: dict[str, Any] | None = None) -> dict[str, Any]:
        """Returns the checked inputs."""
        request = pb.CheckRequest(urn=urn(type_), news=to_wire(inputs), olds=to_wire(olds or {}), randomSeed=self.seed)
        return from_wire(self.stub.Check(request).inputs)

    def create(self, type_: str, preview: bool = False, **inputs: Any) -> tuple[str, dict[str, Any]]:
        """Checks and creates; returns id and state."""
        properties = to_wire(self.check(type_, inputs))
        answer = self.stub.Create(pb.CreateRequest(urn=urn(type_), properties=properties, preview=preview))
        return answer.id, from_wire(answer.properties)

    def read(self, type_: str, id_: str, state: dict[str, Any], inputs: dict[str, Any]) -> Any:
        """Reads a resource."""
        return self.stub.Read(pb.ReadRequest(urn=urn(type_), id=id_, properties=to_wire(state), inputs=to_wire(inputs)))

    def diff(self, type_: str, state: dict[str, Any], inputs: dict[str, Any]) -> Any:
        """Compares a state with inputs."""
        return self.stub.Diff(pb.DiffRequest(urn=urn(type_), id="id", olds=to_wire(state), news=to_wire(inputs)))

    def update(self, type_: str, id_: str, state: dict[str, Any], inputs: dict[str, Any]) -> dict[str, Any]:
        """Updates a resource; returns its state."""
        request = pb.UpdateRequest(urn=urn(type_), id=id_, olds=to_wire(state), news=to_wire(inputs))
        return from_wire(self.stub.Update(request).properties)

    def delete(self, type_: str, id_: str, state: dict[str, Any]) -> None:
        """Deletes a resource."""
        self.stub.Delete(pb.DeleteRequest(urn=urn(type_), id=id_, properties=to_wire(state)))

    def invoke(self, token: str, **args: Any) -> dict[str, Any]:
        """Calls a function."""
        answer = self.stub.Invoke(pb.InvokeRequest(tok=token, args=to_wire(args)))
        return from_wire(getattr(answer, "return"))


def urn(type_: str) -> str:
    """Returns the URN of a resource `thing` inside a component."""
    return f"urn:pulumi:dev::project::my:index:Component${type_}::thing"


@contextmanager
def running(directory: Path, environment: dict[str, str]) -> Generator[Plugin]:
    """Runs the executable that an engine finds."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    command = [str(plugin_directory(directory) / NAME), "127.0.0.1:1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**inherited, **environment}) as process:
        assert process.stdout is not None
        try:
            yield Plugin(int(process.stdout.readline()))
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    """Runs one local AWS for the module."""
    with local_aws() as started:
        yield started


@pytest.fixture(scope="module")
def configured(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plugin]:
    """Runs one configured plug-in for the module."""
    with running(tmp_path_factory.mktemp("plugin"), cloud.aws.environment()) as started:
        started.configure(defaultTags=json.dumps({"tags": {"team": "id"}}))
        yield started


@pytest.fixture
def plugin(configured: Plugin, request: pytest.FixtureRequest) -> Plugin:
    """The plug-in, which gives what a test leaves unnamed a name of the test's own."""
    configured.seed = request.node.name.encode()
    return configured


USER, POLICY = "aws:iam/user:User", "aws:iam/policy:Policy"
ATTACHMENT, KEY = "aws:iam/userPolicyAttachment:UserPolicyAttachment", "aws:iam/accessKey:AccessKey"
ZONE_TYPE, RECORD = "aws:route53/zone:Zone", "aws:route53/record:Record"
SET = "aws:sesv2/configurationSet:ConfigurationSet"
TOPIC, ALARM = "aws:sns/topic:Topic", "aws:cloudwatch/metricAlarm:MetricAlarm"


@pytest.mark.parametrize(
    ("type_", "inputs"),
    [
        (USER, {"tags": {"a": "b"}}),
        (POLICY, {"policy": json.dumps(ALLOW), "description": "d"}),
        (ZONE_TYPE, {"name": "Own.example.", "tags": {"a": "b"}}),
        (SET, {"configurationSetName": "cs", "region": "eu-west-1", "sendingOptions": {"sendingEnabled": True}}),
        (RECORD, {"name": "_dmarc", "type": "TXT", "ttl": 60, "records": ["v=DMARC1; p=none", 'a" "b']}),
        (RECORD, {"name": f"t._domainkey.{ZONE}.", "type": "CNAME", "ttl": 60, "records": ["t.dkim.amazonses.com"]}),
        (RECORD, {"name": "", "type": "MX", "ttl": 60, "records": ["20 b.example", "10 a.example"]}),
    ],
)
def test_a_resource_lives(cloud: Cloud, plugin: Plugin, type_: str, inputs: dict[str, Any]) -> None:
    """What was created is read back without a difference, and is gone after its deletion."""
    given = {**inputs, "zoneId": cloud.zone_id} if type_ == RECORD else inputs
    id_, state = plugin.create(type_, **given)
    checked = plugin.check(type_, given)
    read = plugin.read(type_, id_, state, checked)
    live = from_wire(read.properties)
    assert {key: value for key, value in live.items() if key in state} == state
    assert plugin.diff(type_, live, from_wire(read.inputs)).changes == pb.DiffResponse.DIFF_NONE
    plugin.delete(type_, id_, live)
    assert plugin.read(type_, id_, live, checked).id == ""
    plugin.delete(type_, id_, live)


@pytest.mark.parametrize(
    ("type_", "inputs"),
    [
        (USER, {}),
        (POLICY, {"policy": json.dumps(ALLOW)}),
        (ZONE_TYPE, {"name": "tagged.example"}),
        (SET, {"configurationSetName": "tagged"}),
        (TOPIC, {"name": "tagged"}),
        (ALARM, {"comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 1, "threshold": 1}),
    ],
)
def test_a_default_tag_that_is_given_again_is_no_difference(plugin: Plugin, type_: str, inputs: dict[str, Any]) -> None:
    """Read back, it is the resource's own too; one of another value, and one that is gone, are changed."""
    given = {**inputs, "tags": {"team": "id", "a": "b"}}
    id_, state = plugin.create(type_, **given)
    read = plugin.read(type_, id_, state, plugin.check(type_, given))
    assert (
        plugin.diff(type_, from_wire(read.properties), plugin.check(type_, given)).changes == pb.DiffResponse.DIFF_NONE
    )
    news = plugin.check(type_, {**given, "tags": {"a": "c"}}, state)
    updated = plugin.update(type_, id_, state, news)
    live = from_wire(plugin.read(type_, id_, updated, news).properties)
    assert (live["tags"], live["tagsAll"]) == ({"a": "c"}, {"team": "id", "a": "c"})
    plugin.delete(type_, id_, updated)


def test_an_import_is_read_by_its_id_alone(cloud: Cloud, plugin: Plugin) -> None:
    """With the inputs that a program has for it, in the ids of the real provider."""
    record = {"zoneId": cloud.zone_id, "name": "_a_b.acme.example", "type": "TXT", "ttl": 60, "records": ["x"]}
    user, policy = {"name": "imported", "path": "/a/"}, {"name": "imported", "policy": json.dumps(ALLOW)}
    made = {type_: plugin.create(type_, **given) for type_, given in ((RECORD, record), (USER, user), (POLICY, policy))}
    attached: dict[str, Any] = {"user": "imported", "policyArn": made[POLICY][0]}
    plugin.create(ATTACHMENT, **attached)
    ids = {RECORD: f"{cloud.zone_id}__a_b.acme.example_TXT", **{type_: id_ for type_, (id_, _) in made.items()}}
    ids[ATTACHMENT] = f"imported/{made[POLICY][0]}"
    for type_, given in ((RECORD, record), (USER, user), (ATTACHMENT, attached)):
        inputs = from_wire(plugin.read(type_, ids[type_], {}, {}).inputs)
        assert {name: inputs[name] for name in given} == given
    assert json.loads(from_wire(plugin.read(POLICY, ids[POLICY], {}, {}).inputs)["policy"]) == ALLOW


def test_a_set_is_imported_from_the_provider_s_region(plugin: Plugin) -> None:
    """As the region is one of its properties, without which the next update would replace it."""
    made, _ = plugin.create(SET, configurationSetName="imported", deliveryOptions={"tlsPolicy": "REQUIRE"})
    inputs = from_wire(plugin.read(SET, made, {}, {}).inputs)
    assert (inputs["region"], inputs["configurationSetName"]) == ("us-east-1", "imported")
    assert inputs["deliveryOptions"] == {"tlsPolicy": "REQUIRE"}


def test_an_attached_key_lives_and_stays_secret(cloud: Cloud, plugin: Plugin) -> None:
    """User, policy, attachment and key work together; the secret is marked secret and works."""
    user, user_state = plugin.create(USER)
    arn, policy_state = plugin.create(POLICY, policy=ALLOW)
    _, attachment = plugin.create(ATTACHMENT, user=user, policyArn=arn)
    key, state = plugin.create(KEY, user=user)
    assert state["secret"][SIGNATURE] == state["sesSmtpPasswordV4"][SIGNATURE] == SECRET
    assert cloud.sts((key, state["secret"]["value"])).get_caller_identity()["Arn"] == user_state["arn"]
    assert cloud.aws.smtp_region(key, state["sesSmtpPasswordV4"]["value"]) == "us-east-1"
    for type_, id_, held in ((KEY, key, state), (ATTACHMENT, "", attachment), (POLICY, arn, policy_state)):
        plugin.delete(type_, id_, held)
    plugin.delete(USER, user, user_state)


def test_drift_of_a_key_is_seen_and_repaired(cloud: Cloud, plugin: Plugin) -> None:
    """A key that was switched off shows as a change, and an update switches it on."""
    user, _ = plugin.create(USER)
    key, state = plugin.create(KEY, user=user)
    inputs = plugin.check(KEY, {"user": user})
    cloud.iam.update_access_key(UserName=user, AccessKeyId=key, Status="Inactive")
    live = from_wire(plugin.read(KEY, key, state, inputs).properties)
    assert list(plugin.diff(KEY, live, inputs).diffs) == ["status"]
    assert plugin.update(KEY, key, live, inputs)["secret"][SIGNATURE] == SECRET
    assert cloud.iam.list_access_keys(UserName=user)["AccessKeyMetadata"][0].get("Status") == "Active"


@pytest.mark.parametrize(
    ("type_", "before", "after", "expected"),
    [
        (POLICY, {"name": "p"}, {"name": "q"}, {"name": DIFF.UPDATE_REPLACE}),
        (POLICY, {}, {"description": "d"}, {"description": DIFF.ADD_REPLACE}),
        (POLICY, {}, {"policy": json.dumps({**ALLOW, "Statement": ALLOW["Statement"][0]})}, {}),
        (POLICY, {}, {"policy": UNKNOWN}, {"policy": DIFF.UPDATE}),
        (USER, {"name": "u"}, {"name": "v", "path": "/x/"}, {"name": DIFF.UPDATE, "path": DIFF.UPDATE}),
        (USER, {"tags": {"a": "b"}}, {"tags": None}, {"tags": DIFF.DELETE}),
        (KEY, {"user": "u"}, {"user": "v"}, {"user": DIFF.UPDATE_REPLACE}),
        (RECORD, {}, {"records": ["2", "1"]}, {}),
        (RECORD, {}, {"ttl": 61, "records": ["1"]}, {"ttl": DIFF.UPDATE, "records": DIFF.UPDATE}),
        (RECORD, {}, {"name": "y"}, {"name": DIFF.UPDATE_REPLACE}),
        (RECORD, {}, {"name": "X."}, {}),
        (SET, {"region": "eu-west-1"}, {"region": "eu-west-2"}, {"region": DIFF.UPDATE_REPLACE}),
        (SET, {"region": "eu-west-1"}, {"region": None}, {}),
        (ZONE_TYPE, {}, {"comment": "c"}, {"comment": DIFF.UPDATE}),
    ],
)
def test_differences_are_those_of_the_real_provider(
    plugin: Plugin, type_: str, before: dict[str, Any], after: dict[str, Any], expected: dict[str, int]
) -> None:
    """Each property is replaced by, or changed in place, as the real provider does."""
    base: dict[str, dict[str, Any]] = {
        POLICY: {"policy": json.dumps(ALLOW)},
        RECORD: {"zoneId": "Z", "name": "x", "type": "TXT", "ttl": 60, "records": ["1", "2"]},
        SET: {"configurationSetName": "cs"},
        ZONE_TYPE: {"name": "z.example"},
    }
    state = plugin.check(type_, {**base.get(type_, {}), **before})
    inputs = plugin.check(type_, {**base.get(type_, {}), **before, **after}, state)
    found = plugin.diff(type_, state, inputs)
    assert {name: change.kind for name, change in found.detailedDiff.items()} == expected
    assert (found.changes == pb.DiffResponse.DIFF_SOME) == bool(expected)


@pytest.mark.parametrize(("name", "first"), [({"name": "chosen"}, True), ({}, False)])
def test_a_chosen_name_is_deleted_before_its_replacement(plugin: Plugin, name: dict[str, str], first: bool) -> None:
    """A name that the user chose cannot exist twice; an automatic one is created before the old one goes."""
    state = plugin.check(POLICY, {"policy": "{}", **name})
    found = plugin.diff(POLICY, state, plugin.check(POLICY, {"policy": "{}", "description": "d", **name}, state))
    assert (list(found.replaces), found.deleteBeforeReplace) == (["description"], first)


def test_an_automatic_name_is_kept(plugin: Plugin) -> None:
    """A name is made once from the resource's name and seven hex digits, and noted in `__defaults`."""
    first = plugin.check(USER, {})
    again = plugin.check(USER, {"path": "/x/"}, {**first, "name": "thing-0123abc"})
    assert first["name"].startswith("thing-")
    assert int(first["name"].removeprefix("thing-"), 16) < 16**7
    assert (again["name"], again["__defaults"]) == ("thing-0123abc", ["forceDestroy", "name"])


def test_a_preview_creates_nothing_and_knows_no_outputs(cloud: Cloud, plugin: Plugin) -> None:
    """Inputs are known, outputs are not, and AWS is not called."""
    calls = len(cloud.aws.calls)
    id_, state = plugin.create(POLICY, preview=True, name="p", policy=UNKNOWN)
    assert (id_, state["name"], state["path"], state["arn"]) == ("", "p", "/", UNKNOWN)
    assert len(cloud.aws.calls) == calls


def test_a_secret_input_stays_secret(plugin: Plugin) -> None:
    """The mark of an input is on the checked input and on the output."""
    value = {SIGNATURE: SECRET, "value": json.dumps(ALLOW)}
    id_, state = plugin.create(POLICY, policy=value)
    assert state["policy"] == value
    plugin.delete(POLICY, id_, state)


def test_a_sixth_version_of_a_policy_drops_the_oldest(cloud: Cloud, plugin: Plugin) -> None:
    """AWS keeps five versions, so updates go on forever."""
    arn, state = plugin.create(POLICY, policy=json.dumps(ALLOW))
    for number in range(6):
        document = json.dumps({**ALLOW, "Id": str(number)})
        state = plugin.update(POLICY, arn, state, plugin.check(POLICY, {"policy": document}, state))
    versions = cloud.iam.list_policy_versions(PolicyArn=arn)["Versions"]
    assert [version.get("VersionId") for version in versions if version.get("IsDefaultVersion")] == ["v7"]
    plugin.delete(POLICY, arn, state)


def test_a_record_overwrites_only_when_it_may(cloud: Cloud, plugin: Plugin) -> None:
    """An existing record set stops a creation unless allowOverwrite is set."""
    cloud.publish(f"taken.{ZONE}", "TXT", '"old"')
    record: Any = {"zoneId": cloud.zone_id, "name": "taken", "type": "TXT", "ttl": 60, "records": ["new"]}
    with pytest.raises(grpc.RpcError, match="but it already exists"):
        plugin.create(RECORD, **record)
    id_, state = plugin.create(RECORD, **record, allowOverwrite=True)
    assert (id_, state["fqdn"]) == (f"{cloud.zone_id}_taken_TXT", f"taken.{ZONE}")


def test_functions_answer_as_the_real_provider(cloud: Cloud, plugin: Plugin) -> None:
    """Identity, region, partition and zones, by name or id; a zone that is not there has the real sentence."""
    assert plugin.invoke("aws:index/getCallerIdentity:getCallerIdentity")["accountId"] == "123456789012"
    assert plugin.invoke("aws:index/getRegion:getRegion")["region"] == "us-east-1"
    assert plugin.invoke("aws:index/getPartition:getPartition")["dnsSuffix"] == "amazonaws.com"
    by_name = plugin.invoke("aws:route53/getZone:getZone", name=f"{ZONE}.")
    assert by_name == plugin.invoke("aws:route53/getZone:getZone", zoneId=cloud.zone_id)
    assert (by_name["zoneId"], by_name["name"]) == (cloud.zone_id, ZONE)
    with pytest.raises(grpc.RpcError, match="no matching Route 53 Hosted Zone found"):
        plugin.invoke("aws:route53/getZone:getZone", name="none.example")


@pytest.mark.parametrize(
    ("type_", "inputs", "text"),
    [
        ("aws:s3/bucket:Bucket", {}, "no resource type aws:s3/bucket:Bucket"),
        (RECORD, {"zoneId": "ZNONE", "name": "x", "type": "A", "ttl": 1, "records": ["1.2.3.4"]}, "NoSuchHostedZone"),
        (ATTACHMENT, {"user": "none", "policyArn": "arn:aws:iam::123456789012:policy/none"}, "NoSuchEntity"),
    ],
)
def test_errors_reach_the_engine(plugin: Plugin, type_: str, inputs: dict[str, Any], text: str) -> None:
    """What AWS refuses, and what is not implemented, is the message of the failed call."""
    with pytest.raises(grpc.RpcError, match=text):
        plugin.create(type_, **inputs)


LIVES: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    USER: (
        {"name": "uNN", "path": "/mail/", "tags": {"a": "b"}},
        {"path": "/x/", "tags": {"c": "d"}},
        "iam:CreateUser iam:TagUser iam:GetUser iam:UpdateUser iam:UntagUser iam:ListGroupsForUser iam:DeleteUser",
    ),
    POLICY: (
        {"name": "pNN", "policy": json.dumps(ALLOW)},
        {"policy": json.dumps({**ALLOW, "Id": "2"}), "tags": {"a": "b"}},
        (
            "iam:CreatePolicy iam:GetPolicy iam:GetPolicyVersion iam:ListPolicyVersions iam:CreatePolicyVersion "
            "iam:TagPolicy iam:DeletePolicyVersion iam:DeletePolicy"
        ),
    ),
    ATTACHMENT: (
        {"user": "otherNN", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
        {},
        "iam:AttachUserPolicy iam:ListAttachedUserPolicies iam:DetachUserPolicy",
    ),
    KEY: (
        {"user": "otherNN"},
        {"status": "Inactive"},
        "iam:CreateAccessKey iam:ListAccessKeys iam:UpdateAccessKey iam:DeleteAccessKey",
    ),
    RECORD: (
        {"name": "xNN", "type": "TXT", "ttl": 60, "records": ["1"]},
        {"records": ["2"]},
        "route53:GetHostedZone route53:ChangeResourceRecordSets route53:GetChange route53:ListResourceRecordSets",
    ),
    ZONE_TYPE: (
        {"name": "zNN.example", "tags": {"a": "b"}},
        {"comment": "c"},
        (
            "route53:CreateHostedZone route53:GetChange route53:ChangeTagsForResource route53:GetHostedZone "
            "route53:ListTagsForResource route53:UpdateHostedZoneComment route53:DeleteHostedZone"
        ),
    ),
    SET: (
        {"configurationSetName": "sNN", "tags": {"a": "b"}, "sendingOptions": {"sendingEnabled": True}},
        {"sendingOptions": {"sendingEnabled": False}, "tags": {"c": "d"}},
        (
            "ses:CreateConfigurationSet ses:TagResource ses:GetConfigurationSet ses:ListTagsForResource "
            "ses:PutConfigurationSetSendingOptions ses:UntagResource ses:DeleteConfigurationSet"
        ),
    ),
}


def live_once(plugin: Plugin, type_: str, zone_id: str, number: int) -> None:
    """Creates, reads, changes and deletes a resource; `NN` in the names becomes the number."""
    numbered = json.loads(json.dumps(LIVES[type_]).replace("NN", str(number)))
    first, change, _ = numbered
    given = {**first, **({"zoneId": zone_id} if type_ == RECORD else {})}
    id_, state = plugin.create(type_, **given)
    plugin.read(type_, id_, state, given)
    if change:
        state = plugin.update(type_, id_, state, plugin.check(type_, {**given, **change}, state))
    plugin.delete(type_, id_, state)


def test_an_operator_needs_what_the_real_provider_calls(cloud: Cloud, tmp_path: Path) -> None:
    """Each resource lives with exactly these actions, and with any one of them denied it does not."""
    numbers = count()
    with running(tmp_path, cloud.aws.operator()) as plugin:
        plugin.configure()

        def live(type_: str, *allowed: str) -> None:
            cloud.aws.operator(allowing(*allowed))
            cloud.iam.create_user(UserName=f"other{(number := next(numbers))}")
            live_once(plugin, type_, cloud.zone_id, number)

        for type_, (*_, text) in LIVES.items():
            live(type_, *text.split())
            for action in text.split():
                with pytest.raises(grpc.RpcError, match=f"is not authorized to perform: {action}|failed to initialize"):
                    live(type_, *(other for other in text.split() if other != action))


def test_what_was_created_is_recorded_when_reading_it_back_is_denied(cloud: Cloud, tmp_path: Path) -> None:
    """The error of such a creation brings id and state, so that the engine knows what exists."""
    with running(tmp_path, cloud.aws.operator(allowing("iam:CreateUser"))) as plugin:
        plugin.configure()
        with pytest.raises(grpc.RpcError) as failed:
            plugin.create(USER, name="u", path="/mail/")
        metadata: Any = failed.value.trailing_metadata()  # pyright: ignore[reportAttributeAccessIssue]
        status = status_pb2.Status.FromString(dict(metadata)["grpc-status-details-bin"])
        found = pb.ErrorResourceInitFailed()
        assert status.details[0].Unpack(found)
        state = from_wire(found.properties)
        assert (found.id, state["path"], state["arn"]) == ("u", "/mail/", "arn:aws:iam::123456789012:user/mail/u")
        assert "is not authorized to perform: iam:GetUser on resource: user u" in found.reasons[0]


def test_a_user_has_its_boundary(plugin: Plugin) -> None:
    """A boundary is set at the creation, changed in place, taken away, and shows in the state."""
    first, second = (f"arn:aws:iam::aws:policy/{name}" for name in ("ReadOnlyAccess", "PowerUserAccess"))
    id_, state = plugin.create(USER, name="limited", path="/mail/", permissionsBoundary=first)
    inputs = {"name": "limited", "path": "/mail/"}

    def live() -> Any:
        return from_wire(plugin.read(USER, id_, state, plugin.check(USER, inputs)).properties).get(
            "permissionsBoundary"
        )

    assert (state["permissionsBoundary"], live()) == (first, first)
    state = plugin.update(USER, id_, state, plugin.check(USER, {**inputs, "permissionsBoundary": second}, state))
    assert live() == second
    assert (
        plugin.diff(USER, state, plugin.check(USER, inputs, state)).detailedDiff["permissionsBoundary"].kind
        == DIFF.DELETE
    )
    state = plugin.update(USER, id_, state, plugin.check(USER, inputs, state))
    assert live() is None
    plugin.delete(USER, id_, state)


def allowing(*actions: str) -> dict[str, Any]:
    """Returns a policy that allows these actions on everything."""
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]}


def test_a_missing_argument_fails_the_check(plugin: Plugin) -> None:
    """Each required input that is not given is named."""
    failures = plugin.stub.Check(pb.CheckRequest(urn=urn(RECORD))).failures
    assert [name for failure in failures for name in ("name", "type", "zoneId") if f"'{name}'" in failure.reason] == [
        "name",
        "type",
        "zoneId",
    ]


@pytest.mark.parametrize("endpoint", [{}, {"AWS_ENDPOINT_URL": "https://aws.example"}])
def test_only_this_machine_is_called(tmp_path: Path, endpoint: dict[str, str]) -> None:
    """Without a local endpoint, or with another, the plug-in refuses to be configured."""
    keys = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y", "AWS_REGION": "us-east-1"}
    with running(tmp_path, {**keys, **endpoint}) as plugin, pytest.raises(grpc.RpcError, match="local AWS only"):
        plugin.configure()


def test_it_ends_with_a_killed_engine(tmp_path: Path) -> None:
    """A plug-in whose engine was killed closes its port."""
    script = str(plugin_directory(tmp_path) / NAME)
    engine = "import subprocess, sys; subprocess.run(sys.argv[1:], check=False)"
    with subprocess.Popen([sys.executable, "-c", engine, script, "127.0.0.1:1"], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        address = ("127.0.0.1", int(process.stdout.readline()))
        assert listens(address)
        process.kill()
    wait_for(lambda: not listens(address))


def listens(address: tuple[str, int]) -> bool:
    """Returns whether someone accepts connections."""
    with socket.socket() as client:
        return client.connect_ex(address) == 0


def test_options_of_a_set_that_are_taken_off(cloud: Cloud, configured: Plugin) -> None:
    """As by hand, so by a program: a group that SES does not fill in is a change where it is gone, and is put off."""
    kept: dict[str, Any] = {
        "configurationSetName": "taken-off",
        "region": "eu-west-1",
        "sendingOptions": {"sendingEnabled": True},
    }
    vdm: dict[str, Any] = {"vdmOptions": {"dashboardOptions": {"engagementMetrics": "DISABLED"}}}
    id_, state = configured.create(SET, **kept, **vdm)
    client = cloud.client("sesv2", region="eu-west-1")
    client.put_configuration_set_vdm_options(ConfigurationSetName=id_)
    seen = from_wire(configured.read(SET, id_, state, {**kept, **vdm}).properties)
    assert not seen.get("vdmOptions")
    assert configured.diff(SET, seen, configured.check(SET, {**kept, **vdm})).changes == pb.DiffResponse.DIFF_SOME
    bare = configured.check(SET, {name: kept[name] for name in ("configurationSetName", "region")})
    assert configured.diff(SET, state, bare).diffs == ["vdmOptions"]
    configured.update(SET, id_, state, bare)
    found = client.get_configuration_set(ConfigurationSetName=id_)
    assert not found.get("VdmOptions")
    assert found["SendingOptions"] == {"SendingEnabled": True}
