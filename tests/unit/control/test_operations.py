"""All operations there are."""

from amibridge.control.operations import OPERATIONS


def test_names() -> None:
    """Each command that works on the store is an operation of its name."""
    assert sorted(OPERATIONS) == [
        "account add",
        "account list",
        "account remove",
        "app add",
        "app list",
        "app remove",
        "app resume",
        "app secret",
        "app suspend",
        "deliveries list",
        "deliveries purge",
        "deliveries retry",
        "deliveries retry dead",
        "deliveries show",
        "extension add",
        "extension import",
        "extension list",
        "extension remove",
        "status",
        "token issue",
        "token list",
        "token revoke",
    ]


def test_all_can_be_written() -> None:
    """Arguments and results of each operation have a form as JSON."""
    for operation in OPERATIONS.values():
        assert operation.arguments.json_schema()
        assert operation.result.json_schema() is not None
