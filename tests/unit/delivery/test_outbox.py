"""The outbox's values."""

from amibridge.delivery.outbox import Delivery, NewDelivery

from .samples import HOOK, RINGING


def test_order_is_kept_by_origin_extension_and_call() -> None:
    """A row and its delivery have the same key, which another origin, extension or call does not share."""
    new = NewDelivery(
        event=RINGING, assignment_id=HOOK.assignment_id, origin="http://a:80", created_at=1.0, at_once=False
    )
    delivery = Delivery(
        delivery_id=7, event=RINGING, assignment_id="another", origin="http://a:80", attempt=1, created_at=1.0
    )
    assert new.order_key == delivery.order_key == "http://a:80|210|1700000000.0"
