"""An assignment to work with."""

from amibridge.assignments.resource import Assignment, Method
from amibridge.calls.events import EventType

HOOK = Assignment(
    assignment_id="A" * 30,
    extension="210",
    type=EventType.DIAL_IN,
    method=Method.POST,
    url="https://crm.example/hook?tenant=7",
    note="screen pop",
    modified=1_795_342_272.9,
)
