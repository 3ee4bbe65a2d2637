"""What hooks of a component do while the program registers other resources."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

from tenant_email.components import ses_hooks


def test_a_hook_waits_for_no_thread_that_a_registration_holds() -> None:
    """Each registration holds a thread of the loop until its hooks have ended: a wide stack would never come up."""
    ended = threading.Event()

    async def program() -> int:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(1))
        registration = loop.run_in_executor(None, ended.wait)
        try:
            return await asyncio.wait_for(ses_hooks.in_thread(int, "7"), 60)
        finally:
            ended.set()
            await registration

    loop = asyncio.new_event_loop()
    try:
        assert loop.run_until_complete(program()) == 7
        loop.run_until_complete(loop.shutdown_default_executor())
    finally:
        loop.close()
