"""One attempt: what it does before and after its request."""

import base64
from dataclasses import replace

import pytest
from standardwebhooks import Webhook, WebhookVerificationError
from structlog.testing import capture_logs

from amibridge.assignments.index import AssignmentIndex
from amibridge.assignments.resource import Assignment
from amibridge.delivery.attempt import Attempts, DeliveryOutcome
from amibridge.delivery.outbox import Delivery, DeliveryState
from amibridge.delivery.policy import Answered, Outcome
from amibridge.delivery.request import NotificationRequest
from amibridge.settings import DeliverySettings
from amibridge.steady_clock import SteadyClock
from tests.fakes.outbox import MemoryOutbox

from .bench import NOW, Assignments, Signers
from .samples import HOOK, RINGING

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()


class Sender:
    """Takes requests and answers as it is told."""

    def __init__(self, outcome: Outcome | Exception) -> None:
        self.outcome = outcome
        self.sent: list[tuple[NotificationRequest, bool]] = []

    async def send(self, request: NotificationRequest, *, by_administrator: bool) -> Outcome:
        """See the port."""
        self.sent.append((request, by_administrator))
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


async def attempt(
    assignment: Assignment | None = HOOK,
    outcome: Outcome | Exception = Answered(status_code=200),  # noqa: B008 - frozen
    *,
    age: float = 1.0,
    secret: str = "",
    earlier: int = 0,
    **settings: object,
) -> tuple[DeliveryOutcome, Sender]:
    """Make the second attempt of a delivery; the time stands still at NOW and the dice show 0."""
    sender = Sender(outcome)
    attempts = Attempts(
        assignments=Assignments(AssignmentIndex([assignment] if assignment else []), MemoryOutbox()),
        signers=Signers({1: secret}),
        sender=sender,
        settings=DeliverySettings.model_validate(settings),
        version="1.2.3",
        clock=SteadyClock(lambda: NOW, lambda: NOW),
        dice=lambda: 0.0,
    )
    delivery = Delivery(
        delivery_id=7,
        event=RINGING,
        assignment_id=HOOK.assignment_id,
        origin="https://crm.example:443",
        attempt=2,
        earlier_attempts=earlier,
        created_at=NOW - age,
    )
    return await attempts.make(delivery), sender


async def test_a_success_is_delivered() -> None:
    """The attempt's facts are told as they are to be stored."""
    finished, sender = await attempt()
    settlement = finished.settlement
    assert (settlement.delivery_id, settlement.attempt, settlement.state) == (7, 2, DeliveryState.DELIVERED)
    assert (settlement.status_code, settlement.due_at, settlement.reason) == (200, None, "")
    assert settlement.started_at == NOW
    assert 0 <= settlement.duration_seconds < 1
    assert finished.latency_seconds == 1.0
    ((request, by_administrator),) = sender.sent
    assert request.headers["webhook-attempt"] == "2"
    assert by_administrator


async def test_a_failure_follows_the_settings_schedule() -> None:
    """The second pause follows the second attempt."""
    finished, _ = await attempt(outcome=Answered(status_code=500), retry_pauses_seconds=[1, 7, 9])
    assert (finished.settlement.state, finished.settlement.due_at) == (DeliveryState.PENDING, NOW + 7)
    assert finished.unwanted is None


async def test_a_new_start_by_hand_begins_with_the_first_pause() -> None:
    """After a retry by hand the attempt's number goes on, but the pauses begin anew."""
    failed = Answered(status_code=500)
    for earlier, pause in ((0, 10), (1, 2)):
        finished, sender = await attempt(outcome=failed, earlier=earlier, retry_pauses_seconds=[2, 10, 60])
        assert finished.settlement.due_at == NOW + pause
        assert sender.sent[0][0].headers["webhook-attempt"] == "2"


async def test_410_tells_which_assignment_is_unwanted() -> None:
    """The assignment goes along as it was called, so that a later edit is not mistaken for it."""
    finished, _ = await attempt(outcome=Answered(status_code=410))
    assert finished.unwanted == HOOK
    assert finished.settlement.state is DeliveryState.PENDING


@pytest.mark.parametrize(
    ("assignment", "age", "state", "reason"),
    [
        (None, 1, DeliveryState.DEAD, "deleted"),
        (replace(HOOK, enabled=False), 1, DeliveryState.PENDING, "the assignment is disabled"),
        (HOOK, 86_400, DeliveryState.EXPIRED, "too old"),
    ],
)
async def test_no_request_without_a_reason_for_it(
    assignment: Assignment | None, age: float, state: DeliveryState, reason: str
) -> None:
    """Deleted, disabled and outdated deliveries end or wait without a request."""
    finished, sender = await attempt(assignment, age=age)
    assert (finished.settlement.state, finished.settlement.reason) == (state, reason)
    assert finished.settlement.status_code is None
    assert sender.sent == []


async def test_a_failure_at_the_age_limit_is_the_last() -> None:
    """What fails when its time is over expires with the failure as its reason."""
    finished, _ = await attempt(outcome=Answered(status_code=500), age=86_399.9, max_age_hours=24)
    assert finished.settlement.state is DeliveryState.PENDING


async def test_the_apps_secret_signs() -> None:
    """The request of an App with a signing secret is signed, that of another is not."""
    _, sender = await attempt(secret=SECRET)
    ((request, _),) = sender.sent
    with pytest.raises(WebhookVerificationError, match="timestamp too old"):  # signed, but in a test's past
        Webhook(SECRET).verify(request.body, dict(request.headers))
    _, sender = await attempt(replace(HOOK, app_id=None), secret=SECRET)
    assert "webhook-signature" not in sender.sent[0][0].headers


async def test_only_administrators_assignments_are_administrators() -> None:
    """An assignment of another account, or of none, has no administrator's reach."""
    for account_id in (2, None):
        _, sender = await attempt(replace(HOOK, account_id=account_id))
        assert sender.sent[0][1] is False


async def test_the_settings_form_the_parameters() -> None:
    """CallFlow's case and our parameters follow the settings."""
    _, sender = await attempt(call_flow_case="lower", extra_parameters=False)
    body = sender.sent[0][0].body
    assert b"CallFlow=in" in body
    assert b"EventID" not in body


async def test_a_damaged_secret_waits_for_its_repair() -> None:
    """Nothing goes out unsigned; the delivery is tried again, because a secret can be made anew."""
    finished, sender = await attempt(secret="whsec_canary!")
    assert finished.settlement.state is DeliveryState.PENDING
    assert finished.settlement.reason.startswith("the App's signing secret is damaged")
    assert sender.sent == []


async def test_a_url_that_is_none_is_dead() -> None:
    """It can never be sent; the reason does not quote it."""
    finished, _ = await attempt(replace(HOOK, url="mailto:canary"))
    assert finished.settlement.state is DeliveryState.DEAD
    assert "canary" not in finished.settlement.reason


async def test_a_fault_of_ours_is_a_failure_of_one_delivery() -> None:
    """An unforeseen error is logged with its place, not its text, and the delivery is tried again."""
    with capture_logs() as lines:
        finished, _ = await attempt(outcome=RuntimeError("canary"))
    assert finished.settlement.state is DeliveryState.PENDING
    assert finished.settlement.reason == "internal error (RuntimeError)"
    (line,) = lines
    assert (line["event"], line["fault"]) == ("delivery_fault", "RuntimeError")
    assert line["where"].startswith("test_attempt.py:")
    assert "canary" not in repr(line)
