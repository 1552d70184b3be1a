"""Operations over the directory of extensions."""

from dataclasses import dataclass

from amibridge.calls.directory import Extension
from amibridge.control.operation import Books, Nothing, operation
from amibridge.errors import NotFineError


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionNumber:
    """Which extension."""

    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportExtensions:
    """What was found on the PBX."""

    extensions: list[Extension]


@operation("extension add")
async def add_extension(books: Books, arguments: Extension) -> None:
    """Declare an extension, or declare it anew."""
    await books.extensions.add(arguments)


@operation("extension import")
async def import_extensions(books: Books, arguments: ImportExtensions) -> list[Extension]:
    """Declare what is not declared, fill in missing names; those that were changed, as they are now."""
    return await books.extensions.import_(arguments.extensions)


@operation("extension list")
async def list_extensions(books: Books, arguments: Nothing) -> list[Extension]:  # noqa: ARG001 - every operation takes some
    """All declared extensions, by number."""
    return books.extensions.all()


@operation("extension remove")
async def remove_extension(books: Books, arguments: ExtensionNumber) -> None:
    """Forget a declared extension."""
    if not await books.extensions.remove(arguments.number):
        raise NotFineError(f"extension {arguments.number} is not declared: see 'amibridge extension list'")
