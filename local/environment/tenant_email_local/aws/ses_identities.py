"""Answers SES v2's identity operations. Texts and statuses: docs/contracts/aws_ses.md#error-texts."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from tenant_email_local.aws import dkim as signing
from tenant_email_local.aws.behavior import Behavior
from tenant_email_local.aws.identity import DkimState, EmailIdentity, MailFromState, signing_zone
from tenant_email_local.aws.store import AccountStore, fold
from tenant_email_local.aws.tags import read_tags
from tenant_email_local.aws.wire import AwsCall, AwsError, Params

Handler = Callable[[AwsCall], Params]

LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
DOMAIN = re.compile(rf"({LABEL}\.)+{LABEL}", re.IGNORECASE)
MAX_IDENTITIES = 10_000


class Identities:
    """The operations on identities; each method takes one call and returns its answer."""

    def __init__(self, store: AccountStore, behavior: Behavior) -> None:
        self._store = store
        self._behavior = behavior

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Maps the names of the operations to what answers them."""
        return {
            "CreateEmailIdentity": self.create,
            "GetEmailIdentity": self.get,
            "DeleteEmailIdentity": self.delete,
            "ListEmailIdentities": self.list,
            "PutEmailIdentityDkimAttributes": self.put_dkim,
            "PutEmailIdentityDkimSigningAttributes": self.put_dkim_signing,
            "PutEmailIdentityMailFromAttributes": self.put_mail_from,
            "PutEmailIdentityFeedbackAttributes": self.put_feedback,
            "PutEmailIdentityConfigurationSetAttributes": self.put_configuration_set,
        }

    def create(self, call: AwsCall) -> Params:
        """Creates an identity in one step: nothing is kept when any part is refused."""
        tags = read_tags(call.params.get("Tags"))
        name = _valid_name(call.text("EmailIdentity"))
        account = self._store.account(call.caller.account, call.region)
        if fold(name) in account.identities:
            raise AwsError("AlreadyExistsException", f"Email identity {name} already exist.")
        if len(account.identities) >= MAX_IDENTITIES:
            raise AwsError("LimitExceededException", "You have reached the maximum number of identities.")
        identity = EmailIdentity(fold(name), call.caller.account, call.region, tags=tags)
        identity.configuration_set = self._known_set(call)
        identity.dkim = self._new_dkim(call, identity)
        account.identities[fold(name)] = identity
        return {
            "IdentityType": "DOMAIN" if identity.is_domain else "EMAIL_ADDRESS",
            "VerifiedForSendingStatus": self._may_send(identity),
            "DkimAttributes": identity.dkim_document(self._behavior.token_delay),
        }

    def get(self, call: AwsCall) -> Params:
        """Shows an identity."""
        identity = self._find(call)
        return identity.document(self._behavior.token_delay, sending=self._may_send(identity))

    def delete(self, call: AwsCall) -> Params:
        """Removes an identity."""
        identity = self._find(call)
        del self._store.account(call.caller.account, call.region).identities[fold(identity.name)]
        return {}

    def list(self, call: AwsCall) -> Params:
        """Lists the identities of the region."""
        identities = self._store.account(call.caller.account, call.region).identities.values()
        return {"EmailIdentities": [self._summary(self._store.fresh(identity)) for identity in identities]}

    def put_dkim(self, call: AwsCall) -> Params:
        """Switches signing on or off; the status of the keys stays."""
        name = call.text("EmailIdentity")
        identity = self._lenient(call, f"Domain {name} is not verified for DKIM signing.")
        identity.dkim.enabled = bool(call.params.get("SigningEnabled"))
        return {}

    def put_dkim_signing(self, call: AwsCall) -> Params:
        """Changes how an identity signs; asking again for the same starts a FAILED verification anew."""
        identity = self._find(call)
        if not identity.is_domain:
            raise AwsError("BadRequestException", "DKIM signing attributes apply to domains only.")
        identity.dkim = self._change_dkim(call, identity)
        return {
            "DkimStatus": identity.machine.status,
            "DkimTokens": list(identity.dkim.tokens),
            **({"SigningHostedZone": identity.dkim.zone} if identity.dkim.zone else {}),
        }

    def put_mail_from(self, call: AwsCall) -> Params:
        """Sets the MAIL FROM domain and starts its own verification; an empty one clears it."""
        identity = self._lenient(call, f"Identity <{call.text('EmailIdentity')}> does not exist.")
        domain, behavior = call.text("MailFromDomain").lower(), call.text("BehaviorOnMxFailure")
        if not domain:
            identity.mail_from = None
            return {}
        if not domain.endswith(f".{identity.name.rpartition('@')[2]}"):
            message = f"Provided MAIL-FROM domain <{domain}> is not subdomain of the domain of the identity"
            raise AwsError("BadRequestException", f"{message} <{identity.name}>.")
        if self._behavior.mail_from_needs_verified and not identity.verified:
            message = f"Provided MAIL-FROM domain <{domain}> or its parents are not verified."
            raise AwsError("BadRequestException", message)
        identity.mail_from = MailFromState(domain, behavior or "USE_DEFAULT_VALUE")
        return {}

    def put_feedback(self, call: AwsCall) -> Params:
        """Switches the forwarding of bounces and complaints."""
        name = call.text("EmailIdentity")
        message = f"Identity {name} is invalid. Must be a verified email address or domain."
        self._lenient(call, message).feedback = bool(call.params.get("EmailForwardingEnabled"))
        return {}

    def put_configuration_set(self, call: AwsCall) -> Params:
        """Attaches the identity's default configuration set, or detaches it when none is named."""
        self._find(call).configuration_set = self._known_set(call)
        return {}

    def _find(self, call: AwsCall) -> EmailIdentity:
        name = call.text("EmailIdentity")
        identity = self._store.identity(call.caller.account, call.region, name)
        if identity is None:
            raise AwsError("NotFoundException", f"Email identity {name} does not exist.", 404)
        return identity

    def _lenient(self, call: AwsCall, message: str) -> EmailIdentity:
        """Returns the identity; these operations call an unknown one a bad request, each in its own words."""
        identity = self._store.identity(call.caller.account, call.region, call.text("EmailIdentity"))
        if identity is None:
            raise AwsError("BadRequestException", message)
        return identity

    def _known_set(self, call: AwsCall) -> str:
        name = call.text("ConfigurationSetName")
        return self._store.configuration_set(call.caller.account, call.region, name).name if name else ""

    def _zone(self, region: str) -> str:
        return self._behavior.signing_zones.get(region) or signing_zone(region)

    def _new_dkim(self, call: AwsCall, identity: EmailIdentity) -> DkimState:
        attributes: Params = call.params.get("DkimSigningAttributes") or {}
        if not identity.is_domain:
            return DkimState()
        if "DomainSigningSelector" in attributes or "DomainSigningPrivateKey" in attributes:
            return signing.external(attributes)
        origin = str(attributes.get("DomainSigningAttributesOrigin") or "")
        if origin:
            return self._replica(identity, origin)
        length = str(attributes.get("NextSigningKeyLength") or "RSA_2048_BIT")
        return signing.easy(self._zone(call.region), length)

    def _change_dkim(self, call: AwsCall, identity: EmailIdentity) -> DkimState:
        origin = call.text("SigningAttributesOrigin")
        attributes: Params = call.params.get("SigningAttributes") or {}
        if "DomainSigningAttributesOrigin" in attributes:
            message = "DomainSigningAttributesOrigin is not allowed here, use SigningAttributesOrigin."
            raise AwsError("BadRequestException", message)
        before = identity.dkim
        if origin == signing.EXTERNAL:
            after = signing.external(attributes)
        elif origin != signing.EASY:
            after = self._replica(identity, origin)
        elif before.origin == signing.EASY and before.tokens:
            after = signing.change_length(before, str(attributes.get("NextSigningKeyLength") or before.next_key_length))
        else:
            length = str(attributes.get("NextSigningKeyLength") or "RSA_2048_BIT")
            after = signing.easy(self._zone(call.region), length)
        if not before.tokens:  # no answer says that this turns signing on
            after.enabled = before.enabled
        if after is not before or identity.machine.status == "FAILED":
            identity.machine.restart()
        return after

    def _replica(self, identity: EmailIdentity, origin: str) -> DkimState:
        if origin in (signing.EASY, signing.EXTERNAL) or not origin.startswith("AWS_SES_"):
            raise AwsError("BadRequestException", f"Invalid signing attributes origin <{origin}>.")
        parent = self._store.identity(identity.account, signing.origin_region(origin), identity.name)
        return signing.replica(origin, parent.dkim if parent else None, self._zone(identity.region))

    def _may_send(self, identity: EmailIdentity) -> bool:
        return self._store.may_send(identity.account, identity.region, identity.name)

    def _summary(self, identity: EmailIdentity) -> dict[str, Any]:
        return {
            "IdentityType": "DOMAIN" if identity.is_domain else "EMAIL_ADDRESS",
            "IdentityName": identity.name,
            "SendingEnabled": self._may_send(identity),
            "VerificationStatus": identity.status,
        }


def _valid_name(name: str) -> str:
    domain = name.rpartition("@")[2]
    if not DOMAIN.fullmatch(domain):
        raise AwsError("BadRequestException", f"Invalid domain name {domain}.")
    return name
