"""The directory as the tracker reads it."""

import pytest

from amibridge.calls.directory import Directory, Extension, ExtensionKind

SERVICES = [kind for kind in ExtensionKind if kind is not ExtensionKind.PHONE]


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


@pytest.mark.parametrize("kind", SERVICES)
def test_who_stands_for_a_service(kind: ExtensionKind) -> None:
    """The extension that was dialled, else the first by number, of those declared for that very service."""
    directory = Directory(Extension(number=number, kind=kind, service="support") for number in ("651", "650"))
    assert directory.number_of(kind, "support") == "650"
    assert directory.number_of(kind, "support", "651") == "651"
    assert directory.number_of(kind, "support", "652") == "650"
    assert directory.number_of(kind, "sales") == ""
    assert [directory.number_of(other, "support") for other in SERVICES if other is not kind] == ["", ""]


def test_a_service_without_a_name_is_called_by_its_number() -> None:
    """Where nothing else is declared, the queue of extension 650 is ``650``."""
    directory = Directory([Extension(number="650", kind=ExtensionKind.QUEUE)])
    assert directory.number_of(ExtensionKind.QUEUE, "650") == "650"
    directory.remove("650")
    assert directory.number_of(ExtensionKind.QUEUE, "650") == ""


def test_declared_anew() -> None:
    """The last declaration counts; what the first one stood for is nobody's, or another extension's."""
    directory = Directory(
        Extension(number=number, kind=ExtensionKind.QUEUE, service="support") for number in ("650", "651")
    )
    directory.put(Extension(number="650", kind=ExtensionKind.QUEUE, service="sales"))
    assert directory.number_of(ExtensionKind.QUEUE, "support", "650") == "651"
    assert directory.number_of(ExtensionKind.QUEUE, "sales") == "650"
    directory.put(Extension(number="651"))
    assert directory.number_of(ExtensionKind.QUEUE, "support") == ""
    assert directory.number_of(ExtensionKind.PHONE, "651") == ""
    assert [one.kind for one in directory.all()] == [ExtensionKind.QUEUE, ExtensionKind.PHONE]


def test_has_ivr() -> None:
    """Only a declared IVR makes the steps of the dialplan worth hearing."""
    directory = Directory([Extension(number="650", kind=ExtensionKind.QUEUE), Extension(number="201")])
    assert not directory.has_ivr
    directory.put(Extension(number="670", kind=ExtensionKind.IVR, service="menu"))
    assert directory.has_ivr
    directory.remove("670")
    assert not directory.has_ivr
