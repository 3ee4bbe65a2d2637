"""How a platform declares its endpoints, and finds the one that a request is for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from werkzeug.routing import Map, Rule

from tenant_email_local.emulators.server import HttpAnswer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from werkzeug.wrappers import Request

Handler = Callable[..., HttpAnswer]


@dataclass(frozen=True)
class Route:
    """One endpoint; a platform adds what it asks of the caller."""

    method: str
    path: str
    handler: Handler


R = TypeVar("R", bound=Route)


class Routes(Generic[R]):
    """Endpoints, found by method and path; several may share both, for some platforms look at the query too."""

    def __init__(self, routes: Iterable[R], *, strict_slashes: bool = True) -> None:
        shared: dict[tuple[str, str], list[R]] = {}
        for route in routes:
            shared.setdefault((route.method, route.path), []).append(route)
        self._urls = Map(
            [
                Rule(path, methods=[method], endpoint=tuple(found), strict_slashes=strict_slashes)
                for (method, path), found in shared.items()
            ]
        )

    def at(self, request: Request) -> tuple[tuple[R, ...], dict[str, str]]:
        """Returns the endpoints at the request's address, and the arguments in its path.

        Raises werkzeug's HTTPException when there is none: each platform words that in its own way.
        """
        routes, arguments = self._urls.bind_to_environ(request.environ).match()
        return routes, dict(arguments)
