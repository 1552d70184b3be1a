"""What a dialplan does around Dial: each attempt is a call of its own to the phone, and one call to the caller."""

STORIES = {
    "phone_and_mobile_phone_answers": """
        A 201 dial-out   OUT CALLING 201 201 -   606 -
        A 202 dial-in    IN  CALLING 201 201 202 606 -
        A 202 answer-in  IN  ANSWER  201 201 202 606 -
        A 201 answer-out OUT ANSWER  201 201 202 606 -
        A 201 hangup     OUT ANSWER  201 201 202 606 -
        A 202 hangup     IN  ANSWER  201 201 202 606 -
    """,
    # Whoever is outside is no extension: CalledExtension is empty.
    "phone_and_mobile_mobile_answers": """
        A 201 dial-out   OUT CALLING 201 201 -   606 -
        A 202 dial-in    IN  CALLING 201 201 202 606 -
        A 202 hangup     IN  CANCEL  201 201 202 606 -
        A 201 answer-out OUT ANSWER  201 201 -   606 -
        A 201 hangup     OUT ANSWER  201 201 -   606 -
    """,
    "phone_then_mobile": """
        A 201 dial-out   OUT CALLING  201 201 -   627 -
        A 202 dial-in    IN  CALLING  201 201 202 627 -
        A 202 hangup     IN  NOANSWER 201 201 202 627 -
        A 201 answer-out OUT ANSWER   201 201 -   627 -
        A 201 hangup     OUT ANSWER   201 201 -   627 -
    """,
    "early_media_then_busy": """
        A 201 dial-out OUT CALLING 201 201 - 03055512345 -
        A 201 hangup   OUT BUSY    201 201 - 03055512345 -
    """,
    # 201 was answered by 202 already: no second answer.
    "caller_goes_on": """
        A 201 dial-out   OUT CALLING 201 201 -   619 -
        A 202 dial-in    IN  CALLING 201 201 202 619 -
        A 202 answer-in  IN  ANSWER  201 201 202 619 -
        A 201 answer-out OUT ANSWER  201 201 202 619 -
        A 202 hangup     IN  ANSWER  201 201 202 619 -
        A 203 dial-in    IN  CALLING 201 201 203 619 49301234503
        A 203 answer-in  IN  ANSWER  201 201 203 619 49301234503
        A 201 hangup     OUT ANSWER  201 201 202 619 -
        A 203 hangup     IN  ANSWER  201 201 203 619 49301234503
    """,
    # 202, who had been called, is the caller of what it goes on to; the number is the one that is dialled for it.
    "called_goes_on": """
        A 201 dial-out   OUT CALLING 201 201 -   622 -
        A 202 dial-in    IN  CALLING 201 201 202 622 -
        A 202 answer-in  IN  ANSWER  201 201 202 622 -
        A 201 answer-out OUT ANSWER  201 201 202 622 -
        A 201 hangup     OUT ANSWER  201 201 202 622 -
        A 204 dial-in    IN  CALLING 202 202 204 204 -
        A 204 answer-in  IN  ANSWER  202 202 204 204 -
        A 202 hangup     IN  ANSWER  201 201 202 622 -
        A 204 hangup     IN  ANSWER  202 202 204 204 -
    """,
    "tried_again": """
        A 201 dial-out   OUT CALLING 201 201 -   623 -
        A 202 dial-in    IN  CALLING 201 201 202 623 -
        A 202 hangup     IN  BUSY    201 201 202 623 -
        A 202 dial-in    IN  CALLING 201 201 202 623 -
        A 202 answer-in  IN  ANSWER  201 201 202 623 -
        A 201 answer-out OUT ANSWER  201 201 202 623 -
        A 202 hangup     IN  ANSWER  201 201 202 623 -
        A 201 hangup     OUT ANSWER  201 201 202 623 -
    """,
    "time_limit": """
        A 201 dial-out   OUT CALLING 201 201 -   624 -
        A 202 dial-in    IN  CALLING 201 201 202 624 -
        A 202 answer-in  IN  ANSWER  201 201 202 624 -
        A 201 answer-out OUT ANSWER  201 201 202 624 -
        A 201 hangup     OUT ANSWER  201 201 202 624 -
        A 202 hangup     IN  ANSWER  201 201 202 624 -
    """,
    "subroutine": """
        A 201 dial-out   OUT CALLING 201 201 -   626 -
        A 202 dial-in    IN  CALLING 201 201 202 626 -
        A 202 answer-in  IN  ANSWER  201 201 202 626 -
        A 201 answer-out OUT ANSWER  201 201 202 626 -
        A 202 hangup     IN  ANSWER  201 201 202 626 -
        A 203 dial-in    IN  CALLING 201 201 203 203 49301234503
        A 203 answer-in  IN  ANSWER  201 201 203 203 49301234503
        A 203 hangup     IN  ANSWER  201 201 203 203 49301234503
        A 201 hangup     OUT ANSWER  201 201 202 626 -
    """,
    "subroutine_caller_sends_on": """
        A 201 dial-out   OUT CALLING 201 201 -   626 -
        A 202 dial-in    IN  CALLING 201 201 202 626 -
        A 202 answer-in  IN  ANSWER  201 201 202 626 -
        A 201 answer-out OUT ANSWER  201 201 202 626 -
        A 201 hangup     OUT ANSWER  201 201 202 626 -
        A 203 dial-in    IN  CALLING 202 202 203 203 49301234503
        A 203 answer-in  IN  ANSWER  202 202 203 203 49301234503
        A 202 hangup     IN  ANSWER  201 201 202 626 -
        A 203 hangup     IN  ANSWER  202 202 203 203 49301234503
    """,
}
