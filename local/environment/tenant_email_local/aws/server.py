"""Runs the local AWS on one port of 127.0.0.1: all regions, SES v2, IAM, STS, Route 53, and where events go."""

import hmac
import json
import threading
from collections.abc import Mapping
from dataclasses import replace
from email.utils import parseaddr
from functools import cache, cached_property
from typing import Any, Self

import boto3
from moto.cloudwatch.models import cloudwatch_backends
from moto.events.models import events_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.route53.models import route53_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends
from moto.sts.models import sts_backends
from werkzeug.serving import WSGIRequestHandler, make_server

from tenant_email_local.aws.authorization import Authorization, Envelope
from tenant_email_local.aws.behavior import Behavior
from tenant_email_local.aws.credentials import Keys, RootKey
from tenant_email_local.aws.dkim_keys import key_zones
from tenant_email_local.aws.dns_lookup import Dns
from tenant_email_local.aws.event_destinations import EventDestinations
from tenant_email_local.aws.event_publishing import EventPublishing
from tenant_email_local.aws.iam_simulation import SIMULATIONS
from tenant_email_local.aws.iam_users import IamUsers
from tenant_email_local.aws.metrics import get_metric_data
from tenant_email_local.aws.outgoing import Outgoing, set_in
from tenant_email_local.aws.sending import Deliver, Sending
from tenant_email_local.aws.ses_account import AccountApi
from tenant_email_local.aws.ses_identities import Identities
from tenant_email_local.aws.smtp_password import smtp_password
from tenant_email_local.aws.store import AccountStore
from tenant_email_local.aws.tags import Tags
from tenant_email_local.aws.wire import AwsError
from tenant_email_local.aws.wsgi import AnsweredCall, AwsApplication, OperationFailure
from tenant_email_local.dns import POLL_SECONDS, DnsServer
from tenant_email_local.exchanges import Watch
from tenant_email_local.inbox import Received, parse_mail
from tenant_email_local.ports import LOOPBACK

_BACKENDS = (
    iam_backends,
    route53_backends,
    sts_backends,
    sns_backends,
    sqs_backends,
    events_backends,
    cloudwatch_backends,
    kms_backends,
)
ROOT_KEY_ID = "AKIALOCALSTACKROOT00"
ACCOUNT = "123456789012"
ROOTS: Mapping[str, RootKey] = {ROOT_KEY_ID: RootKey("local-secret-of-the-root-key-no-account", ACCOUNT)}
REGION = "us-east-1"


class _QuietHandler(WSGIRequestHandler):
    """A handler that logs errors only: the requests are in `AwsServer.calls`."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Drops the access log."""


