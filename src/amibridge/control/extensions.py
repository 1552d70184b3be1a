"""Operations over the directory of extensions."""

from dataclasses import dataclass

from amibridge.calls.directory import Extension, ExtensionKind
from amibridge.control.operation import Books, Nothing, operation
from amibridge.errors import NotFineError, UsageError
from amibridge.store.extensions import Declared


@dataclass(frozen=True, slots=True, kw_only=True)
class AddExtension:
    """What is to be declared of an extension; None: what is declared already stays."""

    number: str
    kind: ExtensionKind | None = None
    service: str | None = None
    did: str | None = None
    name: str | None = None
    owner_id: int | None = None
    disown: bool = False
    """It is to belong to nobody."""
    keep_assignments: bool = False
    """Those that its owner has there are no reason against another owner, and go with it."""

    def applied_to(self, known: Extension | None) -> Extension:
        """The extension as it is to be.

        Raises:
            UsageError: A phone has no service, and everything else has one.
        """
        known = known or Extension(number=self.number)
        kind = self.kind or known.kind
        same = kind is known.kind
        if kind is ExtensionKind.PHONE and self.service:
            raise UsageError("--service is for queues, conferences and IVRs: say which with --kind")
        kept = known.service if same else ""
        service = kept if self.service is None else self.service
        if kind is not ExtensionKind.PHONE and not service and not (same and self.service is None):
            raise UsageError(f"which {kind}? Name it with --service, as the PBX calls it")
        return Extension(
            number=self.number,
            kind=kind,
            service=service,
            did=known.did if self.did is None else self.did,
            name=known.name if self.name is None else self.name,
            owner_id=None if self.disown else known.owner_id if self.owner_id is None else self.owner_id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveExtension:
    """Which extension is to be forgotten."""

    number: str
    keep_assignments: bool = False
    """Those that it has are no reason against it, and stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportExtensions:
    """What was found on the PBX."""

    extensions: list[Extension]


@operation("extension add")
async def add_extension(books: Books, arguments: AddExtension) -> Declared:
    """Declare an extension, or change what is declared of it."""
    return await books.extensions.change(
        arguments.number, arguments.applied_to, unless_assigned=not arguments.keep_assignments
    )


@operation("extension import")
async def import_extensions(books: Books, arguments: ImportExtensions) -> list[Extension]:
    """Declare what is not declared, fill in missing names; those that were changed, as they are now."""
    return await books.extensions.import_(arguments.extensions)


@operation("extension list")
async def list_extensions(books: Books, arguments: Nothing) -> list[Extension]:  # noqa: ARG001 - every operation takes some
    """All declared extensions, by number."""
    return books.extensions.all()


@operation("extension remove")
async def remove_extension(books: Books, arguments: RemoveExtension) -> None:
    """Forget a declared extension."""
    if not await books.extensions.remove(arguments.number, unless_assigned=not arguments.keep_assignments):
        raise NotFineError(f"extension {arguments.number} is not declared: see 'amibridge extension list'")
