"""The directory as the tracker reads it."""

from amibridge.calls.directory import Directory, Extension, ExtensionKind


def test_declared_extensions() -> None:
    """What is declared is found under its exact number, until it is removed."""
    directory = Directory([Extension(number="210", did="4930210")])
    directory.put(Extension(number="0003*210", kind=ExtensionKind.QUEUE, service="support"))
    assert [one.number for one in directory.all()] == ["0003*210", "210"]
    assert directory.did("210") == "4930210"
    assert directory.did("211") == ""
    directory.remove("210")
    directory.remove("210")
    assert directory.get("210") is None
