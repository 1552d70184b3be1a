"""The shapes of requests and answers, for the OpenAPI document; the rules themselves are in ``assignments``."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from amibridge.assignments.listing import LIMIT
from amibridge.assignments.url import LENGTH_LIMIT
from amibridge.assignments.validation import NOTE_LIMIT, TYPES

EXAMPLE_ID = "NqeyDRqo4FtabZ8sWc2kLmP7vXu1Qy"
_EXAMPLE_URL = "https://crm.example/hook?tenant=7"
_EXAMPLE_LINK = f"http://127.0.0.1:8480/uapi/extensions/@me/210/phoneCallEvents/0/{EXAMPLE_ID}"

TypeText = Annotated[Literal["0", "1", "2", "3", "4"], Field(description=TYPES, examples=["0"])]
MethodText = Annotated[Literal["0", "1"], Field(description="0 GET, 1 POST", examples=["1"])]
StatusText = Annotated[Literal["0", "1"], Field(description="0 disabled, 1 enabled", examples=["1"])]
Id = Annotated[str, Field(pattern="^[A-Za-z0-9]{1,255}$", examples=[EXAMPLE_ID])]
TypeSent = Annotated[
    Literal["0", "1", "2", "3", "4", 0, 1, 2, 3, 4],
    Field(description=f"{TYPES}. May stand in the path instead; where it stands in both, they must agree."),
]
MethodSent = Annotated[Literal["0", "1", 0, 1], Field(description="0 GET, 1 POST")]
StatusSent = Annotated[Literal["0", "1", 0, 1], Field(description="0 disabled, 1 enabled (what it is when not sent)")]
UrlSent = Annotated[
    str,
    Field(
        max_length=LENGTH_LIMIT,
        description="The URL to call: http or https, without user:password and fragment. Its query stays as it is.",
    ),
]
NoteSent = Annotated[str, Field(max_length=NOTE_LIMIT, description="Anything; receivers do not get it.")]


class PhoneCallEventToCreate(BaseModel):
    """A URL to assign to an event. Other fields are ignored."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"type": "0", "method": "1", "url": _EXAMPLE_URL, "note": "screen pop"}]}
    )

    type: TypeSent | None = None
    method: MethodSent
    url: UrlSent
    status: StatusSent | None = None
    note: NoteSent | None = None


class PhoneCallEventToUpdate(BaseModel):
    """What is to change; what is not sent stays. Other fields are ignored."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "0"}, {"url": _EXAMPLE_URL}]})

    method: MethodSent | None = None
    url: UrlSent | None = None
    status: StatusSent | None = None
    note: NoteSent | None = None


class Links(BaseModel):
    """Where the resource is."""

    self: str = Field(description="Its own URL.", examples=[_EXAMPLE_LINK])


class PhoneCallEvent(BaseModel):
    """A URL that is called when an event occurs. A field without a value is left out."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "0",
                    "id": EXAMPLE_ID,
                    "method": "1",
                    "url": _EXAMPLE_URL,
                    "status": "1",
                    "note": "screen pop",
                    "modified": "2026-11-22T10:11:12+00:00",
                    "links": {"self": _EXAMPLE_LINK},
                }
            ]
        }
    )

    type: TypeText
    id: Id
    method: MethodText
    url: str = Field(examples=[_EXAMPLE_URL])
    status: StatusText
    note: str | None = Field(None, examples=["screen pop"])
    modified: str = Field(description="ISO 8601, the last change.", examples=["2026-11-22T10:11:12+00:00"])
    links: Links


class PhoneCallEventEntry(BaseModel):
    """A list's entry: a PhoneCallEvent, or those of its fields that were asked for."""

    type: TypeText | None = None
    id: Id | None = None
    method: MethodText | None = None
    url: str | None = None
    status: StatusText | None = None
    note: str | None = None
    modified: str | None = None
    links: Links | None = None


class PhoneCallEventList(BaseModel):
    """One page of a list, sorted by URL and then id."""

    entry: list[PhoneCallEventEntry]
    startIndex: int = Field(ge=0, le=LIMIT, examples=[0])  # noqa: N815 - the contract's name
    itemsPerPage: int = Field(ge=1, le=LIMIT, examples=[20])  # noqa: N815 - the contract's name
    totalResults: int = Field(ge=0, examples=[1])  # noqa: N815 - the contract's name
    next: str | None = Field(None, description="The next page's URL; left out on the last page.")
    prev: str | None = Field(None, description="The page before; left out on the first page.")


class DeletedEvent(BaseModel):
    """One that is gone."""

    id: Id
    type: TypeText


class Fault(BaseModel):
    """What is wrong."""

    code: str = Field(description="For programs; never changes.")
    message: str = Field(description="For people: what to send instead.")


class ErrorAnswer(BaseModel):
    """Every answer other than 2xx."""

    error: Fault


PartState = Literal["ready", "not ready"]


class PartStates(BaseModel):
    """Which of its parts work."""

    link: PartState = Field(description="The PBX is heard, and lists its channels.")
    store: PartState = Field(description="Call events are kept.")
    writer: PartState = Field(description="The disk takes what is written in time.")
    delivery: PartState = Field(description="What became of notifications is kept.")


class NotReadyAnswer(BaseModel):
    """Why the daemon is not ready."""

    error: Fault
    reasons: list[str]
    parts: PartStates


class LifeAnswer(BaseModel):
    """The daemon is there."""

    status: Literal["alive"]


class ReadyAnswer(BaseModel):
    """The daemon does its work."""

    status: Literal["ready"]
    parts: PartStates


class TokenAnswer(BaseModel):
    """A new token."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int = Field(description="Seconds.", examples=[3600])


class TokenError(BaseModel):
    """Why there is no token, as RFC 6749 says it."""

    error: Literal["invalid_request", "invalid_client", "unsupported_grant_type"]
    error_description: str
