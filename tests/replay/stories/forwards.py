"""Calls that are sent elsewhere before anybody answers, and calls that must be accepted by a key."""

STORIES = {
    # The forwarding phone gets CANCEL, the target the original caller and number (rule 8).
    "by_phone": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 hangup     IN  CANCEL  201 201 202 202 -
        A 203 dial-in    IN  CALLING 201 201 203 202 49301234503
        A 203 answer-in  IN  ANSWER  201 201 203 202 49301234503
        A 201 answer-out OUT ANSWER  201 201 203 202 49301234503
        A 201 hangup     OUT ANSWER  201 201 203 202 49301234503
        A 203 hangup     IN  ANSWER  201 201 203 202 49301234503
    """,
    # Two extensions were rung, so that the caller's Hangup names neither.
    "by_phone_to_busy": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 hangup     IN  CANCEL  201 201 202 202 -
        A 203 dial-in    IN  CALLING 201 201 203 202 49301234503
        A 203 hangup     IN  BUSY    201 201 203 202 49301234503
        A 201 hangup     OUT BUSY    201 201 -   202 -
    """,
    "by_phone_to_outside": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 hangup     IN  CANCEL  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 -   202 -
        A 201 hangup     OUT ANSWER  201 201 -   202 -
    """,
    "of_outside_caller": """
        A 202 dial-in    IN  CALLING 493055512345 - 202 49301234567 49301234567
        A 202 hangup     IN  CANCEL  493055512345 - 202 49301234567 49301234567
        A 203 dial-in    IN  CALLING 493055512345 - 203 49301234567 49301234567
        A 203 answer-in  IN  ANSWER  493055512345 - 203 49301234567 49301234567
        A 203 hangup     IN  ANSWER  493055512345 - 203 49301234567 49301234567
    """,
    "in_ring_group": """
        A 201 dial-out   OUT CALLING 201 201 -   600 -
        A 202 dial-in    IN  CALLING 201 201 202 600 -
        A 203 dial-in    IN  CALLING 201 201 203 600 49301234503
        A 204 dial-in    IN  CALLING 201 201 204 600 -
        A 202 hangup     IN  CANCEL  201 201 202 600 -
        A 207 dial-in    IN  CALLING 201 201 207 600 -
        A 204 hangup     IN  CANCEL  201 201 204 600 -
        A 207 hangup     IN  CANCEL  201 201 207 600 -
        A 203 answer-in  IN  ANSWER  201 201 203 600 49301234503
        A 201 answer-out OUT ANSWER  201 201 203 600 49301234503
        A 201 hangup     OUT ANSWER  201 201 203 600 49301234503
        A 203 hangup     IN  ANSWER  201 201 203 600 49301234503
    """,
    # 611 is never rung: the dialplan sends the call to 203.
    "by_dialplan": """
        A 201 dial-out   OUT CALLING 201 201 -   611 -
        A 203 dial-in    IN  CALLING 201 201 203 611 49301234503
        A 203 answer-in  IN  ANSWER  201 201 203 611 49301234503
        A 201 answer-out OUT ANSWER  201 201 203 611 49301234503
        A 201 hangup     OUT ANSWER  201 201 203 611 49301234503
        A 203 hangup     IN  ANSWER  201 201 203 611 49301234503
    """,
    # Who picked up and hears "press 1 to accept" has not answered yet (rule 4).
    "confirmed": """
        A 201 dial-out   OUT CALLING 201 201 -   613 -
        A 203 dial-in    IN  CALLING 201 201 203 613 49301234503
        A 203 answer-in  IN  ANSWER  201 201 203 613 49301234503
        A 201 answer-out OUT ANSWER  201 201 203 613 49301234503
        A 201 hangup     OUT ANSWER  201 201 203 613 49301234503
        A 203 hangup     IN  ANSWER  201 201 203 613 49301234503
    """,
    "not_confirmed": """
        A 201 dial-out   OUT CALLING  201 201 -   613 -
        A 203 dial-in    IN  CALLING  201 201 203 613 49301234503
        A 203 hangup     IN  NOANSWER 201 201 203 613 49301234503
        A 201 hangup     OUT NOANSWER 201 201 203 613 49301234503
    """,
    "confirmation_hung_up": """
        A 201 dial-out   OUT CALLING  201 201 -   613 -
        A 203 dial-in    IN  CALLING  201 201 203 613 49301234503
        A 203 hangup     IN  NOANSWER 201 201 203 613 49301234503
        A 201 hangup     OUT NOANSWER 201 201 203 613 49301234503
    """,
    "follow_me_confirmed": """
        A 201 dial-out   OUT CALLING 201 201 -   612 -
        A 203 dial-in    IN  CALLING 201 201 203 612 49301234503
        A 204 dial-in    IN  CALLING 201 201 204 612 -
        A 204 hangup     IN  CANCEL  201 201 204 612 -
        A 203 answer-in  IN  ANSWER  201 201 203 612 49301234503
        A 201 answer-out OUT ANSWER  201 201 203 612 49301234503
        A 203 hangup     IN  ANSWER  201 201 203 612 49301234503
        A 201 hangup     OUT ANSWER  201 201 203 612 49301234503
    """,
    "follow_me_not_confirmed": """
        A 201 dial-out   OUT CALLING  201 201 -   612 -
        A 203 dial-in    IN  CALLING  201 201 203 612 49301234503
        A 204 dial-in    IN  CALLING  201 201 204 612 -
        A 203 hangup     IN  NOANSWER 201 201 203 612 49301234503
        A 204 answer-in  IN  ANSWER   201 201 204 612 -
        A 201 answer-out OUT ANSWER   201 201 204 612 -
        A 201 hangup     OUT ANSWER   201 201 204 612 -
        A 204 hangup     IN  ANSWER   201 201 204 612 -
    """,
    # 202 is rung twice: two participations. The caller had two extensions rung: none is named.
    "in_a_circle": """
        A 201 dial-out OUT CALLING 201 201 202 202 -
        A 202 dial-in  IN  CALLING 201 201 202 202 -
        A 202 hangup   IN  CANCEL  201 201 202 202 -
        A 203 dial-in  IN  CALLING 201 201 203 202 49301234503
        A 203 hangup   IN  CANCEL  201 201 203 202 49301234503
        A 202 dial-in  IN  CALLING 201 201 202 202 -
        A 202 hangup   IN  BUSY    201 201 202 202 -
        A 201 hangup   OUT BUSY    201 201 -   202 -
    """,
    "follow_me_nested": """
        A 201 dial-out   OUT CALLING 201 201 -   608 -
        A 203 dial-in    IN  CALLING 201 201 203 608 49301234503
        A 203 answer-in  IN  ANSWER  201 201 203 608 49301234503
        A 201 answer-out OUT ANSWER  201 201 203 608 49301234503
        A 201 hangup     OUT ANSWER  201 201 203 608 49301234503
        A 203 hangup     IN  ANSWER  201 201 203 608 49301234503
    """,
    "follow_me_nested_not_confirmed": """
        A 201 dial-out OUT CALLING  201 201 -   608 -
        A 203 dial-in  IN  CALLING  201 201 203 608 49301234503
        A 203 hangup   IN  NOANSWER 201 201 203 608 49301234503
        A 201 hangup   OUT NOANSWER 201 201 203 608 49301234503
    """,
    # 203 was picked up, but not connected, when another phone answered.
    "follow_me_while_another_answers": """
        A 201 dial-out   OUT CALLING 201 201 -   607 -
        A 202 dial-in    IN  CALLING 201 201 202 607 -
        A 203 dial-in    IN  CALLING 201 201 203 607 49301234503
        A 202 answer-in  IN  ANSWER  201 201 202 607 -
        A 201 answer-out OUT ANSWER  201 201 202 607 -
        A 203 hangup     IN  CANCEL  201 201 203 607 49301234503
        A 202 hangup     IN  ANSWER  201 201 202 607 -
        A 201 hangup     OUT ANSWER  201 201 202 607 -
    """,
    # Picked up, and not accepted (ANSWER on a leg that was never connected): NOANSWER.
    "follow_me_given_up": """
        A 201 dial-out OUT CALLING  201 201 -   607 -
        A 202 dial-in  IN  CALLING  201 201 202 607 -
        A 203 dial-in  IN  CALLING  201 201 203 607 49301234503
        A 202 hangup   IN  CANCEL   201 201 202 607 -
        A 203 hangup   IN  NOANSWER 201 201 203 607 49301234503
        A 201 hangup   OUT CANCEL   201 201 -   607 -
    """,
    "follow_me_mobile": """
        A 201 dial-out   OUT CALLING 201 201 -   609 -
        A 202 dial-in    IN  CALLING 201 201 202 609 -
        A 202 hangup     IN  CANCEL  201 201 202 609 -
        A 201 answer-out OUT ANSWER  201 201 -   609 -
        A 201 hangup     OUT ANSWER  201 201 -   609 -
    """,
    "follow_me_mobile_not_confirmed": """
        A 201 dial-out   OUT CALLING 201 201 -   609 -
        A 202 dial-in    IN  CALLING 201 201 202 609 -
        A 202 answer-in  IN  ANSWER  201 201 202 609 -
        A 201 answer-out OUT ANSWER  201 201 202 609 -
        A 202 hangup     IN  ANSWER  201 201 202 609 -
        A 201 hangup     OUT ANSWER  201 201 202 609 -
    """,
}
