"""Calls that nobody answers."""

STORIES = {
    "no_answer": """
        A 201 dial-out   OUT CALLING  201 201 207 207 -
        A 207 dial-in    IN  CALLING  201 201 207 207 -
        A 207 hangup     IN  NOANSWER 201 201 207 207 -
        A 201 hangup     OUT NOANSWER 201 201 207 207 -
    """,
    "busy": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 hangup     IN  BUSY    201 201 202 202 -
        A 201 hangup     OUT BUSY    201 201 202 202 -
    """,
    "busy_at_once": """
        A 201 dial-out   OUT CALLING 201 201 203 203 49301234503
        A 203 dial-in    IN  CALLING 201 201 203 203 49301234503
        A 203 hangup     IN  BUSY    201 201 203 203 49301234503
        A 201 hangup     OUT BUSY    201 201 203 203 49301234503
    """,
    # DialEnd says NOANSWER for a 603; the cause (21, after ringing) tells.
    "refused": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 hangup     IN  BUSY    201 201 202 202 -
        A 201 hangup     OUT BUSY    201 201 202 202 -
    """,
    # Cause 21 without ringing.
    "refused_at_once": """
        A 201 dial-out   OUT CALLING    201 201 202 202 -
        A 202 dial-in    IN  CALLING    201 201 202 202 -
        A 202 hangup     IN  CONGESTION 201 201 202 202 -
        A 201 hangup     OUT CONGESTION 201 201 202 202 -
    """,
    # Cause 1.
    "not_found_by_phone": """
        A 201 dial-out   OUT CALLING    201 201 202 202 -
        A 202 dial-in    IN  CALLING    201 201 202 202 -
        A 202 hangup     IN  CONGESTION 201 201 202 202 -
        A 201 hangup     OUT CONGESTION 201 201 202 202 -
    """,
    # Cause 19.
    "unavailable_by_phone": """
        A 201 dial-out   OUT CALLING  201 201 202 202 -
        A 202 dial-in    IN  CALLING  201 201 202 202 -
        A 202 hangup     IN  NOANSWER 201 201 202 202 -
        A 201 hangup     OUT NOANSWER 201 201 202 202 -
    """,
    "congestion": """
        A 201 dial-out   OUT CALLING    201 201 202 202 -
        A 202 dial-in    IN  CALLING    201 201 202 202 -
        A 202 hangup     IN  CONGESTION 201 201 202 202 -
        A 201 hangup     OUT CONGESTION 201 201 202 202 -
    """,
    "cancelled": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 hangup     IN  CANCEL  201 201 202 202 -
        A 201 hangup     OUT CANCEL  201 201 202 202 -
    """,
    # Dial-In comes with DialBegin, not with the ringing.
    "cancelled_before_ringing": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 hangup     IN  CANCEL  201 201 202 202 -
        A 201 hangup     OUT CANCEL  201 201 202 202 -
    """,
    # A phone that is not there has received nothing. The caller made no leg, and its own cause is 3; nobody was
    # rung, so that the called extension is still that of Dial-Out.
    "unregistered": """
        A 201 dial-out   OUT CALLING     201 201 208 208 -
        A 201 hangup     OUT CHANUNAVAIL 201 201 208 208 -
    """,
    # Never ringing, DialEnd NOANSWER, cause 0.
    "dead_contact": """
        A 201 dial-out   OUT CALLING  201 201 209 209 -
        A 209 dial-in    IN  CALLING  201 201 209 209 -
        A 209 hangup     IN  NOANSWER 201 201 209 209 -
        A 201 hangup     OUT NOANSWER 201 201 209 209 -
    """,
    # Refused without a channel: invisible on AMI (rule 2).
    "unknown_number": "",
    # Never dialled anybody: its own cause, which is 34.
    "refused_by_dialplan": """
        A 201 dial-out   OUT CALLING    201 201 - 633 -
        A 201 hangup     OUT CONGESTION 201 201 - 633 -
    """,
}
