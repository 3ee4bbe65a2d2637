"""What all resources share: type tokens that subclasses keep, Pulumi's options, settings as properties."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, ClassVar, Final

import pulumi
from pulumi.dynamic import Resource

from tenant_email.errors import InvalidSettings, Problem
from tenant_email.resources import faces
from tenant_email.resources.arguments import require_carriable
from tenant_email.resources.interrupts import quiet_interrupts
from tenant_email.resources.quiescence import wait_in_turn
from tenant_email.resources.secrecy import sealed, with_marks
from tenant_email.resources.transforms import Secrecy, follow, remember, with_secret_outputs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tenant_email.capabilities import OnDelete, OnExisting
    from tenant_email.json_types import Props
    from tenant_email.platforms.settings import Settings
    from tenant_email.resources.lifecycles import LifecycleReference

_BY_A_TRANSFORM: Final = "Give it to its parts by a transform: docs/composition.md."
_BY_AN_ARGUMENT: Final = "What waits has an argument for it, `timeout`."
_OF_NO_EFFECT: Final[Mapping[str, str]] = {
    "custom_timeouts": _BY_AN_ARGUMENT,
    "replace_on_changes": "Use `pulumi up --replace`, with opts.delete_before_replace.",
}
_OF_NO_EFFECT_ON_COMPONENTS: Final[Mapping[str, str]] = {
    "additional_secret_outputs": _BY_A_TRANSFORM,
    "custom_timeouts": _BY_AN_ARGUMENT,
    "delete_before_replace": _BY_A_TRANSFORM,
    "ignore_changes": _BY_A_TRANSFORM,
    "replace_on_changes": _BY_A_TRANSFORM,
}


class Named(Resource):
    """A dynamic resource whose subclasses keep its type token, so that a user's subclass changes no state."""

    _resource_type_name: ClassVar[str]
    secret_outputs: ClassVar[frozenset[str]] = frozenset()
    """The outputs that are secret for every user."""
    output_types: ClassVar[Mapping[str, Any]] = {}
    """What the class itself declares of its outputs, out of Pulumi's sight.

    Pulumi would evaluate it for every single resource, and ours are JSON, which needs no conversion.
    """
    _only_inputs: ClassVar[frozenset[str]]
    """The arguments that the class does not declare as outputs: one that is not given is no property."""

    def __init_subclass__(cls, module: str = "", name: str = "", **kwargs: Any) -> None:
        inherited = getattr(cls, "_resource_type_name", "")
        super().__init_subclass__(module=module, name=name, **kwargs)
        ours = [each for each in cls.__mro__ if issubclass(each, Named) and each is not Named]
        if name:
            cls.output_types, cls.__annotations__ = inspect.get_annotations(cls), {}
        else:
            cls._resource_type_name = inherited
        declared = {name for each in ours for name in (*each.output_types, *inspect.get_annotations(each))}
        cls._only_inputs = frozenset(name for each in ours for name in _arguments(each)) - declared

    def __init__(
        self,
        lifecycle: LifecycleReference,
        name: str,
        props: Props,
        opts: pulumi.ResourceOptions,
        *,
        declared: Iterable[str] = (),
    ) -> None:
        """Takes what Pulumi's Resource takes; `declared` are the paths of inputs that are secret for every user."""
        quiet_interrupts()
        wait_in_turn()
        # settings were looked at under their own names, where they became properties
        require_carriable(name, {key: value for key, value in props.items() if key != "settings"})
        # an AWS provider's roles hold an external id; see resources/aws_provider.py
        secrecy = Secrecy(lifecycle, frozenset({*declared, "aws_provider"}), self.secret_outputs)
        # Pulumi makes an output and several tasks of each property, given or not
        props = {key: value for key, value in props.items() if value is not None or key not in self._only_inputs}
        face = faces.current()
        if face.needs_marks:  # the plug-in tells the engine what differs
            _warn_of_no_effect(name, opts, _OF_NO_EFFECT)
        token, registered = face.registration(lifecycle, self._resource_type_name, props)
        # in place, because Pulumi takes long to merge options, and these are a copy of the user's (`options_for`)
        hidden = opts.additional_secret_outputs or []
        opts.additional_secret_outputs = [*hidden, *sorted(self.secret_outputs.difference(hidden))] or None
        self._secrecy = secrecy
        if face.needs_marks:
            remember(token, name, secrecy)
        if former := face.former_types(self._resource_type_name):
            aliases = [pulumi.Alias(type_=each) for each in former]
            opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(aliases=aliases))
        super(Resource, self).__init__(token, name, registered, opts)

    def translate_input_property(self, prop: str) -> str:
        """Returns the name of an input as the engine has it."""
        return faces.current().input_name(prop)

    def translate_output_property(self, prop: str) -> str:
        """Returns the attribute of an output."""
        return faces.current().output_name(prop)

    @property
    def _transformations(self) -> list[pulumi.ResourceTransformation]:
        """The transformations of a program, and after them ours: they may have made an input secret."""
        given: list[pulumi.ResourceTransformation] = self.__dict__.get("_transformations", [])
        return [*given, _mark_secrets] if faces.current().needs_marks else given

    @_transformations.setter
    def _transformations(self, given: list[pulumi.ResourceTransformation]) -> None:  # pyright: ignore[reportIncompatibleVariableOverride] - the SDK has a plain attribute
        self.__dict__["_transformations"] = given

    def mark(self, args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
        """Marks what is secret in the properties that will be registered."""
        secrecy = self._secrecy
        props, declared = args.props, secrecy.inputs
        if self.__dict__.get("_transformations"):  # one may have put a secret there in clear, or made another kind
            declared = secrecy.paths
            props = sealed(props, declared)
        marked = with_marks(props, secrecy.lifecycle, declared, follow(args.opts))
        return pulumi.ResourceTransformationResult(marked, with_secret_outputs(args.opts, secrecy.outputs))


def _arguments(cls: type[Named]) -> tuple[str, ...]:
    """Returns the names of a constructor's arguments."""
    code = cls.__init__.__code__
    return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]


