"""What a PBX has, as a scripted AMI server lists it: in the messages that Asterisk 16 and 22 were seen to send."""

from collections.abc import Callable, Mapping, Sequence

from tests.fakes.ami_server import Headers, block

Answer = Callable[[Headers], bytes]

DENIED = "Permission denied"
PASSWORD = "canary"
"""Of each endpoint; Asterisk tells it in the endpoint's description."""


def error(message: str) -> Answer:
    """An action that is refused, in these words."""
    return lambda action: block(Response="Error", ActionID=action["actionid"], Message=message)


def listed(event: str, end: str, items: Sequence[Headers], *, end_word: str = "Complete") -> Answer:
    """A list of events."""

    def answer(action: Headers) -> bytes:
        own = {"ActionID": action["actionid"]}
        start = block(Response="Success", **own, EventList="start", Message="A listing follows")
        lines = b"".join(block(Event=event, **own, **item) for item in items)
        return start + lines + block(Event=end, **own, EventList=end_word, ListItems=str(len(items)))

    return answer


def pjsip(endpoints: Mapping[str, Headers]) -> dict[str, Answer]:
    """PJSIP endpoints by name, with what their descriptions say of them."""
    names: list[Headers] = [{"ObjectType": "endpoint", "ObjectName": name} for name in endpoints]

    def describe(action: Headers) -> bytes:
        name = action["endpoint"]
        if name not in endpoints:
            return error(f"Unable to retrieve endpoint {name}\n")(action)
        own = {"ActionID": action["actionid"]}
        return (
            block(Response="Success", **own, EventList="start", Message="Following are Events for each object")
            + block(Event="EndpointDetail", **own, ObjectName=name, **({"Callerid": "<unknown>"} | endpoints[name]))
            + block(Event="AuthDetail", **own, ObjectName=name, Password=PASSWORD)
            + block(Event="EndpointDetailComplete", **own, EventList="Complete", ListItems="2")
        )

    none = error("No endpoints found\n")
    return {
        "pjsipshowendpoints": listed("EndpointList", "EndpointListComplete", names) if endpoints else none,
        "pjsipshowendpoint": describe,
    }


def chan_sip(peers: Mapping[str, Headers]) -> dict[str, Answer]:
    """Peers of chan_sip by name, with what their descriptions say of them."""
    names: list[Headers] = [{"Channeltype": "SIP", "ObjectName": name} for name in peers]

    def describe(action: Headers) -> bytes:
        name = action["peer"]
        own = {"ActionID": action["actionid"]}
        return block(Response="Success", **own, Channeltype="SIP", ObjectName=name, **peers[name]) + b"\r\n"

    return {"sippeers": listed("PeerEntry", "PeerlistComplete", names), "sipshowpeer": describe}


def queues(*names: str) -> dict[str, Answer]:
    """Queues by name."""
    return {"queuesummary": listed("QueueSummary", "QueueSummaryComplete", [{"Queue": name} for name in names])}


def conferences(*names: str) -> dict[str, Answer]:
    """Conferences that somebody is in, by name."""
    rooms: list[Headers] = [{"Conference": name, "Parties": "2"} for name in names]
    none = error("No active conferences.")
    return {
        "confbridgelistrooms": listed("ConfbridgeListRooms", "ConfbridgeListRoomsComplete", rooms) if rooms else none
    }
