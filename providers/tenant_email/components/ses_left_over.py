"""What an interrupted run left of a component: a set and an event destination are taken away, the rest is told of.

Where the connection, or the process, ended between AWS's work and its answer, the state does not know what was made,
and AWS refuses to make it again, or does so beside it. An engine without hooks leaves what is refused to `pulumi
import` (docs/sending-domain.md#left-over).
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

import pulumi

from tenant_email.aws.own_tags import own_tags
from tenant_email.components import ses_hooks
from tenant_email.errors import AlreadyConfigured, TenantEmailError
from tenant_email.resources.aws_provider import explicit_provider

if TYPE_CHECKING:
    from tenant_email.aws.access_keys import AccessKey
    from tenant_email.aws.ses import Ses
    from tenant_email.components.ses_place import Place
    from tenant_email.json_types import Props

_KEY: Final = "aws:iam/accessKey:AccessKey"
_USER: Final = "aws:iam/user:User"
_DESTINATION: Final = "aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination"
_ALIASES: Final = "docs/composition.md#another-name-another-parent"


def _component(place: Place) -> pulumi.Resource:
    if (component := place.opts.parent) is None:
        raise LookupError("a component is the parent of its parts")
    return component


class LeftEvents:
    """The set and the event destination that an interrupted run may have left, looked for before they are made."""

    def __init__(self, domain: str, place: Place, destination: str) -> None:
        self._domain, self._place, self._component = domain, place, _component(place)
        self._destination = destination
        self._is_new = False
        self.opts: Final = ses_hooks.on_creation("left events", self._component, self._look)
        """The options of a set, and of an event destination, before whose creation is looked."""

    async def _look(self, args: pulumi.ResourceHookArgs) -> None:
        """Takes away what is in the way of a creation, and was left by this stack.

        Raises:
            AlreadyConfigured: it is in the state, or something uses it.
        """
        inputs = args.new_inputs or {}
        set_name: str = inputs["configurationSetName"]
        destination: str | None = inputs["eventDestinationName"] if args.type == _DESTINATION else None
        if destination is not None and self._is_new:
            return  # the set was made in this run, and is empty
        self._is_new = True
        from tenant_email.operations import left_over  # noqa: PLC0415 - slow to load, and only a creation needs it

        target, config = await ses_hooks.whereabouts(self._place)
        tags = own_tags(pulumi.get_project(), pulumi.get_stack())
        try:
            client = await ses_hooks.in_thread(left_over.client_for, target, config)
            if not await ses_hooks.in_thread(left_over.is_left, client, set_name, tags, destination):
                return
        except TenantEmailError:
            return  # who may not look goes on: AWS refuses what is there
        await self._require_unused(client, args, set_name, destination)
        await ses_hooks.in_thread(left_over.take_away, client, target, set_name, destination)
        what = _what(client, set_name, destination)
        pulumi.log.info(
            f"{what} was left by a run of this stack that was interrupted: it is made anew", self._component
        )

    async def _require_unused(
        self, client: Ses, args: pulumi.ResourceHookArgs, set_name: str, destination: str | None
    ) -> None:
        what = _what(client, set_name, destination)
        id_ = "|".join(filter(None, (set_name, destination)))
        command = await _import_command(self._place, args, id_)
        wanted = {"configurationSetName": set_name, "eventDestinationName": destination}
        await _refuse_recorded(args.type, what, wanted, command, client.region)
        if destination is not None:
            return
        from tenant_email.operations import left_over  # noqa: PLC0415 - the same

        if used := await ses_hooks.in_thread(left_over.uses_of, client, set_name, self._domain, self._destination):
            message = f"{what} was left by an earlier run of this stack, and is used: {', and '.join(used)}"
            raise AlreadyConfigured(message, remedy=f"Take it into the state, then run again: {command}")


class LeftNames:
    """A user or a policy that is there already by the program's own name for it: nothing in it says whose it is."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self.opts: Final = ses_hooks.on_creation("left names", _component(place), self._look)
        """The options of what has such a name, before whose creation is looked."""

    async def _look(self, args: pulumi.ResourceHookArgs) -> None:
        """Says what to do.

        Raises:
            AlreadyConfigured: it is there.
        """
        from tenant_email.operations import left_over  # noqa: PLC0415 - slow to load, and only a creation needs it

        find, kind = (left_over.user_there, "user") if args.type == _USER else (left_over.policy_there, "policy")
        inputs, (target, config) = args.new_inputs or {}, await ses_hooks.whereabouts(self._place)
        try:
            id_ = await ses_hooks.in_thread(find, target, config, inputs)
        except TenantEmailError:
            return  # who may not look goes on: AWS refuses what is there
        if id_ is None:
            return
        what, command = f"iam: the {kind} {id_}", await _import_command(self._place, args, id_)
        await _refuse_recorded(args.type, what, {"name": inputs["name"]}, command)
        way = f"Choose another {kind}_name. Or, where an interrupted run of this stack made it, take it into the state"
        raise AlreadyConfigured(f"{what} is there already", remedy=f"{way}, then run again: {command}")


