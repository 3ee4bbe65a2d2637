"""Reads requests as AWS's service models describe them and writes each protocol's errors."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeGuard, cast
from uuid import uuid4
from xml.sax.saxutils import escape

from botocore.session import get_session
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

Params = dict[str, Any]

NAMESPACES = {
    "iam": "https://iam.amazonaws.com/doc/2010-05-08/",
    "sts": "https://sts.amazonaws.com/doc/2011-06-15/",
}


def is_list(value: Any) -> TypeGuard[list[Any]]:
    """Tells a list from the other values of a document."""
    return isinstance(value, list)


JSON_SERVICES = frozenset({"sqs", "events", "monitoring", "kms"})
AWS_JSON = "application/x-amz-json-1.0"


class AwsError(Exception):
    """A refusal in the way of AWS: a code, a message, an HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


@dataclass(frozen=True)
class Scope:
    """What a signature says of a request: who calls which service in which region."""

    access_key_id: str
    region: str
    service: str


@dataclass(frozen=True)
class Caller:
    """The caller: an account, or its user, or a session of its role with what may limit it further."""

    account: str
    arn: str
    user: str | None = None
    role: str | None = None
    session_policy: str = ""


@dataclass(frozen=True)
class AwsCall:
    """One authenticated call with its parameters by their names in the service model."""

    service: str
    operation: str
    region: str
    caller: Caller
    params: Params

    def text(self, name: str) -> str:
        """Returns a parameter as text, empty when it was not sent."""
        return str(self.params.get(name) or "")


@cache
def _routes(service: str) -> Map:
    model = get_session().get_service_model(service)
    rules: list[Rule] = []
    for name in model.operation_names:
        http: dict[str, str] = model.operation_model(name).http
        path = http["requestUri"].partition("?")[0].replace("{", "<").replace("}", ">").replace("+>", ">")
        rules.append(Rule(path, methods=[http["method"]], endpoint=name, strict_slashes=False))
    return Map(rules)


def operation(service: str, request: Request) -> tuple[str, Params]:
    """Returns the operation a REST request asks for and the parameters in its path; unknown ones are named ""."""
    try:
        name, found = _routes(service).bind("localhost").match(request.path, request.method)
    except HTTPException:
        return "", {}
    return str(name), dict(found)


def query_params(form: Iterable[tuple[str, str]]) -> Params:
    """Reads a query request's parameters; `Tags.member.1.Key` becomes a list of maps by the name `Tags`."""
    tree: Params = {}
    for name, value in form:
        node = tree
        *path, last = name.split(".")
        for part in path:
            node = node.setdefault(part, {})
        node[last] = value
    return {name: _with_lists(value) for name, value in tree.items()}


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    branches = cast("Params", value)
    members: Params | None = branches.get("member")
    if members is None:
        return {name: _with_lists(branch) for name, branch in branches.items()}
    return [_with_lists(members[index]) for index in sorted(members, key=int)]


def json_params(request: Request) -> Params:
    """Merges a REST-JSON request's body and query; a repeated query key (TagKeys) stays a list.

    Raises: AwsError SerializationException, as AWS calls a body it cannot read.
    """
    try:
        body: Any = json.loads(request.get_data() or b"{}")
    except ValueError:
        raise AwsError("SerializationException", "Unexpected content") from None
    query: Params = {key: values if key == "TagKeys" else values[0] for key, values in request.args.lists()}
    return {**body, **query}


def json_answer(document: Params) -> Response:
    """Writes a REST-JSON answer; times are seconds since the epoch."""
    return Response(
        json.dumps(document, default=_epoch),
        content_type="application/json",
        headers={"x-amzn-RequestId": str(uuid4())},
    )


def query_answer(service: str, operation: str, document: Params) -> Response:
    """Writes a query protocol's answer; lists become `member` elements."""
    result = f"<{operation}Result>{_xml(document)}</{operation}Result>" if document else ""
    xml = (
        f'<{operation}Response xmlns="{NAMESPACES[service]}">{result}'
        f"<ResponseMetadata><RequestId>{uuid4()}</RequestId></ResponseMetadata></{operation}Response>"
    )
    return Response(xml, content_type="text/xml")


def _xml(value: Any) -> str:
    if isinstance(value, dict):
        return "".join(f"<{name}>{_xml(each)}</{name}>" for name, each in cast("Params", value).items())
    if is_list(value):
        return "".join(f"<member>{_xml(each)}</member>" for each in value)
    return escape(str(value).lower() if isinstance(value, bool) else str(value))


def error_answer(service: str, error: AwsError) -> Response:
    """Writes an error in the service's protocol: JSON with x-amzn-errortype for SES v2 and the like, else XML."""
    if service in JSON_SERVICES:
        body = json.dumps({"__type": error.code, "message": error.message})
        return Response(body, error.status, content_type=AWS_JSON)
    if service == "ses":
        headers = {"x-amzn-errortype": error.code, "x-amzn-RequestId": str(uuid4())}
        body = json.dumps({"message": error.message})
        return Response(body, error.status, headers=headers, content_type="application/json")
    xml = (
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{error.code}</Code>"
        f"<Message>{escape(error.message)}</Message></Error><RequestId>{uuid4()}</RequestId></ErrorResponse>"
    )
    return Response(xml, error.status, content_type="text/xml")


def _epoch(value: object) -> float:
    if isinstance(value, datetime):
        return value.timestamp()
    raise TypeError(type(value))
