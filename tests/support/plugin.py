"""The provider plug-in, asked as an engine asks it: in this process, or in a process of its own over gRPC."""

from __future__ import annotations

import json
import os
import re
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import grpc
from google.protobuf import json_format, struct_pb2
from pulumi.output import Unknown
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import provider_pb2_grpc

from support.host import Failed, listening, serving
from support.ways import Values, WithTenants
from tenant_email import package_schema as schema
from tenant_email.inputs.unknowns import UNKNOWN
from tenant_email.package_schema.names import camel
from tenant_email.plugin import provider
from tenant_email.plugin.values import decode, encode
from tenant_email.plugin.words import names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pulumi.dynamic import ResourceProvider

    from support.ways import Steps


_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"


def urn_of(token: str) -> str:
    """Returns the URN of a resource of a type."""
    return f"urn:pulumi:dev::lab::{token}::n"


def on_path(environ: Mapping[str, str]) -> dict[str, str]:
    """Returns an environment's PATH with the plug-in on it, as an activated environment has it."""
    folders = [str(Path(sys.executable).parent), environ.get("PATH", os.environ["PATH"])]
    return {"PATH": os.pathsep.join(folders)}


def struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    """Returns properties as an engine sends them."""
    return json_format.ParseDict(dict(values), struct_pb2.Struct())


def values(sent: struct_pb2.Struct) -> Values:
    """Returns properties as they are on the wire, a secret with its signature."""
    found: Values = json_format.MessageToDict(sent)
    return found


def in_clear(message: Any) -> str:
    """Returns what a message shows, without what is sealed in it."""

    def open_(value: Any) -> Any:
        if isinstance(value, dict):
            return "sealed" if _SECRET in value.values() else {name: open_(each) for name, each in value.items()}
        return [open_(each) for each in value] if isinstance(value, list) else value

    return json.dumps(open_(json_format.MessageToDict(message)))


def in_schema_names(token: str, inputs: Values) -> Values:
    """Returns inputs as a program in another language writes them, what is secret in clear."""

    def opened(value: Any) -> Any:
        if isinstance(value, dict):
            found = cast("Values", value)
            return opened(found["value"]) if _SIGNATURE in found else {k: opened(each) for k, each in found.items()}
        return value

    plain: Values = opened(values(encode(inputs, schema.inputs_of(token))))
    return plain


def token_of(lifecycle: type[ResourceProvider]) -> str:
    """Returns the type token of a lifecycle's resource."""
    return schema.token(lifecycle.__name__.removesuffix("Lifecycle"))


class PluginSteps:
    """The steps of one resource; `stub` is whatever answers the engine's requests.

    Values go in and come out as the lifecycles have them; `raw` is what the last answer really held.
    """

    def __init__(self, stub: Any, token: str) -> None:
        self._stub, self._urn, self._declared = stub, urn_of(token), schema.properties_of(token)
        self.raw: Any = None

    def check(self, news: Values, olds: Mapping[str, Any]) -> list[str]:
        """Returns the reasons of all failures, each with its property."""
        request = pb.CheckRequest(urn=self._urn, olds=self._sent(olds), news=self._sent(news))
        self.raw = _call(self._stub.Check, request)
        told = [": ".join(filter(None, (each.property, each.reason))) for each in self.raw.failures]
        return [in_python_words(each) for each in told]

    def diff(self, id_: str, olds: Mapping[str, Any], news: Values) -> tuple[bool, list[str]]:
        """Returns (changed, what forces a replacement)."""
        request = pb.DiffRequest(urn=self._urn, id=id_, olds=self._sent(olds), news=self._sent(news))
        self.raw = _call(self._stub.Diff, request)
        return self.raw.changes == pb.DiffResponse.DIFF_SOME, list(self.raw.replaces)

    def create(self, news: Values) -> tuple[str, Values]:
        """Returns (id, outputs)."""
        self.raw = _call(self._stub.Create, pb.CreateRequest(urn=self._urn, properties=self._sent(news)))
        return self.raw.id, self._read(self.raw.properties)

    def update(self, id_: str, olds: Mapping[str, Any], news: Values) -> Values:
        """Returns the outputs."""
        request = pb.UpdateRequest(urn=self._urn, id=id_, olds=self._sent(olds), news=self._sent(news))
        self.raw = _call(self._stub.Update, request)
        return self._read(self.raw.properties)

    def read(self, id_: str, outputs: Mapping[str, Any]) -> tuple[str, Values]:
        """Returns (id, outputs), without an id when it is gone."""
        request = pb.ReadRequest(urn=self._urn, id=id_, properties=self._sent(outputs))
        self.raw = _call(self._stub.Read, request)
        return self.raw.id, self._read(self.raw.properties)

    def delete(self, id_: str, outputs: Mapping[str, Any]) -> None:
        """Deletes."""
        _call(self._stub.Delete, pb.DeleteRequest(urn=self._urn, id=id_, properties=self._sent(outputs)))

    def _sent(self, values: Mapping[str, Any]) -> struct_pb2.Struct:
        """Returns values as they travel: what the other face names as marked is a secret here."""
        marked = [tuple(path.split(".")) for path in values.get("secret_inputs") or ()]
        return encode(
            _known({key: value for key, value in values.items() if key != "secret_inputs"}), self._declared, marked
        )

    def _read(self, properties: struct_pb2.Struct) -> Values:
        return decode(properties, self._declared).props


