"""Whether it was AWS that answered, looked at before botocore reads a word of it.

botocore takes a page with status 200 for an answer without fields, a deletion answered by one for done, and fails in
odd ways over an array. What an operation answers is in its own model, so that this needs to declare little: the fields
that AWS always fills in, and by which an answer is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from botocore.model import ListShape, MapShape, StructureShape

from tenant_email.errors import NOTHING_RECORDED, UnexpectedAnswer
from tenant_email.json_types import is_list, is_object
from tenant_email.net.answers import DEEPEST, Unusable, document_of
from tenant_email.net.transport import LARGEST, HttpReply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.client import BaseClient
    from botocore.model import OperationModel, Shape

    from tenant_email.json_types import Props

_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "GetEmailIdentity": ("IdentityType", "DkimAttributes"),
    "CreateEmailIdentity": ("IdentityType",),
    "GetConfigurationSet": ("ConfigurationSetName",),
    "GetAccount": ("ProductionAccessEnabled", "SendingEnabled"),
    "GetCallerIdentity": ("Account",),
    "SendEmail": ("MessageId",),
    "ListAccessKeys": ("AccessKeyMetadata",),
    "GetAccessKeyLastUsed": ("AccessKeyLastUsed",),
    "GetHostedZone": ("HostedZone",),
    "ListResourceRecordSets": ("ResourceRecordSets", "IsTruncated"),
    "ChangeResourceRecordSets": ("ChangeInfo",),
}
_READS: Final = ("Get", "List")
_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str,),
    "boolean": (bool,),
    "timestamp": (int, float, str),
}
_NUMBERS: Final = (int, float)
_SUCCESS, _ERRORS, _THROTTLED, _SERVER_ERRORS = 200, 300, 429, 500
_REMEDY: Final = f"Check AWS_ENDPOINT_URL, and that no proxy answers instead of AWS, then run again. {NOTHING_RECORDED}"


def guard(client: BaseClient, who: str) -> None:
    """Has every answer that a boto3 client gets looked at; UnexpectedAnswer for what AWS never says.

    `who` begins the messages, such as `ses eu-west-1`.
    """

    def require_usable(operation_model: OperationModel, response_dict: Props, **_: object) -> None:
        reply = HttpReply(response_dict["status_code"], response_dict["headers"], response_dict["body"])
        try:
            body = _usable_body(operation_model, reply)
        except Unusable as odd:
            name: str = operation_model.name
            message = f"{who}: {name} got {odd} ({reply.status})"
            error = UnexpectedAnswer(message, remedy=_REMEDY, status=reply.status)
            # A write may have worked although something on the way answered in AWS's place; a read had nothing to do.
            error.uncertain = not name.startswith(_READS)
            raise error from None
        response_dict["body"] = body

    client.meta.events.register(f"before-parse.{client.meta.service_model.service_id.hyphenize()}", require_usable)


def _usable_body(operation: OperationModel, reply: HttpReply) -> bytes:
    """Returns the body that botocore may read; raises Unusable."""
    if len(reply.content) > LARGEST:
        raise Unusable(f"an answer larger than {LARGEST // 2**20} MiB")
    # what botocore speaks: a model names first what AWS likes best, which botocore may not speak
    json = "json" in operation.service_model.resolved_protocol
    if reply.status < _ERRORS:
        # Every call that is made here promises 200; a redirect or a 202 comes from something in between.
        if reply.status != _SUCCESS:
            raise Unusable("a success status other than the promised one")
        (_require_document if json else _require_xml)(operation, reply)
    elif reply.status >= _SERVER_ERRORS or reply.status == _THROTTLED:
        return reply.content if _is_typed(reply, json=json) else b""  # the status says it all
    # Without this a 404 page of a proxy would read as an absent identity, and drop it from the state.
    elif not _is_typed(reply, json=json):
        raise Unusable("an error that did not come from AWS (a proxy?)")
    return reply.content


def _require_document(operation: OperationModel, reply: HttpReply) -> None:
    shape, needed = operation.output_shape, _FIELDS.get(operation.name, ())
    if not needed and not reply.content.strip():
        return
    document = document_of(reply)
    if missing := [name for name in needed if not is_object(document) or document.get(name) is None]:
        raise Unusable(f"an answer of an unexpected shape (missing: {', '.join(missing)})")
    if not is_object(document) or not (shape is None or _fits(shape, document)):
        raise Unusable("an answer of an unexpected shape")


def _require_xml(operation: OperationModel, reply: HttpReply) -> None:
    names = _elements(reply.content)
    shape = operation.output_shape
    wrapper: str | None = shape.serialization.get("resultWrapper") if shape else None
    needed = (f"{operation.name}Response", *([wrapper] if wrapper else []), *_FIELDS.get(operation.name, ()))
    if missing := [name for name in needed if name not in names]:
        raise Unusable(f"an answer of an unexpected shape (missing: {', '.join(missing)})")


def _elements(content: bytes) -> set[str]:
    """Returns the names of all elements of an XML document; raises Unusable for what is none, or nests too deep."""
    names, depth, parser = set[str](), 0, expat.ParserCreate()

    def begin(name: str, _: object) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise Unusable(f"an answer nested deeper than {DEEPEST} levels")
        names.add(name)

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse(*_: object) -> None:
        raise Unusable("an answer that declares a document type")

    # A document type may define entities that grow without end (billion laughs); AWS never sends one.
    parser.StartElementHandler, parser.EndElementHandler, parser.StartDoctypeDeclHandler = begin, end, refuse
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        raise Unusable("an answer that is not XML") from None
    return names


def _fits(shape: Shape, value: object) -> bool:
    """Returns whether a JSON value is what botocore's model of it says; AWS leaves out, or nulls, what it likes."""
    if value is None:
        return True
    if isinstance(shape, StructureShape):
        members = shape.members.items()
        return is_object(value) and all(
            _fits(member, value.get(member.serialization.get("name", name))) for name, member in members
        )
    if isinstance(shape, ListShape):
        return is_list(value) and all(each is not None and _fits(shape.member, each) for each in value)
    if isinstance(shape, MapShape):
        return is_object(value) and all(_fits(shape.value, each) for each in value.values())
    return isinstance(value, _TYPES.get(shape.type_name, _NUMBERS))


def _is_typed(reply: HttpReply, *, json: bool) -> bool:
    """Returns whether AWS worded an error: with a type in a header or in the body."""
    if not json:
        try:
            names = _elements(reply.content)
        except Unusable:
            return False
        return {"Error", "Code"} <= names
    is_named = "x-amzn-errortype" in reply.headers
    if is_named and not reply.content.strip():
        return True
    try:
        document = document_of(reply)
    except Unusable:
        return False
    return is_object(document) and (is_named or any(name in document for name in ("__type", "code", "Code")))
