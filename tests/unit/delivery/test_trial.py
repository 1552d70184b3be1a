"""A test notification: what is sent, and what is said of it."""

from dataclasses import replace
from urllib.parse import parse_qs

import pytest

from amibridge.assignments.index import AssignmentIndex
from amibridge.assignments.resource import Assignment, Method
from amibridge.calls.events import EventType
from amibridge.delivery.attempt import Attempts
from amibridge.delivery.policy import Answered, Failed, Outcome, Refused
from amibridge.delivery.trial import TrialOutcome
from amibridge.settings import DeliverySettings
from amibridge.steady_clock import SteadyClock
from tests.fakes.outbox import MemoryOutbox

from .bench import NOW, Assignments, Signers
from .samples import HOOK
from .test_attempt import SECRET, Sender


async def tried(
    assignment: Assignment = HOOK,
    outcome: Outcome = Answered(status_code=204),  # noqa: B008 - frozen
    **settings: object,
) -> tuple[TrialOutcome, Sender]:
    """Try an assignment out; the time stands still at NOW."""
    sender = Sender(outcome)
    attempts = Attempts(
        assignments=Assignments(AssignmentIndex([assignment]), MemoryOutbox()),
        signers=Signers({1: SECRET}),
        sender=sender,
        settings=DeliverySettings.model_validate(settings),
        version="1.2.3",
        clock=SteadyClock(lambda: NOW, lambda: NOW),
    )
    return await attempts.try_out(assignment), sender


@pytest.mark.parametrize("event_type", EventType)
@pytest.mark.parametrize("extra", [True, False])
async def test_it_is_marked(event_type: EventType, *, extra: bool) -> None:
    """Whatever the settings leave out, a test says that it is one, and looks like the event that it stands for."""
    said, sender = await tried(replace(HOOK, type=event_type, method=Method.POST), extra_parameters=extra)
    ((request, _),) = sender.sent
    sent = {name: values[0] for name, values in parse_qs(request.body.decode(), keep_blank_values=True).items()}
    assert sent["Test"] == "1"
    assert sent["CallID"] == request.headers["webhook-id"] == said.event_id
    assert said.event_id.startswith("test-")
    outgoing = event_type in {EventType.DIAL_OUT, EventType.ANSWER_OUT}
    assert (sent["CallerExtension"], sent["CalledExtension"]) == (
        (HOOK.extension, "") if outgoing else ("", HOOK.extension)
    )
    assert sent["CallFlow"] == ("OUT" if outgoing else "IN")
    assert sent.get("EventType") == (str(int(event_type)) if extra else None)


async def test_a_disabled_assignment_is_tried_all_the_same() -> None:
    """One tries a receiver before it is enabled, and the App's secret signs."""
    said, sender = await tried(replace(HOOK, enabled=False, app_id=1))
    ((request, _),) = sender.sent
    assert said.delivered
    assert request.headers["webhook-signature"].startswith("v1,")


async def test_each_is_another_event() -> None:
    """A receiver that drops what it has had must see the second test too."""
    first, _ = await tried()
    second, _ = await tried()
    assert first.event_id != second.event_id


@pytest.mark.parametrize(
    ("outcome", "delivered", "code", "reason"),
    [
        (Answered(status_code=200), True, 200, ""),
        (Answered(status_code=299), True, 299, ""),
        (Answered(status_code=302), False, 302, "HTTP 302"),
        (Answered(status_code=410), False, 410, "HTTP 410"),
        (Failed(reason="no connection"), False, None, "no connection"),
        (Refused(reason="a private address"), False, None, "a private address"),
    ],
)
async def test_what_is_said(outcome: Outcome, *, delivered: bool, code: int | None, reason: str) -> None:
    """Whether it was delivered, and else why not."""
    said, _ = await tried(outcome=outcome)
    assert (said.delivered, said.status_code, said.reason) == (delivered, code, reason)
    assert 0 <= said.duration_seconds < 1


async def test_a_url_that_is_none() -> None:
    """It is said, not raised."""
    said, sender = await tried(replace(HOOK, url="nowhere"))
    assert (said.delivered, said.status_code, sender.sent) == (False, None, [])
    assert "http" in said.reason