class AwsServer:
    """A server of the local AWS as a context manager.

    One process runs at most one server per account, because moto keeps its state by account in the module.
    """

    def __init__(
        self,
        dns: DnsServer,
        port: int = 0,
        deliver: Deliver | None = None,
        roots: Mapping[str, RootKey] = ROOTS,
        behavior: Behavior | None = None,
    ) -> None:
        self.behavior = behavior or Behavior()
        self._roots = roots
        self._operators: dict[str, tuple[str, str]] = {}
        self._keys = Keys(roots)
        self._store = AccountStore(Dns(dns.port), self.behavior)
        self._authorization = Authorization(self._store, self.behavior)
        self._outgoing = Outgoing(self._store)
        self._events = EventPublishing(self._store, self.behavior)
        sending = Sending(self._store, self._authorization, self._outgoing, self._events, deliver or _discard)
        dns.services = lambda: key_zones(self._store.identities())
        apis = (
            Identities(self._store, self.behavior),
            AccountApi(self._store, self.behavior),
            EventDestinations(self._store),
            Tags(self._store),
            sending,
        )
        users = IamUsers()
        handlers = {
            **{("ses", name): handler for api in apis for name, handler in api.handlers.items()},
            ("monitoring", "GetMetricData"): get_metric_data,
            **{("iam", name): handler for name, handler in {**users.handlers, **SIMULATIONS}.items()},
        }
        self._application = AwsApplication(self._keys, self.behavior, handlers, self._authorization.check_call, users)
        self._server: Any = make_server(LOOPBACK, port, self._application, threaded=True, request_handler=_QuietHandler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(POLL_SECONDS,), daemon=True)
        self.port: int = self._server.server_port
        self.url = f"http://{LOOPBACK}:{self.port}"

    def __enter__(self) -> Self:
        self._forget()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._forget()

    def _forget(self) -> None:
        for account in {root.account for root in self._roots.values()}:
            for backends in _BACKENDS:
                backends.pop(account, None)

    def watched_by(self, watch: Watch) -> None:
        """Shows every call with its bodies from now on."""
        self._application.watch = watch

    @property
    def store(self) -> AccountStore:
        """What SES knows."""
        return self._store

    @property
    def accounts(self) -> frozenset[str]:
        """The accounts that have a root key."""
        return frozenset(root.account for root in self._roots.values())

    @property
    def root_secrets(self) -> tuple[str, ...]:
        """The secrets of the root keys."""
        return tuple(root.secret for root in self._roots.values())

    @property
    def calls(self) -> list[AnsweredCall]:
        """Returns the requests answered so far, in order."""
        return self._application.calls

    def environment(self, access_key_id: str = ROOT_KEY_ID, region: str = REGION) -> dict[str, str]:
        """Returns the variables that make boto3 and the stand-in plug-in use this server."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": access_key_id,
            "AWS_SECRET_ACCESS_KEY": self._roots[access_key_id].secret,
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def session(self, access_key_id: str = ROOT_KEY_ID) -> boto3.Session:
        """Returns a boto3 session with a root key; pass `endpoint_url=aws.url` to its clients."""
        return _session(access_key_id, self._roots[access_key_id].secret)

    @cached_property
    def _iam(self) -> Any:
        return self.session().client("iam", endpoint_url=self.url)

    def create_zone(self, name: str) -> str:
        """Creates a public hosted zone over the API and returns its id."""
        client = self.session().client("route53", endpoint_url=self.url)
        answer = client.create_hosted_zone(Name=name, CallerReference=name)
        return answer["HostedZone"]["Id"].removeprefix("/hostedzone/")

    def operator(self, *policies: Mapping[str, Any], name: str = "operator", boundary: str = "") -> dict[str, str]:
        """Makes a user who has these policies and no more; returns `environment()` with the user's key.

        `boundary` is the ARN of the policy that limits the user. A user of that name gets the policies anew and keeps
        its key, so that what an operator may do can change between two runs.
        """
        iam = self._iam
        if name not in {user["UserName"] for user in iam.list_users()["Users"]}:
            iam.create_user(UserName=name, **({"PermissionsBoundary": boundary} if boundary else {}))
            made = iam.create_access_key(UserName=name)["AccessKey"]
            self._operators[name] = (made["AccessKeyId"], made["SecretAccessKey"])
        for held in iam.list_user_policies(UserName=name)["PolicyNames"]:
            iam.delete_user_policy(UserName=name, PolicyName=held)
        for number, policy in enumerate(policies):
            iam.put_user_policy(UserName=name, PolicyName=f"p{number}", PolicyDocument=json.dumps(policy))
        key_id, secret = self._operators[name]
        return {**self.environment(), "AWS_ACCESS_KEY_ID": key_id, "AWS_SECRET_ACCESS_KEY": secret}

    def verify_address(self, address: str, region: str, account: str = ACCOUNT) -> None:
        """Does what a click on the link in SES's verification email does for an address identity."""
        self._store.account(account, region).identities[address].verify()

    def verify_by_text(self, domain: str, region: str, account: str = ACCOUNT) -> None:
        """Has a domain be one that SES's v1 API verified by a TXT record: it may send, and has no DKIM."""
        self._store.account(account, region).identities[domain].verify_by_text()

    def fail(self, operation: str, error: AwsError, times: int = 1, *, after: bool = False) -> None:
        """Makes the next calls of an operation fail; `after` lets them take effect first."""
        self._application.failures.append(OperationFailure(operation, error, times, after))

    def smtp_region(self, username: str, password: str) -> str | None:
        """Returns the region whose SMTP endpoint accepts the credentials: an SES password works in one only."""
        key = self._keys.find(username, self.behavior.key_delay)
        if key is None:
            return None
        given = password.encode()
        regions = _ses_regions()
        matches = (hmac.compare_digest(given, smtp_password(key.secret, each).encode()) for each in regions)
        return next((region for region, match in zip(regions, matches, strict=True) if match), None)

    def smtp_authenticate(self, username: str, password: str, region: str | None = None) -> bool:
        """Returns whether SMTP credentials work in a region, or in any when the endpoint's is not known."""
        found = self.smtp_region(username, password)
        return found is not None and region in (None, found)

    def send_smtp(self, access_key_id: str, region: str, mail: Received) -> Received | str:
        """Sends an email that SMTP took: returns it as those get it whom it reaches, or the text of a refusal."""
        key = self._keys.find(access_key_id, self.behavior.key_delay)
        if key is None:
            return "Authentication Credentials Invalid"
        sender, action = parseaddr(str(mail.message["From"]))[1], "ses:SendRawEmail"
        envelope = Envelope(sender, mail.rcpt_to, action, region, set_in(mail.message))
        try:
            used = self._authorization.check_mail(key.caller, envelope)
            sent = self._outgoing.sent(key.caller, envelope, used, mail.message)
            raw = self._outgoing.finish(key.caller.account, region, sender, mail.raw)
        except AwsError as error:
            kind = "Access denied" if error.code == "AccessDeniedException" else "Message rejected"
            return f"{kind}: {error.message}"
        self._events.publish(sent)
        return replace(mail, rcpt_to=tuple(self._events.people(sent)), message=parse_mail(raw), raw=raw)


@cache
def _session(access_key_id: str, secret: str) -> boto3.Session:
    """Makes one session for all servers of a process: it reads each service's model once."""
    return boto3.Session(access_key_id, secret, region_name=REGION)


@cache
def _ses_regions() -> list[str]:
    return boto3.Session().get_available_regions("sesv2")


def _discard(sender: str, recipients: list[str], message: bytes) -> None:
    del sender, recipients, message
