"""Runs a Pulumi program; started by the engine with the program's own interpreter, so it imports only the SDK."""

from __future__ import annotations

import asyncio
import json
import logging
import runpy
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pulumi
import pulumi.runtime

_SHOWN = 32  # the exit code that says: the user has seen why


def main() -> int:
    """Runs the program of the current folder; its settings come as one JSON argument."""
    arguments = json.loads(sys.argv[1])
    del sys.path[0]  # the engine's own folder must not shadow the program's modules
    sys.argv = [str(Path.cwd())]
    pulumi.runtime.set_all_config(pulumi.runtime.get_config_env(), pulumi.runtime.get_config_secret_keys_env())
    pulumi.runtime.configure(pulumi.runtime.Settings(**arguments))
    # a failed run leaves futures that nobody awaits; their complaints would bury the real error
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.set_default_executor(ThreadPoolExecutor(4 * arguments["parallel"]))
    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(_program))
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
        return 1
    except Exception:  # noqa: BLE001 - whatever the program raises is shown to the user
        pulumi.log.error(f"Program failed with an unhandled exception:\n{_users_traceback()}")
        return _SHOWN
    return 0


async def _program() -> None:
    runpy.run_path(sys.argv[0], run_name="__main__")
    # The SDK first waits for the registrations that have begun, one after the other. While none has, it waits for all
    # outputs at once, anew at each that comes: the square of their number.
    await asyncio.sleep(0)


def _users_traceback() -> str:
    """Returns the traceback from the program's first line on."""
    frames = traceback.extract_tb(sys.exc_info()[2])
    main_file = str(Path(sys.argv[0]) / "__main__.py")
    for index, frame in enumerate(frames):
        if frame.filename == main_file:
            return traceback.format_exc(limit=index - len(frames))
    return traceback.format_exc()


if __name__ == "__main__":
    sys.exit(main())
