"""Brings what the daemon and the receiver tell together: counted in the tally, shown on the screen."""

import asyncio
from collections.abc import Callable
from time import time
from typing import Final

from amibridge.calls.events import CallEvent
from amibridge.delivery.attempt import DeliveryOutcome
from amibridge.delivery.outbox import DeliveryState
from amibridge.simulator.display import Arrival
from amibridge.simulator.receiver import Notification
from amibridge.simulator.screen import Screen
from amibridge.simulator.tally import Tally

OWN_PATH: Final = "/demo/"
"""Where the demo's own assignments go; what comes to another path belongs to somebody at a terminal."""


class Show:
    """The three ears of the demo: call events, notifications that arrive, and outcomes that are recorded.

    Args:
        screen: Where it is shown.
        tally: Where it is counted.
        clock: Unix seconds.
    """

    def __init__(self, *, screen: Screen, tally: Tally, clock: Callable[[], float] = time) -> None:
        self._screen = screen
        self._tally = tally
        self._clock = clock
        self._began = clock()
        self._events: dict[str, CallEvent] = {}
        self.receiver_origin = ""
        """The demo's own receiver, ``http://127.0.0.1:PORT``, once it is open; what it takes it shows itself."""

        self.heard = asyncio.Event()
        """Set whenever something was heard."""

    def on_call_event(self, event: CallEvent) -> None:
        """The daemon has committed a call event."""
        self._events[event.event_id] = event
        self._tally.told(event)
        self._screen.event(event, self._seconds())
        self.heard.set()

    def on_notification(self, notification: Notification) -> None:
        """The demo's receiver was called."""
        event_id = notification.parameters.get("EventID", "")
        event = self._events.get(event_id)
        own = notification.path.startswith(OWN_PATH)
        at = event.at if event is not None and event.at is not None else notification.arrived_at
        latency = max(0.0, notification.arrived_at - at)
        if own:
            self._tally.arrived(event_id, latency)
            self.heard.set()
        what = notification.method if own else f"{notification.method} {notification.path}"
        self._tell(Arrival(event_id=event_id, what=what, latency_seconds=latency, own=own))

    def on_outcome(self, outcome: DeliveryOutcome) -> None:
        """The daemon has recorded what an attempt came to; shown when nothing else shows it."""
        delivery, settlement = outcome.delivery, outcome.settlement
        delivered = settlement.state is DeliveryState.DELIVERED
        if delivered:
            self._tally.delivered(delivery.event.event_id)
            self.heard.set()
        if delivered and delivery.origin == self.receiver_origin:
            return
        self._tell(
            Arrival(
                event_id=delivery.event.event_id,
                what=delivery.origin,
                latency_seconds=outcome.latency_seconds,
                problem="" if delivered else settlement.reason,
                own=False,
            )
        )

    def _tell(self, arrival: Arrival) -> None:
        self._screen.arrival(arrival, self._events.get(arrival.event_id), self._seconds())

    def _seconds(self) -> float:
        return self._clock() - self._began
