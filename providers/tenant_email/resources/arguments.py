"""What a program gives to a constructor: refused there when it is of a type that no input can have.

Pulumi would find it out later, while it writes the request, and say so without the name of the resource.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, Final

import pulumi

from tenant_email.errors import InvalidSettings, Problem
from tenant_email.inputs.unusable_values import drop_unusable
from tenant_email.json_types import is_object, is_sequence
from tenant_email.platforms.settings import HoldsSecrets, Settings

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Mapping

    from tenant_email.json_types import Props, PropsView

_PASSING: Final = (pulumi.Output, Awaitable)
_REMEDIES: Final[Mapping[type, str]] = {
    pulumi.Resource: "Pass one of its outputs, such as its id.",
    pulumi.Asset: "Pass the text itself: pathlib.Path(…).read_text().",
    pulumi.Archive: "Pass the text itself.",
    pulumi.Config: "Pass one of its values, as in config.require(…).",
    Settings: "Pass it as settings=.",
}
_MOST_CLASSES: Final = 4  # that a remedy names
_LONGEST_SHOWN: Final = 80  # characters of a text that is not one of its kind


def require_carriable(owner: str, values: PropsView, at: str = "") -> None:
    """Raises InvalidSettings with every value that Pulumi cannot carry; what is an Output passes."""
    _, problems = drop_unusable(values, at, _PASSING, _REMEDIES)
    _raise(owner, problems)


def as_secret(owner: str, name: str, value: Any) -> pulumi.Output[Any] | None:
    """Returns a value as a secret, after it was looked at; None stays None."""
    require_carriable(owner, {name: value})
    return None if value is None else pulumi.Output.secret(value)


def require_text(owner: str, **texts: object) -> None:
    """Raises InvalidSettings for each argument that is not a string known at once; an Output is none."""
    _raise(owner, text_problems(**texts))


def provider_problems(path: str, provider: object, package: str) -> list[Problem]:
    """Returns a problem for what is no provider of a package: in silence Pulumi would use the default one instead."""
    if provider is None or (isinstance(provider, pulumi.ProviderResource) and provider.package == package):
        return []
    of = f"a provider of {provider.package}" if isinstance(provider, pulumi.ProviderResource) else None
    return [Problem(path, f"is {of or f'a {type(provider).__name__}'}", f"Pass a provider of {package}.")]


def text_problems(**texts: object) -> list[Problem]:
    """Returns a problem for each argument that is not a string known at once; an Output is none."""
    return [
        Problem(
            name,
            "is an Output, but must be known before deployment",
            "Pass a plain string, such as one from pulumi.Config.",
        )
        if isinstance(value, _PASSING) and not isinstance(value, HoldsSecrets)
        else Problem(name, f"must be a string, not {_kind(value)}", f"Set {name} to a string.")
        for name, value in texts.items()
        if not isinstance(value, str)
    ]


def require_list(owner: str, name: str, values: object, kinds: tuple[type, ...], what: str) -> None:
    """Raises InvalidSettings unless this is a list, or another sequence, of instances of these classes."""
    _raise(owner, list_problems(name, values, kinds, what))


def list_problems(name: str, values: object, kinds: tuple[type, ...], what: str) -> list[Problem]:
    """Returns problems unless this is a list, or another sequence, of instances of these classes."""
    if not is_sequence(values):
        return [Problem(name, f"must be a list, not {_kind(values)}", f"Pass a list of {what}: {name}=[…].")]
    wrong = [(number, item) for number, item in enumerate(values) if not isinstance(item, kinds)]
    return [Problem(f"{name}.{at}", f"is {_kind(item)}", f"Pass {what}.") for at, item in wrong]


def texts_of(values: object) -> list[str]:
    """Returns the texts of a list; where it is none, as `list_problems` says, there are none."""
    if not is_sequence(values):
        return []
    texts = [each for each in values if isinstance(each, str)]
    return texts if len(texts) == len(values) else []


def flag_problems(**flags: object) -> list[Problem]:
    """Returns a problem for what is no bool: any other value, an Output among them, would count as true or false."""
    remedy = "Use True or False, known before deployment."
    return [Problem(name, f"is {_kind(value)}", remedy) for name, value in flags.items() if not isinstance(value, bool)]


def later_text_problems(path: str, given: object, pattern: re.Pattern[str], remedy: str) -> list[Problem]:
    """Returns a problem for what is neither such a text nor an Output, which is known later."""
    if isinstance(given, _PASSING) or (isinstance(given, str) and pattern.fullmatch(given)):
        return []
    what = f"cannot be {given[:_LONGEST_SHOWN]!r}" if isinstance(given, str) else f"is {_kind(given)}"
    return [Problem(path, what, remedy)]


def settings_class_problems(path: str, given: object) -> list[Problem]:
    """Returns a problem for what is neither a settings class nor None; an instance is none."""
    if given is None or _is_settings_class(given):
        return []
    return [Problem(path, f"is {_kind(given)}, not a settings class", "Pass the class itself, such as auth0.Smtp.")]


def _is_settings_class(given: object) -> bool:
    return isinstance(given, type) and issubclass(given, Settings)


def require_settings_class(owner: str, **classes: object) -> None:
    """Raises InvalidSettings for each argument that is neither a settings class nor None."""
    _raise(owner, [problem for name, given in classes.items() for problem in settings_class_problems(name, given)])


def settings_props(owner: str, settings: object, path: str = "settings") -> Props:
    """Returns the settings' properties; anything but an instance of a settings class is refused with the class."""
    if isinstance(settings, Settings):
        props = settings.to_props()
        given: Props = vars(settings)
        require_carriable(owner, props | {name: given[name] for name in settings.secret if name in given}, path)
        return props
    what, remedy = f"is {_kind(settings)}", "Use a settings class, such as auth0.Smtp(…)."
    if is_object(settings):
        fitting = _classes_for(settings)
        remedy = f"Write {fitting}: a class checks its arguments, and keeps secrets secret."
    elif isinstance(settings, pulumi.Output):
        remedy = "Use a settings class, such as auth0.Smtp(…); each of its arguments may be an Output."
    elif isinstance(settings, type) and issubclass(settings, Settings):
        remedy = f"Create an instance: {_name(settings)}(…)."
        if hasattr(settings, "from_ses"):
            remedy = f"Create an instance: {_name(settings)}(…), or {_name(settings)}.from_ses(sending_domain)."
    raise InvalidSettings(owner, (Problem(path, what, remedy),))