def _mark_secrets(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
    return args.resource.mark(args) if isinstance(args.resource, Named) else None


def declared_secrets(settings: Settings) -> tuple[str, ...]:
    """Returns the paths of the settings that are secret for every user."""
    return tuple(f"settings.{name}" for name in settings.secret)


def options_for(
    opts: pulumi.ResourceOptions | None, on_delete: OnDelete | None
) -> tuple[pulumi.ResourceOptions, str | None]:
    """Returns (options for Pulumi, the id to import or None).

    A dynamic resource never receives a provider. "retain" also keeps the engine from calling delete.
    """
    given = pulumi.ResourceOptions()
    merged = given if opts is None else pulumi.ResourceOptions.merge(opts, given)
    import_id = merged.import_
    merged.import_ = merged.provider = None
    if on_delete == "retain" and merged.retain_on_delete is None:
        merged.retain_on_delete = True
    return merged, import_id


def component_options(name: str, opts: pulumi.ResourceOptions | None, remedy: str) -> None:
    """Warns of the options of a component that have no effect; raises as `options_without_import` does."""
    _warn_of_no_effect(name, options_without_import(name, opts, remedy), _OF_NO_EFFECT_ON_COMPONENTS)


def _warn_of_no_effect(name: str, opts: pulumi.ResourceOptions, options: Mapping[str, str]) -> None:
    for option, remedy in options.items():
        if getattr(opts, option):
            pulumi.log.warn(f"{name}: opts.{option} has no effect here\n{remedy}")


def options_without_import(name: str, opts: pulumi.ResourceOptions | None, remedy: str) -> pulumi.ResourceOptions:
    """Returns options for Pulumi of what has no object of its own that could be imported; see `options_for`.

    Raises:
        InvalidSettings: an import is asked for; to leave it out in silence would create what should be taken over.
    """
    options, import_id = options_for(opts, None)
    if import_id is not None:
        raise InvalidSettings(name, (Problem("opts.import_", "there is nothing to import", remedy),))
    return options


def existing_inputs(on_existing: OnExisting | None, import_id: str | None, default: OnExisting = "fail") -> Props:
    """Returns the inputs that say what to do with what exists; see operations/imports.py.

    The default is none: Pulumi takes longer for one more property than ours takes for the whole resource.
    """
    importing = import_id is not None and on_existing != "adopt"
    given = "import" if importing else on_existing
    return {"on_existing": None if given == default else given, "import_id": import_id}
