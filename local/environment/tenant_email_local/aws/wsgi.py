"""Receives every request, authenticates it, and answers it itself or lets moto answer.

What moto lacks or gets wrong (docs/contracts/aws_ses.md#moto) is answered here: SES v2, and parts of IAM; the rest of
IAM, STS and Route 53, and SNS, SQS, EventBridge and CloudWatch, is moto's, after the caller's policies allowed it.
"""

import io
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.wrappers import Request, Response

from tenant_email_local.aws.behavior import Behavior
from tenant_email_local.aws.credentials import Keys, authenticate, scope_of
from tenant_email_local.aws.event_services import SERVICES, body_of, operation_of
from tenant_email_local.aws.iam_users import IamUsers
from tenant_email_local.aws.record_changes import change_record_sets
from tenant_email_local.aws.wire import (
    AWS_JSON,
    JSON_SERVICES,
    AwsCall,
    AwsError,
    Caller,
    Params,
    Scope,
    error_answer,
    json_answer,
    json_params,
    operation,
    query_answer,
    query_params,
)
from tenant_email_local.exchanges import Exchange, Watch, headers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Handlers = Mapping[tuple[str, str], Callable[[AwsCall], Params]]  # by service and operation
Authorize = Callable[[AwsCall], None]

MODELS = {"ses": "sesv2", "route53": "route53"}
SENDING = frozenset({"SendEmail", "SendBulkEmail"})
GLOBAL = frozenset({"iam", "route53"})  # of no region, whatever a request is signed for
ONE_SECOND = 1.0
_LOOK_AGAIN = 0.05
OK = 200


@dataclass(frozen=True)
class AnsweredCall:
    """One request that was answered; status 0 is one that hangs."""

    service: str
    operation: str
    region: str
    status: int


@dataclass
class OperationFailure:
    """A fault: an operation fails `times` times; `after` lets it take effect first, as a lost reply does."""

    operation: str
    error: AwsError
    times: int
    after: bool


class AwsApplication:
    """Is the WSGI application."""

    def __init__(
        self, keys: Keys, behavior: Behavior, handlers: Handlers, authorize: Authorize, users: IamUsers
    ) -> None:
        self.calls: list[AnsweredCall] = []
        self.failures: list[OperationFailure] = []
        self.watch: Watch | None = None
        self._keys = keys
        self._behavior = behavior
        self._handlers = handlers
        self._authorize = authorize
        self._users = users
        self._moto: Any = DomainDispatcherApplication(create_backend_app)
        self._last: dict[tuple[str, str], float] = {}

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answers one request."""
        at, began = time.time(), time.perf_counter()
        request = Request(environ)
        body = request.get_data()
        scope = Scope("", "", "")
        name = ""
        try:
            scope = scope_of(request)
            name, path_params = _operation(scope, request)
            self._hang(scope, name)
            self._require_region(scope)
            caller = authenticate(request, scope, self._keys, self._behavior)
            time.sleep(self._behavior.delays.get(name, 0))
            response = self._answer(request, scope, caller, name, path_params)
        except AwsError as error:
            response = error_answer(scope.service, error)
        environ["wsgi.input"] = io.BytesIO(body)
        self.calls.append(AnsweredCall(scope.service, name, scope.region, response.status_code))
        if self.watch:
            self.watch(
                Exchange(
                    server="aws",
                    method=request.method,
                    path=request.path,
                    status=response.status_code,
                    at=at,
                    seconds=time.perf_counter() - began,
                    query=request.query_string.decode(errors="replace"),
                    operation=" ".join(filter(None, (scope.service, name, scope.region))),
                    request_headers=headers(request.headers.items()),
                    request_body=body,
                    response_headers=headers(response.headers.items()),
                    response_body=response.get_data(),
                )
            )
        return response(environ, start_response)

    def _hang(self, scope: Scope, name: str) -> None:
        """Keeps a call of a region that hangs, which is noted at once, until the region answers again."""
        if scope.region in self._behavior.hanging and scope.service not in GLOBAL:
            self.calls.append(AnsweredCall(scope.service, name, scope.region, 0))
            while scope.region in self._behavior.hanging:
                time.sleep(_LOOK_AGAIN)

    def _require_region(self, scope: Scope) -> None:
        if scope.region in self._behavior.down and scope.service not in GLOBAL:
            raise AwsError("ServiceUnavailable", "Service is unable to handle request.", 503)

    def _answer(self, request: Request, scope: Scope, caller: Caller, name: str, path: Params) -> Response:
        failure = self._failure(name)
        if failure and not failure.after:
            raise failure.error
        call = AwsCall(scope.service, name, scope.region, caller, {**_params(scope, request), **path})
        if scope.service == "ses" and self._behavior.throttle and name not in SENDING:
            self._throttle(call)
        if name not in SENDING:
            self._authorize(call)
        if handler := self._handlers.get((scope.service, name)):
            answer = handler(call)
            is_json = scope.service == "ses" or scope.service in JSON_SERVICES
            response = json_answer(answer) if is_json else query_answer(scope.service, name, answer)
        else:
            response = self._pass_on(request, call)
        if failure:
            raise failure.error
        if scope.service in JSON_SERVICES:
            response.content_type = AWS_JSON  # moto says `text`
        return response

    def _pass_on(self, request: Request, call: AwsCall) -> Response:
        body = request.get_data()
        if call.operation == "ChangeResourceRecordSets":
            return change_record_sets(call.caller.account, call.text("Id"), body)
        if call.service == "iam":
            self._users.before(call)
        account = call.caller.account
        environ = {**request.environ, "wsgi.input": io.BytesIO(body), "HTTP_X_MOTO_ACCOUNT_ID": account}
        response = Response.from_app(self._moto, environ)
        if call.service == "iam" and response.status_code == OK:
            self._users.after(call)
        return response

    def _throttle(self, call: AwsCall) -> None:
        place, now = (call.caller.account, call.region), time.monotonic()
        if now - self._last.get(place, -ONE_SECOND) < ONE_SECOND:
            raise AwsError("TooManyRequestsException", "Too many requests", 429)
        self._last[place] = now

    def _failure(self, name: str) -> OperationFailure | None:
        found = next((failure for failure in self.failures if failure.operation == name), None)
        if found:
            found.times -= 1
            if found.times <= 0:
                self.failures.remove(found)
        return found


def _operation(scope: Scope, request: Request) -> tuple[str, Params]:
    model = MODELS.get(scope.service)
    if model:
        return operation(model, request)
    if scope.service in SERVICES:
        return operation_of(scope.service, request), {}
    return request.form.get("Action", ""), {}


def _params(scope: Scope, request: Request) -> Params:
    if scope.service == "ses":
        return json_params(request)
    if scope.service == "route53":
        return {**request.args.to_dict(), "Body": request.get_data()}
    if scope.service in SERVICES and scope.service != "sns":
        return body_of(request)
    return query_params(request.form.items())