class InThisProcess:
    """Answers as the plug-in does, in this process; it raises what the lifecycle raises."""

    Check, Diff = staticmethod(provider.check), staticmethod(provider.diff)

    @staticmethod
    def Create(request: pb.CreateRequest) -> pb.CreateResponse:  # noqa: N802 - given
        """Creates; what is recorded in part fails here as it would have failed."""
        try:
            return provider.create(request)
        except provider.PartlyCreatedError as partly:
            raise partly.error from None

    Read, Update, Delete = staticmethod(provider.read), staticmethod(provider.update), staticmethod(provider.delete)


class OnPlugin(WithTenants):
    """On the plug-in, a process of its own for each operation."""

    def __init__(self, lifecycle: type[ResourceProvider], tenants: Values) -> None:
        super().__init__(tenants)
        self.token = token_of(lifecycle)

    @contextmanager
    def operation(self) -> Iterator[Steps]:
        """Starts a plug-in and configures it with the stack's tenants."""
        with listening() as (listener, address), running_plugin(self.tenants, engine=address) as stub:
            try:
                yield PluginSteps(stub, self.token)
            finally:
                self.said = listener.lines
                assert not [line for line in self.said if "canary-" in line]


@contextmanager
def running_plugin(
    tenants: Values, environ: Mapping[str, str] | None = None, engine: str = ""
) -> Iterator[provider_pb2_grpc.ResourceProviderStub]:
    """Starts a plug-in and configures it; `engine` is the address of a listener."""
    with serving("tenant_email.plugin", environ, engine) as (stub, _):
        stub.Configure(pb.ConfigureRequest(args=encode({"tenants": tenants}, {}), acceptSecrets=True))
        yield stub


def _known(value: Any) -> Any:
    """Returns a value with the one sentinel in place of the SDK's unknown ones."""
    if isinstance(value, Unknown):
        return UNKNOWN
    if isinstance(value, dict):
        return {key: _known(each) for key, each in cast("Values", value).items()}
    return [_known(each) for each in value] if isinstance(value, list) else value


def in_python_words(message: str) -> str:
    """Returns a message with the names of inputs as the lifecycles have them, so that one test holds both faces."""
    camel_names = {camel(name): name for name in names()}
    # the keys of a tenant's entry are in camelCase everywhere
    message = re.sub(
        r"tenant-email:tenants\S*|[a-z]+(?:[A-Z][a-z0-9]*)+", lambda match: camel_names.get(match[0], match[0]), message
    )
    return re.sub(r"\[(\d+)\]", r".\1", message)


def _call(method: Any, request: Any) -> Any:
    try:
        return method(request)
    except grpc.RpcError as error:
        raise Failed(error.details() or "") from None
