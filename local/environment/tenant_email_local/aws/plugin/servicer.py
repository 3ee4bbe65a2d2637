"""Speaks Pulumi's ResourceProvider protocol for the resource types and functions of this package."""

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from typing import NoReturn

import grpc
from botocore.exceptions import BotoCoreError, ClientError
from google.protobuf import empty_pb2, struct_pb2

from embedded_pulumi_engine.messages import plugin_pb2, provider_pb2_grpc, status_pb2
from embedded_pulumi_engine.messages import provider_pb2 as pb
from tenant_email_local.aws.plugin.functions import FUNCTIONS
from tenant_email_local.aws.plugin.iam import (
    AccessKeyResource,
    PolicyResource,
    UserPolicyAttachmentResource,
    UserResource,
)
from tenant_email_local.aws.plugin.kind import (
    DEFAULTS,
    PartialError,
    PropertyDifference,
    ResourceType,
    changes,
    check,
    missing_properties,
    preview_outputs,
    without_defaults,
)
from tenant_email_local.aws.plugin.notifications import MetricAlarmResource, TopicPolicyResource, TopicResource
from tenant_email_local.aws.plugin.route53 import RecordResource, ZoneResource
from tenant_email_local.aws.plugin.session import Aws, RefusedError
from tenant_email_local.aws.plugin.sesv2 import ConfigurationSetResource, EventDestinationResource
from tenant_email_local.aws.plugin.values import Properties, from_wire, mark, plain, secret_names, to_wire

KINDS: Mapping[str, ResourceType] = {
    kind.type_name: kind
    for kind in (
        UserResource(),
        PolicyResource(),
        UserPolicyAttachmentResource(),
        AccessKeyResource(),
        ZoneResource(),
        RecordResource(),
        ConfigurationSetResource(),
        EventDestinationResource(),
        TopicResource(),
        TopicPolicyResource(),
        MetricAlarmResource(),
    )
}


