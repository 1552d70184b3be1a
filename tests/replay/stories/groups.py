"""Calls that ring more than one phone."""

STORIES = {
    # 600 is no extension; once connected, the called extension and its DID are those of 203.
    "ring_group_answered": """
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
    "ring_group_nobody": """
        A 201 dial-out   OUT CALLING  201 201 -   600 -
        A 202 dial-in    IN  CALLING  201 201 202 600 -
        A 203 dial-in    IN  CALLING  201 201 203 600 49301234503
        A 204 dial-in    IN  CALLING  201 201 204 600 -
        A 202 hangup     IN  NOANSWER 201 201 202 600 -
        A 203 hangup     IN  NOANSWER 201 201 203 600 49301234503
        A 204 hangup     IN  NOANSWER 201 201 204 600 -
        A 201 hangup     OUT NOANSWER 201 201 -   600 -
    """,
    "ring_group_cancelled": """
        A 201 dial-out   OUT CALLING 201 201 -   600 -
        A 202 dial-in    IN  CALLING 201 201 202 600 -
        A 203 dial-in    IN  CALLING 201 201 203 600 49301234503
        A 204 dial-in    IN  CALLING 201 201 204 600 -
        A 202 hangup     IN  CANCEL  201 201 202 600 -
        A 203 hangup     IN  CANCEL  201 201 203 600 49301234503
        A 204 hangup     IN  CANCEL  201 201 204 600 -
        A 201 hangup     OUT CANCEL  201 201 -   600 -
    """,
    "ring_group_all_busy": """
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
    "ring_group_one_busy_one_answers": """
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
    "ring_group_each_fails_differently": """
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
    "ring_group_one_unregistered": """
        A 201 dial-out   OUT CALLING 201 201 -   601 -
        A 202 dial-in    IN  CALLING 201 201 202 601 -
        A 202 answer-in  IN  ANSWER  201 201 202 601 -
        A 201 answer-out OUT ANSWER  201 201 202 601 -
        A 201 hangup     OUT ANSWER  201 201 202 601 -
        A 202 hangup     IN  ANSWER  201 201 202 601 -
    """,
    # One extension was rung.
    "ring_group_one_unregistered_one_busy": """
        A 201 dial-out   OUT CALLING 201 201 -   601 -
        A 202 dial-in    IN  CALLING 201 201 202 601 -
        A 202 hangup     IN  BUSY    201 201 202 601 -
        A 201 hangup     OUT BUSY    201 201 202 601 -
    """,
    # Two phones, one extension, one participation: the phone that stops ringing is no Hangup (rule 5).
    "two_phones_one_answers": """
        A 201 dial-out   OUT CALLING 201 201 205 205 -
        A 205 dial-in    IN  CALLING 201 201 205 205 -
        A 205 answer-in  IN  ANSWER  201 201 205 205 -
        A 201 answer-out OUT ANSWER  201 201 205 205 -
        A 201 hangup     OUT ANSWER  201 201 205 205 -
        A 205 hangup     IN  ANSWER  201 201 205 205 -
    """,
    # One extension was rung, with two phones: it is the called one.
    "two_phones_nobody": """
        A 201 dial-out   OUT CALLING  201 201 205 205 -
        A 205 dial-in    IN  CALLING  201 201 205 205 -
        A 205 hangup     IN  NOANSWER 201 201 205 205 -
        A 201 hangup     OUT NOANSWER 201 201 205 205 -
    """,
    "two_phones_one_busy": """
        A 201 dial-out   OUT CALLING 201 201 205 205 -
        A 205 dial-in    IN  CALLING 201 201 205 205 -
        A 205 answer-in  IN  ANSWER  201 201 205 205 -
        A 201 answer-out OUT ANSWER  201 201 205 205 -
        A 205 hangup     IN  ANSWER  201 201 205 205 -
        A 201 hangup     OUT ANSWER  201 201 205 205 -
    """,
    "two_phones_both_busy": """
        A 201 dial-out   OUT CALLING 201 201 205 205 -
        A 205 dial-in    IN  CALLING 201 201 205 205 -
        A 205 hangup     IN  BUSY    201 201 205 205 -
        A 201 hangup     OUT BUSY    201 201 205 205 -
    """,
    # 202 had stopped ringing before anybody answered: nobody answered it, rather than somebody else.
    "hunt": """
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
    "hunt_cancelled": """
        A 201 dial-out   OUT CALLING  201 201 -   610 -
        A 202 dial-in    IN  CALLING  201 201 202 610 -
        A 202 hangup     IN  NOANSWER 201 201 202 610 -
        A 203 dial-in    IN  CALLING  201 201 203 610 49301234503
        A 203 hangup     IN  CANCEL   201 201 203 610 49301234503
        A 201 hangup     OUT CANCEL   201 201 -   610 -
    """,
}
