"""The built-in sender's ten messages per minute, respected with a clock that a test turns."""

from __future__ import annotations

from support.pingone_aic import state
from tenant_email.connections import Connection
from tenant_email.http import Client
from tenant_email.platforms.pingone_aic.dialect import PingOneAicDialect
from tenant_email.platforms.pingone_aic.login import login
from tenant_email.platforms.pingone_aic.trial_mail import TrialMail
from tenant_email.secrets import Secret
from tenant_email.timing import Timing
from tenant_email_local.emulators.pingone_aic import AicEmulator
from tenant_email_local.emulators.pingone_aic.local import ACCOUNT_ID, environment
from tenant_email_local.emulators.pingone_aic.seeds import STOCK_2025


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        """Returns the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Lets time pass."""
        self.now += seconds


def test_the_eleventh_message_waits_for_the_minute() -> None:
    """Ten go at once, the next when the first is a minute old; all arrive, and the wait is reported."""
    time, told = Time(), list[str]()
    with AicEmulator(state=state(), clock=time) as emulator:
        key = Secret(environment(emulator)["FRODO_SA_JWK"])
        connection = Connection(
            "main",
            "pingone_aic",
            emulator.url,
            "tenant.example",
            plain={"serviceAccountId": ACCOUNT_ID},
            secret={"serviceAccountKey": key},
        )
        client = Client(
            "aic", emulator.url, PingOneAicDialect(), login(connection), timing=Timing(sleep=time.sleep, clock=time)
        )
        mail = TrialMail(client, told.append, time.sleep, time)
        for _ in range(11):
            mail.send("ada@customer.example", STOCK_2025)
    assert len(emulator.built_in_inbox) == 11
    assert told == ["aic: the built-in sender accepts 10 messages per minute, waiting 60 s"]
