"""Receives every request, authenticates it, and answers it itself or lets moto answer.

SES v2's operations on identities, accounts and configuration sets are answered here because moto lacks them or
gets them wrong (contracts/aws_ses.md section 5); IAM, STS and Route 53 are moto's.
"""

import io
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.wrappers import Request, Response

from tenant_email.local.aws.behaviour import Behaviour
from tenant_email.local.aws.credentials import Keys, authenticate, scope_of
from tenant_email.local.aws.record_changes import change_record_sets
from tenant_email.local.aws.wire import (
    AwsError,
    Call,
    Caller,
    Params,
    Scope,
    error_answer,
    json_answer,
    json_params,
    operation,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Handlers = Mapping[str, Callable[[Call], Params]]
Authorize = Callable[[Call], None]

MODELS = {"ses": "sesv2", "route53": "route53"}
SENDING = frozenset({"SendEmail", "SendBulkEmail"})
ONE_SECOND = 1.0


@dataclass(frozen=True)
class Served:
    """Notes one request that was answered."""

    service: str
    operation: str
    region: str
    status: int


@dataclass
class Failure:
    """Makes an operation fail `times` times; `after` lets it take effect first, as a lost reply does."""

    operation: str
    error: AwsError
    times: int
    after: bool


class Front:
    """Is the WSGI application."""

    def __init__(self, keys: Keys, behaviour: Behaviour, handlers: Handlers, authorize: Authorize) -> None:
        self.calls: list[Served] = []
        self.failures: list[Failure] = []
        self._keys = keys
        self._behaviour = behaviour
        self._handlers = handlers
        self._authorize = authorize
        self._moto: Any = DomainDispatcherApplication(create_backend_app)
        self._last: dict[tuple[str, str], float] = {}

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answers one request."""
        request = Request(environ)
        body = request.get_data()
        scope = Scope("", "", "")
        name = ""
        try:
            scope = scope_of(request)
            name, path_params = _operation(scope, request)
            caller = authenticate(request, scope, self._keys, self._behaviour.key_delay)
            time.sleep(self._behaviour.delays.get(name, 0))
            response = self._answer(request, scope, caller, name, path_params)
        except AwsError as error:
            response = error_answer(scope.service, error)
        environ["wsgi.input"] = io.BytesIO(body)
        self.calls.append(Served(scope.service, name, scope.region, response.status_code))
        return response(environ, start_response)

    def _answer(self, request: Request, scope: Scope, caller: Caller, name: str, path: Params) -> Response:
        failure = self._failure(name)
        if failure and not failure.after:
            raise failure.error
        if scope.service == "ses" and name in self._handlers:
            call = Call(name, scope.region, caller, {**json_params(request), **path})
            response = self._ses(call)
        else:
            response = self._pass_on(request, scope, caller, name, path)
        if failure:
            raise failure.error
        return response

    def _ses(self, call: Call) -> Response:
        if self._behaviour.throttle and call.operation not in SENDING:
            self._throttle(call)
        if call.operation not in SENDING:
            self._authorize(call)
        return json_answer(self._handlers[call.operation](call))

    def _pass_on(self, request: Request, scope: Scope, caller: Caller, name: str, path: Params) -> Response:
        body = request.get_data()
        if name == "ChangeResourceRecordSets":
            return change_record_sets(caller.account, str(path["Id"]), body)
        environ = {**request.environ, "wsgi.input": io.BytesIO(body), "HTTP_X_MOTO_ACCOUNT_ID": caller.account}
        return Response.from_app(self._moto, environ)

    def _throttle(self, call: Call) -> None:
        place, now = (call.caller.account, call.region), time.monotonic()
        if now - self._last.get(place, -ONE_SECOND) < ONE_SECOND:
            raise AwsError("TooManyRequestsException", "Too many requests", 429)
        self._last[place] = now

    def _failure(self, name: str) -> Failure | None:
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
    return request.form.get("Action", ""), {}
