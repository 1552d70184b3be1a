"""Attended transfers (rule 7): the question is a call of its own, unless the PBX asks for the transferer (*2)."""

STORIES = {
    "by_called": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        B 202 dial-out   OUT CALLING 202 202 203 203 49301234503
        B 203 dial-in    IN  CALLING 202 202 203 203 49301234503
        B 203 answer-in  IN  ANSWER  202 202 203 203 49301234503
        B 202 answer-out OUT ANSWER  202 202 203 203 49301234503
        B 202 hangup     OUT ANSWER  202 202 203 203 49301234503
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        B 203 hangup     IN  ANSWER  202 202 203 203 49301234503
        A 201 hangup     OUT ANSWER  201 201 202 202 -
    """,
    "by_caller": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        B 201 dial-out   OUT CALLING 201 201 203 203 49301234503
        B 203 dial-in    IN  CALLING 201 201 203 203 49301234503
        B 203 answer-in  IN  ANSWER  201 201 203 203 49301234503
        B 201 answer-out OUT ANSWER  201 201 203 203 49301234503
        B 201 hangup     OUT ANSWER  201 201 203 203 49301234503
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        B 203 hangup     IN  ANSWER  201 201 203 203 49301234503
        A 202 hangup     IN  ANSWER  201 201 202 202 -
    """,
    "of_outside_caller": """
        A 202 dial-in    IN  CALLING 493055512345 - 202 49301234567 49301234567
        A 202 answer-in  IN  ANSWER  493055512345 - 202 49301234567 49301234567
        B 202 dial-out   OUT CALLING 202 202 203 203 49301234503
        B 203 dial-in    IN  CALLING 202 202 203 203 49301234503
        B 203 answer-in  IN  ANSWER  202 202 203 203 49301234503
        B 202 answer-out OUT ANSWER  202 202 203 203 49301234503
        A 202 hangup     IN  ANSWER  493055512345 - 202 49301234567 49301234567
        B 202 hangup     OUT ANSWER  202 202 203 203 49301234503
        B 203 hangup     IN  ANSWER  202 202 203 203 49301234503
    """,
    "to_outside": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        B 202 dial-out   OUT CALLING 202 202 - 03055512345 -
        B 202 answer-out OUT ANSWER  202 202 - 03055512345 -
        B 202 hangup     OUT ANSWER  202 202 - 03055512345 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
    """,
    # 202 leaves the question unanswered: CANCEL, and no Answer-Out; 203 answers when it is connected to 201.
    "semi_by_called": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        B 202 dial-out   OUT CALLING 202 202 203 203 49301234503
        B 203 dial-in    IN  CALLING 202 202 203 203 49301234503
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        B 202 hangup     OUT CANCEL  202 202 203 203 49301234503
        B 203 answer-in  IN  ANSWER  202 202 203 203 49301234503
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        B 203 hangup     IN  ANSWER  202 202 203 203 49301234503
    """,
    "semi_not_answered": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        B 202 dial-out   OUT CALLING 202 202 203 203 49301234503
        B 203 dial-in    IN  CALLING 202 202 203 203 49301234503
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        B 202 hangup     OUT CANCEL  202 202 203 203 49301234503
        B 203 hangup     IN  BUSY    202 202 203 203 49301234503
        A 201 hangup     OUT ANSWER  201 201 202 202 -
    """,
    "semi_by_caller": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        B 201 dial-out   OUT CALLING 201 201 203 203 49301234503
        B 203 dial-in    IN  CALLING 201 201 203 203 49301234503
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        B 201 hangup     OUT CANCEL  201 201 203 203 49301234503
        B 203 answer-in  IN  ANSWER  201 201 203 203 49301234503
        B 203 hangup     IN  ANSWER  201 201 203 203 49301234503
        A 202 hangup     IN  ANSWER  201 201 202 202 -
    """,
    # The queue's caller changes on the way: 204 made the call, 201 is answered. To the queue it is one.
    "semi_to_queue": """
        A 201 dial-out   OUT CALLING 201 201 204 204 -
        A 204 dial-in    IN  CALLING 201 201 204 204 -
        A 204 answer-in  IN  ANSWER  201 201 204 204 -
        A 201 answer-out OUT ANSWER  201 201 204 204 -
        B 204 dial-out   OUT CALLING 204 204 -   655 -
        B 650 dial-in    IN  CALLING 204 204 650 655 -
        B 202 dial-in    IN  CALLING 204 204 202 655 -
        B 203 dial-in    IN  CALLING 204 204 203 655 49301234503
        A 204 hangup     IN  ANSWER  201 201 204 204 -
        B 204 hangup     OUT CANCEL  204 204 -   655 -
        B 202 hangup     IN  CANCEL  204 204 202 655 -
        B 203 answer-in  IN  ANSWER  204 204 203 655 49301234503
        B 650 answer-in  IN  ANSWER  204 204 650 655 -
        B 650 hangup     IN  ANSWER  204 204 650 655 -
        B 203 hangup     IN  ANSWER  204 204 203 655 49301234503
        A 201 hangup     OUT ANSWER  201 201 204 204 -
    """,
    # The PBX itself calls 203 for 202, who has no second channel: 203 is called in the first call, by 202.
    "with_feature_code": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 203 dial-in    IN  CALLING 202 202 203 203 49301234503
        A 203 answer-in  IN  ANSWER  202 202 203 203 49301234503
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        A 203 hangup     IN  ANSWER  202 202 203 203 49301234503
    """,
    "with_feature_code_by_caller": """
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
    "with_feature_code_semi": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 203 dial-in    IN  CALLING 202 202 203 203 49301234503
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        A 203 answer-in  IN  ANSWER  202 202 203 203 49301234503
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        A 203 hangup     IN  ANSWER  202 202 203 203 49301234503
    """,
    "with_feature_code_refused": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 203 dial-in    IN  CALLING 202 202 203 203 49301234503
        A 203 hangup     IN  BUSY    202 202 203 203 49301234503
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
    """,
    # Three who talk to each other are no event of its own.
    "with_feature_code_threeway": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 203 dial-in    IN  CALLING 202 202 203 203 49301234503
        A 203 answer-in  IN  ANSWER  202 202 203 203 49301234503
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        A 203 hangup     IN  ANSWER  202 202 203 203 49301234503
    """,
    "joined_by_bridge": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        B 203 dial-out   OUT CALLING 203 203 204 204 -
        B 204 dial-in    IN  CALLING 203 203 204 204 -
        B 204 answer-in  IN  ANSWER  203 203 204 204 -
        B 203 answer-out OUT ANSWER  203 203 204 204 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        B 203 hangup     OUT ANSWER  203 203 204 204 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        B 204 hangup     IN  ANSWER  203 203 204 204 -
    """,
    "abandoned_question": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        B 202 dial-out   OUT CALLING 202 202 203 203 49301234503
        B 203 dial-in    IN  CALLING 202 202 203 203 49301234503
        B 203 hangup     IN  BUSY    202 202 203 203 49301234503
        B 202 hangup     OUT BUSY    202 202 203 203 49301234503
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
    """,
}
