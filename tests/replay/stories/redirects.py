"""AMI Redirect: whoever is redirected is the caller of what follows, with the number that they were sent to."""

STORIES = {
    "one_side": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        A 203 dial-in    IN  CALLING 201 201 203 203 49301234503
        A 203 answer-in  IN  ANSWER  201 201 203 203 49301234503
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        A 203 hangup     IN  ANSWER  201 201 203 203 49301234503
    """,
    "called_side": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        A 203 dial-in    IN  CALLING 202 202 203 203 49301234503
        A 203 answer-in  IN  ANSWER  202 202 203 203 49301234503
        A 203 hangup     IN  ANSWER  202 202 203 203 49301234503
        A 202 hangup     IN  ANSWER  201 201 202 202 -
    """,
    "both_sides": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 203 dial-in    IN  CALLING 201 201 203 203 49301234503
        A 203 answer-in  IN  ANSWER  201 201 203 203 49301234503
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        A 203 hangup     IN  ANSWER  201 201 203 203 49301234503
        A 202 hangup     IN  ANSWER  201 201 202 202 -
    """,
    "both_into_conference": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
    """,
    # The first phone's call was taken away from it: CANCEL. To the caller only the second one counts.
    "while_ringing": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 hangup     IN  CANCEL  201 201 202 202 -
        A 203 dial-in    IN  CALLING 201 201 203 203 49301234503
        A 203 answer-in  IN  ANSWER  201 201 203 203 49301234503
        A 201 answer-out OUT ANSWER  201 201 203 202 49301234503
        A 203 hangup     IN  ANSWER  201 201 203 203 49301234503
        A 201 hangup     OUT ANSWER  201 201 203 202 49301234503
    """,
}
