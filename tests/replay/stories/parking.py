"""Parking (rule 11): a blind transfer; who fetches the parked party places a call of their own."""

STORIES = {
    "retrieved": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        B 203 dial-out   OUT CALLING 203 203 -   701 -
        B 203 answer-out OUT ANSWER  203 203 201 701 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        B 203 hangup     OUT ANSWER  203 203 201 701 -
    """,
    "retrieved_by_parker": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        B 202 dial-out   OUT CALLING 202 202 -   701 -
        B 202 answer-out OUT ANSWER  202 202 201 701 -
        B 202 hangup     OUT ANSWER  202 202 201 701 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
    """,
    "given_up": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
    """,
    # Rung by the parking place's own dial; the number is the one that 201 was transferred to.
    "timed_out": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 700 -
        A 202 answer-in  IN  ANSWER  201 201 202 700 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 700 -
    """,
    "timed_out_not_answered": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 700 -
        A 202 hangup     IN  BUSY    201 201 202 700 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
    """,
    "of_outside_caller": """
        A 202 dial-in    IN  CALLING 493055512345 - 202 49301234567 49301234567
        A 202 answer-in  IN  ANSWER  493055512345 - 202 49301234567 49301234567
        A 202 hangup     IN  ANSWER  493055512345 - 202 49301234567 49301234567
        B 203 dial-out   OUT CALLING 203 203 - 701 -
        B 203 answer-out OUT ANSWER  203 203 - 701 -
        B 203 hangup     OUT ANSWER  203 203 - 701 -
    """,
    # An application tells 203 that nobody is there.
    "nothing_parked": """
        A 203 dial-out   OUT CALLING 203 203 - 701 -
        A 203 hangup     OUT ANSWER  203 203 - 701 -
    """,
    "called_party": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        B 203 dial-out   OUT CALLING 203 203 -   701 -
        B 203 answer-out OUT ANSWER  203 203 202 701 -
        B 203 hangup     OUT ANSWER  203 203 202 701 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
    """,
}