def _classes_for(given: Props) -> str:
    """Returns the settings classes that a dict looks like: by its kind, else by its names."""
    classes = list(_all(Settings))
    kind = given.get("kind")
    fitting = [each for each in classes if each.kind == kind]
    if not fitting:
        scores = {each: len(given.keys() & each.__dataclass_fields__.keys()) for each in classes}
        best = max(scores.values(), default=0)
        fitting = [each for each, score in scores.items() if score == best > 0]
    names = sorted(f"{_name(each)}(…)" for each in fitting)
    if not names or len(names) > _MOST_CLASSES:
        return "a settings class, such as auth0.Smtp(…)"
    return " or ".join(names)


def _all(base: type[Settings]) -> Iterator[type[Settings]]:
    for each in base.__subclasses__():
        if "kind" in vars(each):
            yield each
        yield from _all(each)


def _name(settings: type[Settings]) -> str:
    return f"{settings.kind.partition('.')[0]}.{settings.__name__}"


def _kind(value: object) -> str:
    if value is None:
        return "None"
    if isinstance(value, type):
        return f"the class {value.__name__}, not an instance of it"
    name = type(value).__name__
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def _raise(owner: str, problems: list[Problem]) -> None:
    if problems:
        raise InvalidSettings(owner, tuple(problems))