class LeftIdentity:
    """An identity with this stack's own tags that its state has not, looked for before the first look is recorded.

    A run of this state that made one has recorded its first look before. So another state of the same project and
    stack has made it, in another backend, and a destroy of this one would take it from that: mail would be refused.
    """

    def __init__(self, domain: str, place: Place) -> None:
        self._domain, self._place = domain, place
        self.opts: Final = ses_hooks.on_creation("left identity", _component(place), self._look)
        """The options of the look."""

    async def _look(self, _: pulumi.ResourceHookArgs) -> None:
        """Says whose it may be.

        Raises:
            AlreadyConfigured: it is there, and not in the state.
        """
        from tenant_email.operations import left_over  # noqa: PLC0415 - slow to load, and only a creation needs it
        from tenant_email.operations.ses_identity_origin import is_ours  # noqa: PLC0415 - the same

        target, config = await ses_hooks.whereabouts(self._place)
        tags = own_tags(pulumi.get_project(), pulumi.get_stack())
        try:
            client = await ses_hooks.in_thread(left_over.client_for, target, config)
            found = await ses_hooks.in_thread(client.get_identity, self._domain)
            if found is None or not is_ours(found, tags) or await self._is_recorded(client.region):
                return
        except Exception:  # noqa: BLE001 - whatever does not tell, the look itself tells of
            return
        who = f"ses {client.region}: {self._domain}"
        remedy = (
            "Another backend may have this project and stack, and the identity: use that one, or rename this stack. "
            "If this stack made it and lost its state, set on_existing='adopt' to go on with it."
        )
        raise AlreadyConfigured(
            f"{who} is an identity with the tags of this stack, and not in its state", remedy=remedy
        )

    async def _is_recorded(self, region: str) -> bool:
        found = await ses_hooks.recorded("SesDomainIdentity")
        return any(
            str(each.get("domain")).removesuffix(".").lower() == self._domain and each.get("region", region) == region
            for each in found.values()
        )


class LeftKeys:
    """The keys of a user that an answer which was lost has left, in this run or an earlier one: they are told of.

    A key has no name and no tags, so that nothing says whose it is, and it is not deleted.
    """

    def __init__(self, place: Place) -> None:
        self._place, self._component = place, _component(place)
        self._before: dict[str, set[str]] = {}
        self.opts: Final = ses_hooks.on_creation("left keys", self._component, self._look, self._look_again)
        """The options of a key, around whose creation is looked."""

    async def _look(self, args: pulumi.ResourceHookArgs) -> None:
        """Tells of the keys that no state has."""
        keys = await self._keys(args)
        if keys is None:
            return
        self._before[args.urn] = {key.id for key in keys}
        try:
            states = await ses_hooks.recorded(_KEY) if keys else {}
        except Exception:  # noqa: BLE001 - it is only told
            return
        known = {found.get("id") for found in states.values() if found.get("user") == _user(args)}
        self._tell(args, [key for key in keys if not {key.id, None} & known])

    async def _look_again(self, args: pulumi.ResourceHookArgs) -> None:
        """Tells of a key that was made beside this one: AWS's SDK repeats a call whose answer was lost."""
        if args.urn in self._before:
            known = {*self._before[args.urn], args.id}
            self._tell(args, [key for key in await self._keys(args) or () if key.id not in known])

    async def _keys(self, args: pulumi.ResourceHookArgs) -> list[AccessKey] | None:
        from tenant_email.operations import left_over  # noqa: PLC0415 - slow to load, and only a creation needs it

        target, config = await ses_hooks.whereabouts(self._place)
        try:
            return await ses_hooks.in_thread(left_over.keys_of, target, config, _user(args))
        except TenantEmailError:
            return None  # it is only told

    def _tell(self, args: pulumi.ResourceHookArgs, keys: list[AccessKey]) -> None:
        for key in keys:
            what = f"iam {_user(args)}: {key}, is in no state: AWS made it while its answer was lost, or somebody did"
            way = f"aws iam delete-access-key --user-name {_user(args)} --access-key-id {key.id}"
            warning = f"{what}\nIAM deletes no user that has it. Where nothing uses it, run: {way}"
            pulumi.log.warn(warning, self._component)


async def _import_command(place: Place, args: pulumi.ResourceHookArgs, id_: str) -> str:
    """Returns the command that takes a part of a component into the state."""
    command = ["pulumi", "import", args.type, args.name, id_]
    # by a name that the part itself has, as many have the component's, it would be its own parent to Pulumi
    command += ["--parent", f"{args.name}-parent={await _component(place).urn.future()}"]
    if (provider := explicit_provider(place.opts)) is not None:
        command += ["--provider", f"{args.name}-provider={await provider.urn.future()}"]
    return shlex.join([*command, "--protect=false", "--generate-code=false"])


async def _refuse_recorded(type_: str, what: str, wanted: Props, command: str, region: str | None = None) -> None:
    """Raises AlreadyConfigured where the state has it under another name, or nobody can tell."""
    try:
        found = await ses_hooks.recorded(type_)
    except Exception as error:  # noqa: BLE001 - whatever an engine answers that does not tell
        message = f"{what} is there already, and whether the state has it cannot be read: {error}"
        raise AlreadyConfigured(
            message, remedy=f"If this stack made it and the state has not, run: {command}"
        ) from None
    for urn, outputs in found.items():
        same = all(outputs.get(name) == value for name, value in wanted.items())
        if same and (region is None or outputs.get("region", region) == region):
            remedy = f"Where the component has another name or parent now, give it an alias: {_ALIASES}."
            raise AlreadyConfigured(f"{what} is there already, and in the state as {urn}", remedy=remedy)


def _user(args: pulumi.ResourceHookArgs) -> str:
    return str((args.new_inputs or {})["user"])


def _what(client: Ses, set_name: str, destination: str | None) -> str:
    of = f"the configuration set {set_name}"
    return f"ses {client.region}: {of if destination is None else f'the event destination {destination} of {of}'}"
