"""Bounds what a boto3 client waits for and takes: a whole answer in time and in size, and a call with its repeats.

botocore has timeouts for a connection and for each piece of an answer, and reads an answer whatever its size. Its
event `before-send` may answer in place of its transport: that is done here with that transport, under a watch.
"""

from __future__ import annotations

import http.client
import threading
from typing import TYPE_CHECKING, Any, Final, cast

import urllib3
from botocore import awsrequest, httpsession
from botocore.exceptions import BotoCoreError, ConnectionClosedError, HTTPClientError, SSLError
from botocore.utils import get_environ_proxies

from tenant_email.net.response_deadline import Watch, Watched
from tenant_email.net.transport import LARGEST, PIECE, SHORTEST
from tenant_email.waiting import Deadline

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.awsrequest import AWSPreparedRequest, AWSResponse
    from botocore.client import BaseClient
    from urllib3.response import BaseHTTPResponse

    from tenant_email.aws.pace import Pace
    from tenant_email.tenants.authorities import Authorities

OWN_BUNDLE: Final = "AWS_CA_BUNDLE"

_calls = threading.local()


class NoWholeAnswer(HTTPClientError):
    """The time for one answer was over; botocore tries again, while the call has time left."""

    fmt = "{why}"


class NoTimeLeft(BotoCoreError):
    """The time for a call and its repeats is over, so that it is not repeated."""

    fmt = "no usable answer within {seconds:g} s"


def bundle(authorities: Authorities) -> str | bool:
    """Returns authorities as botocore has them: a file, of several the first, or True for the public ones."""
    return next((file.path for file in authorities.files), True)


def bound(client: BaseClient, pace: Pace, authorities: Authorities) -> None:
    """Bounds every call of a client, whose server must be signed by these authorities."""
    service = client.meta.service_model.service_id.hyphenize()
    transport = _AwsTransport(
        authorities,
        verify=bundle(authorities),
        proxies=get_environ_proxies(client.meta.endpoint_url),
        timeout=(pace.connect_timeout, pace.read_timeout),
    )

    def begin(**_: object) -> None:
        _calls.deadline = Deadline(pace.total)

    def send(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        deadline: Deadline = _calls.deadline
        if deadline.is_over:
            raise NoTimeLeft(seconds=pace.total)
        return transport.exchange(request, max(min(pace.answer, deadline.left), SHORTEST))

    client.meta.events.register(f"before-call.{service}", begin)
    client.meta.events.register_last(f"before-send.{service}", cast("Callable[..., None]", send))  # it may answer


def postpone(seconds: float) -> None:
    """Gives this thread's call so many seconds more, which it waited for its turn."""
    deadline: Deadline = _calls.deadline
    deadline.extend(seconds)


class _AwsConnection(Watched, awsrequest.AWSHTTPConnection):  # type: ignore[misc]  # botocore adds arguments
    """A connection that its request's watch can cut at any time."""


class _AwsTlsConnection(Watched, awsrequest.AWSHTTPSConnection):  # type: ignore[misc]  # the same
    """The same, over TLS."""


class _AwsPool(awsrequest.AWSHTTPConnectionPool):
    ConnectionCls = _AwsConnection


class _AwsTlsPool(awsrequest.AWSHTTPSConnectionPool):
    ConnectionCls = _AwsTlsConnection


class _ReadResponse(awsrequest.AWSResponse):
    """An answer that was read."""

    def __init__(self, answer: awsrequest.AWSResponse, content: bytes) -> None:
        super().__init__(answer.url, answer.status_code, cast("Any", answer.headers), answer.raw)
        self._content = content


class _AwsTransport(httpsession.URLLib3Session):
    """Botocore's own transport, on watched connections."""

    def __init__(self, authorities: Authorities, **options: Any) -> None:
        super().__init__(**options)
        self._trusted = authorities
        self._pool_classes_by_scheme = {"http": _AwsPool, "https": _AwsTlsPool}
        vars(self)["_manager"].pool_classes_by_scheme = self._pool_classes_by_scheme

    def exchange(self, request: AWSPreparedRequest, seconds: float) -> _ReadResponse:
        """Sends a request; of an answer that is too large it returns a little more than is allowed."""
        request.stream_output = True  # read below, piece by piece
        with Watch(seconds) as watch:
            try:
                answer = self.send(request)
                content = _content(answer.raw)
            except (BotoCoreError, urllib3.exceptions.HTTPError, http.client.HTTPException, OSError) as error:
                if watch.timeout_message:
                    raise NoWholeAnswer(why=watch.timeout_message) from None
                if isinstance(error, SSLError):
                    vars(error)["trusted"] = self._trusted
                if isinstance(error, BotoCoreError):
                    raise
                raise ConnectionClosedError(endpoint_url=request.url, error=error, request=request) from None
            if late := watch.finish():
                raise NoWholeAnswer(why=late)
        return _ReadResponse(answer, content)


def _content(raw: BaseHTTPResponse) -> bytes:
    pieces, size = list[bytes](), 0
    try:
        for piece in raw.stream(PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > LARGEST:
                break
    finally:
        raw.close() if size > LARGEST else raw.release_conn()
    return b"".join(pieces)