@contextmanager
def _report(context: grpc.ServicerContext) -> Generator[None]:
    """Turns what AWS or the plug-in refuses into the RPC's error, which the engine shows to the user."""
    try:
        yield
    except (RefusedError, BotoCoreError, ClientError) as error:
        context.abort(grpc.StatusCode.UNKNOWN, f"1 error occurred:\n\t* {_text(error)}")


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """One provider instance: the engine starts a process for each."""

    def __init__(self) -> None:
        self._aws: Aws | None = None

    @property
    def aws(self) -> Aws:
        """Returns the configured provider."""
        if self._aws is None:
            raise RefusedError("the provider is not configured")
        return self._aws

    def GetPluginInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        """Gives the version of the SDK whose types it implements."""
        del request, context
        return plugin_pb2.PluginInfo(version=version("pulumi-aws"))

    def GetSchema(self, request: pb.GetSchemaRequest, context: grpc.ServicerContext) -> pb.GetSchemaResponse:
        """Gives an empty schema: programs bring the SDK's types."""
        del request, context
        return pb.GetSchemaResponse(schema=json.dumps({"name": "aws", "version": version("pulumi-aws")}))

    def CheckConfig(self, request: pb.CheckRequest, context: grpc.ServicerContext) -> pb.CheckResponse:
        """Accepts the configuration as it is."""
        del context
        return pb.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: pb.DiffRequest, context: grpc.ServicerContext) -> pb.DiffResponse:
        """Compares configurations; no change of it replaces a provider's resources."""
        del context
        olds, news = plain(from_wire(request.old_inputs)), plain(from_wire(request.news))
        different = sorted(key for key in olds.keys() | news.keys() if olds.get(key) != news.get(key))
        return pb.DiffResponse(changes=_kind_of_change(different), diffs=different)

    def Configure(self, request: pb.ConfigureRequest, context: grpc.ServicerContext) -> pb.ConfigureResponse:
        """Takes the configuration, and checks the credentials unless the configuration says otherwise."""
        with _report(context):
            self._aws = Aws(plain(from_wire(request.args)))
            if self._aws.config.get("skipCredentialsValidation") is not True:
                _ = self._aws.identity
            return pb.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Invoke(self, request: pb.InvokeRequest, context: grpc.ServicerContext) -> pb.InvokeResponse:
        """Calls a function."""
        with _report(context):
            function = FUNCTIONS.get(request.tok)
            if function is None:
                raise RefusedError(f"the local stand-in for the AWS provider has no function {request.tok}")
            answer = to_wire(function(self.aws, plain(from_wire(request.args))))
            response = pb.InvokeResponse()
            getattr(response, "return").CopyFrom(answer)  # the field's name is a keyword
            return response

    def Check(self, request: pb.CheckRequest, context: grpc.ServicerContext) -> pb.CheckResponse:
        """Validates inputs and fills in defaults."""
        with _report(context):
            kind, news = _kind(request.urn), from_wire(request.news)
            olds = plain(from_wire(request.olds))
            failures = [
                pb.CheckFailure(reason=f"Missing required argument. The argument {name!r} is required")
                for name in missing_properties(kind, news)
            ]
            inputs = check(kind, olds, plain(news), _name(request.urn), request.randomSeed)
            return pb.CheckResponse(inputs=to_wire(mark(inputs, secret_names(news))), failures=failures)

    def Diff(self, request: pb.DiffRequest, context: grpc.ServicerContext) -> pb.DiffResponse:
        """Says what would change, property by property."""
        with _report(context):
            kind, news = _kind(request.urn), plain(from_wire(request.news))
            found = changes(kind, plain(from_wire(request.olds)), news, frozenset(request.ignoreChanges))
            replaces = [change.name for change in found if change.replaces]
            named = kind.auto_named is not None and kind.auto_named not in news.get(DEFAULTS, [])
            return pb.DiffResponse(
                changes=_kind_of_change(found),
                diffs=[change.name for change in found],
                replaces=replaces,
                # a name that the user chose cannot exist twice
                deleteBeforeReplace=bool(replaces) and named and kind.auto_named not in replaces,
                detailedDiff={change.name: pb.PropertyDiff(kind=_property_kind(change)) for change in found},
                hasDetailedDiff=True,
            )

    def Create(self, request: pb.CreateRequest, context: grpc.ServicerContext) -> pb.CreateResponse:
        """Creates a resource, or says what a preview can know of it."""
        with _report(context):
            kind, inputs = _kind(request.urn), from_wire(request.properties)
            secret = kind.secrets | secret_names(inputs)
            if request.preview:
                return pb.CreateResponse(properties=to_wire(mark(preview_outputs(kind, plain(inputs)), secret)))
            given = without_defaults(plain(inputs))
            try:
                id_, outputs = kind.create(self.aws, plain(inputs))
            except PartialError as error:
                _abort_partial(context, error, to_wire(mark({**given, **error.outputs}, secret)), request.properties)
            return pb.CreateResponse(id=id_, properties=to_wire(mark({**given, **outputs}, secret)))

    def Read(self, request: pb.ReadRequest, context: grpc.ServicerContext) -> pb.ReadResponse:
        """Reads a resource; its inputs follow what is live, so that drift shows."""
        with _report(context):
            kind, state = _kind(request.urn), from_wire(request.properties)
            inputs, imports = from_wire(request.inputs), not state
            state = state or kind.found_by(request.id)
            live = kind.read(self.aws, request.id, plain(state))
            if live is None:
                return pb.ReadResponse()
            recorded = plain(inputs)
            seen: Properties = {
                name: live.get(name)
                for name in kind.inputs
                if name in recorded or (live.get(name) is not None and imports) or _has_drifted(kind, name, state, live)
            }
            secret = kind.secrets | secret_names(state) | secret_names(inputs)
            return pb.ReadResponse(
                id=request.id,
                properties=to_wire(mark({**plain(state), **live}, secret)),
                inputs=to_wire(mark({**recorded, **seen}, secret)),
            )

    def Update(self, request: pb.UpdateRequest, context: grpc.ServicerContext) -> pb.UpdateResponse:
        """Changes a resource in place; a preview keeps the outputs that the change leaves alone."""
        with _report(context):
            kind, olds, news = _kind(request.urn), from_wire(request.olds), from_wire(request.news)
            recorded, inputs = plain(olds), plain(news)
            kept = {
                name: value
                for name, value in recorded.items()
                if name not in kind.inputs or name in kind.optional_outputs
            }
            outputs = {} if request.preview else kind.update(self.aws, request.id, recorded, inputs)
            state = {**kept, **without_defaults(inputs), **outputs}
            secret = kind.secrets | secret_names(news)
            return pb.UpdateResponse(properties=to_wire(mark(state, secret)))

    def Delete(self, request: pb.DeleteRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Deletes a resource."""
        with _report(context):
            _kind(request.urn).delete(self.aws, request.id, plain(from_wire(request.properties)))
            return empty_pb2.Empty()

    def Cancel(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Has nothing to stop: every call is short."""
        del request, context
        return empty_pb2.Empty()


def _abort_partial(
    context: grpc.ServicerContext, error: PartialError, state: struct_pb2.Struct, inputs: struct_pb2.Struct
) -> NoReturn:
    """Ends a call with what the engine needs to record a resource that exists although its creation failed."""
    message = "resource was created but failed to initialize"
    reason = f"1 error occurred:\n\t* {_text(error.cause)}"
    details = pb.ErrorResourceInitFailed(id=error.id, properties=state, reasons=[reason], inputs=inputs)
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=message)
    status.details.add().Pack(details)
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(grpc.StatusCode.UNKNOWN, message)


def _kind(urn: str) -> ResourceType:
    token = urn.split("::")[2].rpartition("$")[2]
    if token not in KINDS:
        raise RefusedError(f"the local stand-in for the AWS provider has no resource type {token}")
    return KINDS[token]


def _name(urn: str) -> str:
    return urn.split("::", 3)[3]


def _has_drifted(kind: ResourceType, name: str, state: Properties, live: Properties) -> bool:
    return name not in kind.optional_outputs and plain(state.get(name)) != live.get(name)


def _kind_of_change(found: object) -> pb.DiffResponse.DiffChanges.ValueType:
    return pb.DiffResponse.DIFF_SOME if found else pb.DiffResponse.DIFF_NONE


def _property_kind(change: PropertyDifference) -> pb.PropertyDiff.Kind.ValueType:
    if change.adds:
        return pb.PropertyDiff.ADD_REPLACE if change.replaces else pb.PropertyDiff.ADD
    if change.removes:
        return pb.PropertyDiff.DELETE_REPLACE if change.replaces else pb.PropertyDiff.DELETE
    return pb.PropertyDiff.UPDATE_REPLACE if change.replaces else pb.PropertyDiff.UPDATE


def _text(error: Exception) -> str:
    if not isinstance(error, ClientError):
        return str(error)
    details = error.response.get("Error", {})
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    reason = f"{details.get('Code')}: {details.get('Message')}"
    return f"operation error {error.operation_name}, https response error StatusCode: {status}, {reason}"
