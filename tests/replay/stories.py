"""What each scripted call must tell: written from its script and the rules, before it was ever replayed.

A row is a call event. ``-`` stands for an empty text; ``call`` is a letter for each distinct CallID;
``api=`` and ``name=`` (which comes last, and reaches to the end of the line) add what must be said
about the call's API id and the caller's name. The scripts are in tests/asterisk/lab/calls, the dialplan
that they meet in tests/asterisk/lab/etc/extensions.conf.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

COLUMNS = (
    "call", "extension", "event", "flow", "status", "caller_num", "caller_ext", "called_ext", "number", "did",
)  # fmt: skip

JSON_KEYS = {
    "event": "event",
    "status": "status",
    "caller_num": "caller_id_num",
    "caller_ext": "caller_extension",
    "called_ext": "called_extension",
    "number": "called_number",
    "did": "called_did",
    "name": "caller_id_name",
    "api": "call_api_id",
}
"""Where ``amibridge replay`` writes what a column says."""

TYPES = {"dial-in": 0, "dial-out": 1, "hangup": 2, "answer-in": 3, "answer-out": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """An extension as the directory declares it for all these calls."""

    number: str
    kind: str = "phone"
    did: str = ""
    service: str = ""
    name: str = ""


DIRECTORY = (
    Declared(number="201", name="Anna Abel"),
    Declared(number="202", name="Bert Braun"),
    Declared(number="203", name="Carla Conrad", did="49301234503"),
    Declared(number="204", name="Dora Dietz"),
    Declared(number="205", name="Emil Ernst"),
    # 206 is a phone that nobody declared
    Declared(number="207", name="Gerda Graf"),
    Declared(number="208", name="Hans Horn"),
    Declared(number="209", name="Ida Immel"),
    Declared(number="0003*210", name="Jan Jung"),
    Declared(number="0003*211", name="Kira Klein"),
)

TRUNKS = ("provider-*",)
"""The setting ``extensions.trunks`` of these calls."""


STORIES: dict[str, str] = {
    # --- from phone to phone, and to applications ------------------------------------------------------------
    "internal/answered_caller_hangs_up": """
        A 201 dial-out   OUT CALLING 201 201 202 202 - name=Anna Abel
        A 202 dial-in    IN  CALLING 201 201 202 202 - name=Anna Abel
        A 202 answer-in  IN  ANSWER  201 201 202 202 - name=Anna Abel
        A 201 answer-out OUT ANSWER  201 201 202 202 - name=Anna Abel
        A 201 hangup     OUT ANSWER  201 201 202 202 - name=Anna Abel
        A 202 hangup     IN  ANSWER  201 201 202 202 - name=Anna Abel
    """,
    # CalledDID belongs to the called extension: the directory's, as nobody outside dialled a number; on both
    # sides, and at once, since the directory declares the number that was dialled.
    "internal/answered_callee_hangs_up": """
        A 201 dial-out   OUT CALLING 201 201 203 203 49301234503
        A 203 dial-in    IN  CALLING 201 201 203 203 49301234503
        A 203 answer-in  IN  ANSWER  201 201 203 203 49301234503
        A 201 answer-out OUT ANSWER  201 201 203 203 49301234503
        A 203 hangup     IN  ANSWER  201 201 203 203 49301234503
        A 201 hangup     OUT ANSWER  201 201 203 203 49301234503
    """,
    "internal/answered_without_ringing": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
    """,
    # At Dial-Out the called extension is known only from the directory, which does not have 206; once connected
    # it is the extension connected.
    "internal/undeclared_extension": """
        A 201 dial-out   OUT CALLING 201 201 -   206 -
        A 206 dial-in    IN  CALLING 201 201 206 206 -
        A 206 answer-in  IN  ANSWER  201 201 206 206 -
        A 201 answer-out OUT ANSWER  201 201 206 206 -
        A 201 hangup     OUT ANSWER  201 201 206 206 -
        A 206 hangup     IN  ANSWER  201 201 206 206 -
    """,
    # 634 is no extension; at the Hangup of an unanswered call the one extension rung counts.
    "internal/end_of_the_dialplan": """
        A 201 dial-out   OUT CALLING 201 201 -   634 -
        A 202 dial-in    IN  CALLING 201 201 202 634 -
        A 202 hangup     IN  BUSY    201 201 202 634 -
        A 201 hangup     OUT BUSY    201 201 202 634 -
    """,
    # Two calls of 202 at a time: two participations, told apart by the call id (rule 16).
    "internal/two_calls_at_once": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        B 203 dial-out   OUT CALLING 203 203 202 202 -
        B 202 dial-in    IN  CALLING 203 203 202 202 -
        B 202 answer-in  IN  ANSWER  203 203 202 202 -
        B 203 answer-out OUT ANSWER  203 203 202 202 -
        B 203 hangup     OUT ANSWER  203 203 202 202 -
        B 202 hangup     IN  ANSWER  203 203 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
    """,
    # 202 being in another call that is answered does not make this one answered.
    "internal/call_waiting_refused": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        B 203 dial-out   OUT CALLING 203 203 202 202 -
        B 202 dial-in    IN  CALLING 203 203 202 202 -
        B 202 hangup     IN  BUSY    203 203 202 202 -
        B 203 hangup     OUT BUSY    203 203 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
    """,
    # Hold and resume are no call events (rule 16).
    "internal/hold_and_resume": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
    """,
    # An application answers nobody (rule 15), yet the call was answered: its channel was Up and no dial failed.
    "internal/voicemail_like": """
        A 201 dial-out   OUT CALLING 201 201 - 630 -
        A 201 hangup     OUT ANSWER  201 201 - 630 -
    """,
    # Here a dial did fail before the application answered.
    "internal/voicemail_after_no_answer": """
        A 201 dial-out   OUT CALLING  201 201 -   631 -
        A 202 dial-in    IN  CALLING  201 201 202 631 -
        A 202 hangup     IN  NOANSWER 201 201 202 631 -
        A 201 hangup     OUT NOANSWER 201 201 202 631 -
    """,
    # Never dialled anybody, never Up, and its own cause is none of the table's: CANCEL.
    "internal/announcement_abandoned": """
        A 201 dial-out   OUT CALLING 201 201 - 632 -
        A 201 hangup     OUT CANCEL  201 201 - 632 -
    """,
    "internal/tenants": """
        A 0003*210 dial-out   OUT CALLING 0003*210 0003*210 0003*211 0003*211 -
        A 0003*211 dial-in    IN  CALLING 0003*210 0003*210 0003*211 0003*211 -
        A 0003*211 answer-in  IN  ANSWER  0003*210 0003*210 0003*211 0003*211 -
        A 0003*210 answer-out OUT ANSWER  0003*210 0003*210 0003*211 0003*211 -
        A 0003*210 hangup     OUT ANSWER  0003*210 0003*210 0003*211 0003*211 -
        A 0003*211 hangup     IN  ANSWER  0003*210 0003*210 0003*211 0003*211 -
    """,
    # 210 and 0003*210 are different extensions: the number dialled is not the one declared.
    "internal/tenants_short_number": """
        A 0003*211 dial-out   OUT CALLING 0003*211 0003*211 -        210 -
        A 0003*210 dial-in    IN  CALLING 0003*211 0003*211 0003*210 210 -
        A 0003*210 answer-in  IN  ANSWER  0003*211 0003*211 0003*210 210 -
        A 0003*211 answer-out OUT ANSWER  0003*211 0003*211 0003*210 210 -
        A 0003*210 hangup     IN  ANSWER  0003*211 0003*211 0003*210 210 -
        A 0003*211 hangup     OUT ANSWER  0003*211 0003*211 0003*210 210 -
    """,
    # CallAPIID is the latest non-empty value on the root caller's channel: not there yet at Dial-Out.
    "internal/call_api_id": """
        A 201 dial-out   OUT CALLING 201 201 -   640 - api=-
        A 202 dial-in    IN  CALLING 201 201 202 640 - api=order-4711
        A 202 answer-in  IN  ANSWER  201 201 202 640 - api=order-4711
        A 201 answer-out OUT ANSWER  201 201 202 640 - api=order-4711
        A 201 hangup     OUT ANSWER  201 201 202 640 - api=order-4711
        A 202 hangup     IN  ANSWER  201 201 202 640 - api=order-4711
    """,
    # The caller's name is that of the Dial event of each participation: for 201 before the dialplan changed it.
    "internal/non_ascii_name": """
        A 201 dial-out   OUT CALLING 201 201 -   641 - name=Anna Abel
        A 202 dial-in    IN  CALLING 201 201 202 641 - name=Zoë "Z" Ö\\
        A 202 answer-in  IN  ANSWER  201 201 202 641 - name=Zoë "Z" Ö\\
        A 201 answer-out OUT ANSWER  201 201 202 641 - name=Anna Abel
        A 201 hangup     OUT ANSWER  201 201 202 641 - name=Anna Abel
        A 202 hangup     IN  ANSWER  201 201 202 641 - name=Zoë "Z" Ö\\
    """,
    # --- nobody answers --------------------------------------------------------------------------------------
    "failed/no_answer": """
        A 201 dial-out   OUT CALLING  201 201 207 207 -
        A 207 dial-in    IN  CALLING  201 201 207 207 -
        A 207 hangup     IN  NOANSWER 201 201 207 207 -
        A 201 hangup     OUT NOANSWER 201 201 207 207 -
    """,
    "failed/busy": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 hangup     IN  BUSY    201 201 202 202 -
        A 201 hangup     OUT BUSY    201 201 202 202 -
    """,
    "failed/busy_at_once": """
        A 201 dial-out   OUT CALLING 201 201 203 203 49301234503
        A 203 dial-in    IN  CALLING 201 201 203 203 49301234503
        A 203 hangup     IN  BUSY    201 201 203 203 49301234503
        A 201 hangup     OUT BUSY    201 201 203 203 49301234503
    """,
    # DialEnd says NOANSWER for a 603; the cause (21, after ringing) tells.
    "failed/refused": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 hangup     IN  BUSY    201 201 202 202 -
        A 201 hangup     OUT BUSY    201 201 202 202 -
    """,
    # Cause 21 without ringing.
    "failed/refused_at_once": """
        A 201 dial-out   OUT CALLING    201 201 202 202 -
        A 202 dial-in    IN  CALLING    201 201 202 202 -
        A 202 hangup     IN  CONGESTION 201 201 202 202 -
        A 201 hangup     OUT CONGESTION 201 201 202 202 -
    """,
    # Cause 1.
    "failed/not_found_by_phone": """
        A 201 dial-out   OUT CALLING    201 201 202 202 -
        A 202 dial-in    IN  CALLING    201 201 202 202 -
        A 202 hangup     IN  CONGESTION 201 201 202 202 -
        A 201 hangup     OUT CONGESTION 201 201 202 202 -
    """,
    # Cause 19.
    "failed/unavailable_by_phone": """
        A 201 dial-out   OUT CALLING  201 201 202 202 -
        A 202 dial-in    IN  CALLING  201 201 202 202 -
        A 202 hangup     IN  NOANSWER 201 201 202 202 -
        A 201 hangup     OUT NOANSWER 201 201 202 202 -
    """,
    "failed/congestion": """
        A 201 dial-out   OUT CALLING    201 201 202 202 -
        A 202 dial-in    IN  CALLING    201 201 202 202 -
        A 202 hangup     IN  CONGESTION 201 201 202 202 -
        A 201 hangup     OUT CONGESTION 201 201 202 202 -
    """,
    "failed/cancelled": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 hangup     IN  CANCEL  201 201 202 202 -
        A 201 hangup     OUT CANCEL  201 201 202 202 -
    """,
    # Dial-In comes with DialBegin, not with the ringing.
    "failed/cancelled_before_ringing": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 hangup     IN  CANCEL  201 201 202 202 -
        A 201 hangup     OUT CANCEL  201 201 202 202 -
    """,
    # A phone that is not there has received nothing. The caller made no leg, and its own cause is 3; nobody was
    # rung, so that the called extension is still that of Dial-Out.
    "failed/unregistered": """
        A 201 dial-out   OUT CALLING     201 201 208 208 -
        A 201 hangup     OUT CHANUNAVAIL 201 201 208 208 -
    """,
    # Never ringing, DialEnd NOANSWER, cause 0.
    "failed/dead_contact": """
        A 201 dial-out   OUT CALLING  201 201 209 209 -
        A 209 dial-in    IN  CALLING  201 201 209 209 -
        A 209 hangup     IN  NOANSWER 201 201 209 209 -
        A 201 hangup     OUT NOANSWER 201 201 209 209 -
    """,
    # Refused without a channel: invisible on AMI (rule 2).
    "failed/unknown_number": "",
    # Never dialled anybody: its own cause, which is 34.
    "failed/refused_by_dialplan": """
        A 201 dial-out   OUT CALLING    201 201 - 633 -
        A 201 hangup     OUT CONGESTION 201 201 - 633 -
    """,
    # --- from and to the outside -----------------------------------------------------------------------------
    "trunk/in_answered": """
        A 202 dial-in    IN  CALLING 493055512345 - 202 49301234567 49301234567 name=Karl Kunde
        A 202 answer-in  IN  ANSWER  493055512345 - 202 49301234567 49301234567 name=Karl Kunde
        A 202 hangup     IN  ANSWER  493055512345 - 202 49301234567 49301234567 name=Karl Kunde
    """,
    "trunk/in_cancelled": """
        A 202 dial-in    IN  CALLING 493055512345 - 202 49301234567 49301234567 name=
        A 202 hangup     IN  CANCEL  493055512345 - 202 49301234567 49301234567 name=
    """,
    "trunk/in_no_answer": """
        A 207 dial-in    IN  CALLING  493055512345 - 207 49301234507 49301234507
        A 207 hangup     IN  NOANSWER 493055512345 - 207 49301234507 49301234507
    """,
    "trunk/in_busy": """
        A 202 dial-in    IN  CALLING 493055512345 - 202 49301234567 49301234567
        A 202 hangup     IN  BUSY    493055512345 - 202 49301234567 49301234567
    """,
    "trunk/in_anonymous": """
        A 202 dial-in    IN  CALLING - - 202 49301234567 49301234567 name=
        A 202 answer-in  IN  ANSWER  - - 202 49301234567 49301234567 name=
        A 202 hangup     IN  ANSWER  - - 202 49301234567 49301234567 name=
    """,
    # Earlier headers showed number and name; the CID-CallingPres of NewCallerid empties both.
    "trunk/in_withheld": """
        A 202 dial-in    IN  CALLING - - 202 49301234568 49301234568 name=
        A 202 answer-in  IN  ANSWER  - - 202 49301234568 49301234568 name=
        A 202 hangup     IN  ANSWER  - - 202 49301234568 49301234568 name=
    """,
    # A wish for privacy that Asterisk keeps to itself: no event tells the presentation, so it cannot be honoured.
    "trunk/in_private": """
        A 202 dial-in    IN  CALLING 493055512345 - 202 49301234567 49301234567 name=Karl Kunde
        A 202 hangup     IN  CANCEL  493055512345 - 202 49301234567 49301234567 name=Karl Kunde
    """,
    # The recipe for administrators: what the dialplan emptied is empty.
    "trunk/in_private_emptied": """
        A 202 dial-in    IN  CALLING - - 202 49301234569 49301234569 name=
        A 202 hangup     IN  CANCEL  - - 202 49301234569 49301234569 name=
    """,
    "trunk/in_two_phones": """
        A 205 dial-in    IN  CALLING 493055512345 - 205 49301234505 49301234505
        A 205 answer-in  IN  ANSWER  493055512345 - 205 49301234505 49301234505
        A 205 hangup     IN  ANSWER  493055512345 - 205 49301234505 49301234505
    """,
    # The number that the outside caller dialled goes before the directory's (203 has one).
    "trunk/in_ring_group": """
        A 202 dial-in    IN  CALLING 493055512345 - 202 49301234600 49301234600
        A 203 dial-in    IN  CALLING 493055512345 - 203 49301234600 49301234600
        A 204 dial-in    IN  CALLING 493055512345 - 204 49301234600 49301234600
        A 202 hangup     IN  CANCEL  493055512345 - 202 49301234600 49301234600
        A 204 hangup     IN  CANCEL  493055512345 - 204 49301234600 49301234600
        A 203 answer-in  IN  ANSWER  493055512345 - 203 49301234600 49301234600
        A 203 hangup     IN  ANSWER  493055512345 - 203 49301234600 49301234600
    """,
    # The number shown outside is set after Dial-Out, whose caller fields all later events repeat.
    "trunk/out_answered": """
        A 201 dial-out   OUT CALLING 201 201 - 03055512345 -
        A 201 answer-out OUT ANSWER  201 201 - 03055512345 -
        A 201 hangup     OUT ANSWER  201 201 - 03055512345 -
    """,
    # The number as the caller dialled it, the 9 included.
    "trunk/out_answered_they_hang_up": """
        A 201 dial-out   OUT CALLING 201 201 - 903055512345 -
        A 201 answer-out OUT ANSWER  201 201 - 903055512345 -
        A 201 hangup     OUT ANSWER  201 201 - 903055512345 -
    """,
    "trunk/out_busy": """
        A 201 dial-out   OUT CALLING 201 201 - 903055512345 -
        A 201 hangup     OUT BUSY    201 201 - 903055512345 -
    """,
    "trunk/out_cancelled": """
        A 201 dial-out   OUT CALLING 201 201 - 03055512345 -
        A 201 hangup     OUT CANCEL  201 201 - 03055512345 -
    """,
    # Early media answers nobody (rule 4); it hung up while the dial was open.
    "trunk/out_early_media": """
        A 201 dial-out   OUT CALLING 201 201 - 03055512345 -
        A 201 hangup     OUT CANCEL  201 201 - 03055512345 -
    """,
    # The outside leg's cause is 1.
    "trunk/out_wrong_number": """
        A 201 dial-out   OUT CALLING    201 201 - 03055500000 -
        A 201 hangup     OUT CONGESTION 201 201 - 03055500000 -
    """,
    "trunk/out_provider_overloaded": """
        A 201 dial-out   OUT CALLING    201 201 - 03055512345 -
        A 201 hangup     OUT CONGESTION 201 201 - 03055512345 -
    """,
    # No leg could be made, cause 3.
    "trunk/out_no_route": """
        A 201 dial-out   OUT CALLING     201 201 - 803055512345 -
        A 201 hangup     OUT CHANUNAVAIL 201 201 - 803055512345 -
    """,
    # --- more than one phone ---------------------------------------------------------------------------------
    # 600 is no extension; once connected, the called extension and its DID are those of 203.
    "groups/ring_group_answered": """
        A 201 dial-out   OUT CALLING 201 201 -   600 -
        A 202 dial-in    IN  CALLING 201 201 202 600 -
        A 203 dial-in    IN  CALLING 201 201 203 600 49301234503
        A 204 dial-in    IN  CALLING 201 201 204 600 -
        A 202 hangup     IN  CANCEL  201 201 202 600 -
        A 204 hangup     IN  CANCEL  201 201 204 600 -
        A 203 answer-in  IN  ANSWER  201 201 203 600 49301234503
        A 201 answer-out OUT ANSWER  201 201 203 600 49301234503
        A 201 hangup     OUT ANSWER  201 201 203 600 49301234503
        A 203 hangup     IN  ANSWER  201 201 203 600 49301234503
    """,
    # Several extensions rung, none connected: no called extension.
    "groups/ring_group_nobody": """
        A 201 dial-out   OUT CALLING  201 201 -   600 -
        A 202 dial-in    IN  CALLING  201 201 202 600 -
        A 203 dial-in    IN  CALLING  201 201 203 600 49301234503
        A 204 dial-in    IN  CALLING  201 201 204 600 -
        A 202 hangup     IN  NOANSWER 201 201 202 600 -
        A 203 hangup     IN  NOANSWER 201 201 203 600 49301234503
        A 204 hangup     IN  NOANSWER 201 201 204 600 -
        A 201 hangup     OUT NOANSWER 201 201 -   600 -
    """,
    "groups/ring_group_cancelled": """
        A 201 dial-out   OUT CALLING 201 201 -   600 -
        A 202 dial-in    IN  CALLING 201 201 202 600 -
        A 203 dial-in    IN  CALLING 201 201 203 600 49301234503
        A 204 dial-in    IN  CALLING 201 201 204 600 -
        A 202 hangup     IN  CANCEL  201 201 202 600 -
        A 203 hangup     IN  CANCEL  201 201 203 600 49301234503
        A 204 hangup     IN  CANCEL  201 201 204 600 -
        A 201 hangup     OUT CANCEL  201 201 -   600 -
    """,
    "groups/ring_group_all_busy": """
        A 201 dial-out   OUT CALLING 201 201 -   600 -
        A 202 dial-in    IN  CALLING 201 201 202 600 -
        A 203 dial-in    IN  CALLING 201 201 203 600 49301234503
        A 204 dial-in    IN  CALLING 201 201 204 600 -
        A 202 hangup     IN  BUSY    201 201 202 600 -
        A 203 hangup     IN  BUSY    201 201 203 600 49301234503
        A 204 hangup     IN  BUSY    201 201 204 600 -
        A 201 hangup     OUT BUSY    201 201 -   600 -
    """,
    # 202 was gone, busy, before 203 answered: not CANCEL.
    "groups/ring_group_one_busy_one_answers": """
        A 201 dial-out   OUT CALLING 201 201 -   600 -
        A 202 dial-in    IN  CALLING 201 201 202 600 -
        A 203 dial-in    IN  CALLING 201 201 203 600 49301234503
        A 204 dial-in    IN  CALLING 201 201 204 600 -
        A 202 hangup     IN  BUSY    201 201 202 600 -
        A 204 hangup     IN  CANCEL  201 201 204 600 -
        A 203 answer-in  IN  ANSWER  201 201 203 600 49301234503
        A 201 answer-out OUT ANSWER  201 201 203 600 49301234503
        A 203 hangup     IN  ANSWER  201 201 203 600 49301234503
        A 201 hangup     OUT ANSWER  201 201 203 600 49301234503
    """,
    # The caller gets the first that applies of BUSY, NOANSWER, CONGESTION, CHANUNAVAIL.
    "groups/ring_group_each_fails_differently": """
        A 201 dial-out   OUT CALLING    201 201 -   600 -
        A 202 dial-in    IN  CALLING    201 201 202 600 -
        A 203 dial-in    IN  CALLING    201 201 203 600 49301234503
        A 204 dial-in    IN  CALLING    201 201 204 600 -
        A 204 hangup     IN  CONGESTION 201 201 204 600 -
        A 202 hangup     IN  BUSY       201 201 202 600 -
        A 203 hangup     IN  NOANSWER   201 201 203 600 49301234503
        A 201 hangup     OUT BUSY       201 201 -   600 -
    """,
    # 208 was never reached, and has received nothing (rule 3).
    "groups/ring_group_one_unregistered": """
        A 201 dial-out   OUT CALLING 201 201 -   601 -
        A 202 dial-in    IN  CALLING 201 201 202 601 -
        A 202 answer-in  IN  ANSWER  201 201 202 601 -
        A 201 answer-out OUT ANSWER  201 201 202 601 -
        A 201 hangup     OUT ANSWER  201 201 202 601 -
        A 202 hangup     IN  ANSWER  201 201 202 601 -
    """,
    # One extension was rung.
    "groups/ring_group_one_unregistered_one_busy": """
        A 201 dial-out   OUT CALLING 201 201 -   601 -
        A 202 dial-in    IN  CALLING 201 201 202 601 -
        A 202 hangup     IN  BUSY    201 201 202 601 -
        A 201 hangup     OUT BUSY    201 201 202 601 -
    """,
    # Two phones, one extension, one participation: the phone that stops ringing is no Hangup (rule 5).
    "groups/two_phones_one_answers": """
        A 201 dial-out   OUT CALLING 201 201 205 205 -
        A 205 dial-in    IN  CALLING 201 201 205 205 -
        A 205 answer-in  IN  ANSWER  201 201 205 205 -
        A 201 answer-out OUT ANSWER  201 201 205 205 -
        A 201 hangup     OUT ANSWER  201 201 205 205 -
        A 205 hangup     IN  ANSWER  201 201 205 205 -
    """,
    # One extension was rung, with two phones: it is the called one.
    "groups/two_phones_nobody": """
        A 201 dial-out   OUT CALLING  201 201 205 205 -
        A 205 dial-in    IN  CALLING  201 201 205 205 -
        A 205 hangup     IN  NOANSWER 201 201 205 205 -
        A 201 hangup     OUT NOANSWER 201 201 205 205 -
    """,
    "groups/two_phones_one_busy": """
        A 201 dial-out   OUT CALLING 201 201 205 205 -
        A 205 dial-in    IN  CALLING 201 201 205 205 -
        A 205 answer-in  IN  ANSWER  201 201 205 205 -
        A 201 answer-out OUT ANSWER  201 201 205 205 -
        A 205 hangup     IN  ANSWER  201 201 205 205 -
        A 201 hangup     OUT ANSWER  201 201 205 205 -
    """,
    "groups/two_phones_both_busy": """
        A 201 dial-out   OUT CALLING 201 201 205 205 -
        A 205 dial-in    IN  CALLING 201 201 205 205 -
        A 205 hangup     IN  BUSY    201 201 205 205 -
        A 201 hangup     OUT BUSY    201 201 205 205 -
    """,
    # 202 had stopped ringing before anybody answered: nobody answered it, rather than somebody else.
    "groups/hunt": """
        A 201 dial-out   OUT CALLING  201 201 -   610 -
        A 202 dial-in    IN  CALLING  201 201 202 610 -
        A 202 hangup     IN  NOANSWER 201 201 202 610 -
        A 203 dial-in    IN  CALLING  201 201 203 610 49301234503
        A 203 answer-in  IN  ANSWER   201 201 203 610 49301234503
        A 201 answer-out OUT ANSWER   201 201 203 610 49301234503
        A 201 hangup     OUT ANSWER   201 201 203 610 49301234503
        A 203 hangup     IN  ANSWER   201 201 203 610 49301234503
    """,
    # It hung up while a dial was open; two extensions were rung.
    "groups/hunt_cancelled": """
        A 201 dial-out   OUT CALLING  201 201 -   610 -
        A 202 dial-in    IN  CALLING  201 201 202 610 -
        A 202 hangup     IN  NOANSWER 201 201 202 610 -
        A 203 dial-in    IN  CALLING  201 201 203 610 49301234503
        A 203 hangup     IN  CANCEL   201 201 203 610 49301234503
        A 201 hangup     OUT CANCEL   201 201 -   610 -
    """,
}  # fmt: skip


Row: TypeAlias = dict[str, str]
Participation: TypeAlias = tuple[str, str, str]


def parse(story: str) -> list[Row]:
    """The rows of a story, each as its columns; ``name`` and ``api`` only where the row says something about them."""
    rows = []
    for told in filter(None, map(str.strip, story.splitlines())):
        line, named, name = told.partition(" name=")
        line, identified, api = line.partition(" api=")
        columns = line.split()
        if len(columns) != len(COLUMNS) or columns[2] not in TYPES:
            raise ValueError(f"not a row of a story: {told}")
        row = dict(zip(COLUMNS, map(_text, columns), strict=True))
        if identified:
            row["api"] = _text(api)
        if named:
            row["name"] = name
        rows.append(row)
    return rows


def _text(column: str) -> str:
    return "" if column == "-" else column


def mismatch(expected: Sequence[Row], actual: Sequence[Mapping[str, object]]) -> list[str]:
    """What is wrong with the call events told, in sentences; nothing when they are exactly the ones expected.

    Each participation (extension, call, flow) must have its events in their order, with every column; there must be
    no other event; and each letter stands for one CallID.

    Args:
        expected: The rows of a story, from ``parse``.
        actual: JSON objects as ``amibridge replay`` prints them, in the order told.
    """
    letters = list(dict.fromkeys(row["call"] for row in expected))
    ids = list(dict.fromkeys(str(event["call_id"]) for event in actual))
    wrong = [] if len(expected) == len(actual) else [f"{len(actual)} events were told, not {len(expected)}"]
    if len(letters) != len(ids):
        wrong.append(f"{len(ids)} call ids were told, not {len(letters)}: {', '.join(ids)}")
    called = dict(zip(ids, letters, strict=False))

    wanted: dict[Participation, list[Row]] = defaultdict(list)
    for row in expected:
        wanted[row["extension"], row["call"], row["flow"]].append(row)
    told: dict[Participation, list[Mapping[str, object]]] = defaultdict(list)
    for event in actual:
        letter = called.get(str(event["call_id"]), str(event["call_id"]))
        told[str(event["extension"]), letter, str(event["flow"])].append(event)

    for key in dict.fromkeys([*wanted, *told]):
        wrong += _participation(" ".join(key), wanted[key], told[key])
    return wrong + _forms(actual)


def _participation(key: str, wanted: Sequence[Row], told: Sequence[Mapping[str, object]]) -> list[str]:
    said, meant = ([str(event["event"]) for event in told], [row["event"] for row in wanted])
    if said != meant:
        return [f"{key}: told {' '.join(said) or 'nothing'}, not {' '.join(meant) or 'nothing'}"]
    return [
        f"{key} {row['event']}: {column} is {event[JSON_KEYS[column]]!r}, not {row[column]!r}"
        for row, event in zip(wanted, told, strict=True)
        for column in JSON_KEYS
        if column in row and event[JSON_KEYS[column]] != row[column]
    ]


def _forms(actual: Sequence[Mapping[str, object]]) -> list[str]:
    """What must hold for each event, whatever the story."""
    odd = [event for event in actual if event["type"] != TYPES.get(str(event["event"]))]
    wrong = [f"type {event['type']} is not {event['event']}" for event in odd]
    wrong += [f"{event['event']} of {event['extension']} is marked recovered" for event in actual if event["recovered"]]
    ids = [str(event["event_id"]) for event in actual]
    return wrong + [f"event id {name} was told more than once" for name in dict.fromkeys(ids) if ids.count(name) > 1]
