"""Blind transfers (rule 7): who transfers has left; who is transferred is the caller of what follows."""

STORIES = {
    "by_called": """
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
    "by_caller": """
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
    "by_called_with_feature_code": """
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
    "by_caller_with_feature_code": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        A 203 dial-in    IN  CALLING 202 202 203 203 49301234503
        A 203 answer-in  IN  ANSWER  202 202 203 203 49301234503
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        A 203 hangup     IN  ANSWER  202 202 203 203 49301234503
    """,
    "to_busy": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        A 203 dial-in    IN  CALLING 201 201 203 203 49301234503
        A 203 hangup     IN  BUSY    201 201 203 203 49301234503
        A 201 hangup     OUT ANSWER  201 201 202 202 -
    """,
    "to_nobody_and_given_up": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        A 203 dial-in    IN  CALLING 201 201 203 203 49301234503
        A 203 hangup     IN  CANCEL  201 201 203 203 49301234503
        A 201 hangup     OUT ANSWER  201 201 202 202 -
    """,
    # The PBX refuses the transfer; the two go on talking.
    "to_unknown_number": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
    """,
    "to_outside": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
    """,
    # The public number belongs to 202, whom it was dialled for; 203 has its own.
    "of_outside_caller": """
        A 202 dial-in    IN  CALLING 493055512345 - 202 49301234567 49301234567
        A 202 answer-in  IN  ANSWER  493055512345 - 202 49301234567 49301234567
        A 202 hangup     IN  ANSWER  493055512345 - 202 49301234567 49301234567
        A 203 dial-in    IN  CALLING 493055512345 - 203 203 49301234503
        A 203 answer-in  IN  ANSWER  493055512345 - 203 203 49301234503
        A 203 hangup     IN  ANSWER  493055512345 - 203 203 49301234503
    """,
    "of_outside_called": """
        A 201 dial-out   OUT CALLING 201 201 - 03055512345 -
        A 201 answer-out OUT ANSWER  201 201 - 03055512345 -
        A 201 hangup     OUT ANSWER  201 201 - 03055512345 -
        A 203 dial-in    IN  CALLING 03055512345 - 203 203 49301234503
        A 203 answer-in  IN  ANSWER  03055512345 - 203 203 49301234503
        A 203 hangup     IN  ANSWER  03055512345 - 203 203 49301234503
    """,
    "twice": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        A 203 dial-in    IN  CALLING 201 201 203 203 49301234503
        A 203 answer-in  IN  ANSWER  201 201 203 203 49301234503
        A 203 hangup     IN  ANSWER  201 201 203 203 49301234503
        A 204 dial-in    IN  CALLING 201 201 204 204 -
        A 204 answer-in  IN  ANSWER  201 201 204 204 -
        A 204 hangup     IN  ANSWER  201 201 204 204 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
    """,
    # 202 is rung again in the same call: a new participation, since the first one has had its Hangup.
    "back_to_transferer": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        A 203 dial-in    IN  CALLING 201 201 203 203 49301234503
        A 203 answer-in  IN  ANSWER  201 201 203 203 49301234503
        A 203 hangup     IN  ANSWER  201 201 203 203 49301234503
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
    """,
    "to_ring_group": """
        A 201 dial-out   OUT CALLING 201 201 204 204 -
        A 204 dial-in    IN  CALLING 201 201 204 204 -
        A 204 answer-in  IN  ANSWER  201 201 204 204 -
        A 201 answer-out OUT ANSWER  201 201 204 204 -
        A 204 hangup     IN  ANSWER  201 201 204 204 -
        A 202 dial-in    IN  CALLING 201 201 202 602 -
        A 203 dial-in    IN  CALLING 201 201 203 602 49301234503
        A 202 hangup     IN  CANCEL  201 201 202 602 -
        A 203 answer-in  IN  ANSWER  201 201 203 602 49301234503
        A 203 hangup     IN  ANSWER  201 201 203 602 49301234503
        A 201 hangup     OUT ANSWER  201 201 204 204 -
    """,
    "to_voicemail": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
    """,
    "to_nobody": """
        A 201 dial-out   OUT CALLING  201 201 202 202 -
        A 202 dial-in    IN  CALLING  201 201 202 202 -
        A 202 answer-in  IN  ANSWER   201 201 202 202 -
        A 201 answer-out OUT ANSWER   201 201 202 202 -
        A 202 hangup     IN  ANSWER   201 201 202 202 -
        A 207 dial-in    IN  CALLING  201 201 207 207 -
        A 207 hangup     IN  NOANSWER 201 201 207 207 -
        A 201 hangup     OUT ANSWER   201 201 202 202 -
    """,
    "to_unregistered": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
    """,
    "to_unknown_number_with_feature_code": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
    """,
    "to_menu": """
        A 201 dial-out   OUT CALLING 201 201 204 204 -
        A 204 dial-in    IN  CALLING 201 201 204 204 -
        A 204 answer-in  IN  ANSWER  201 201 204 204 -
        A 201 answer-out OUT ANSWER  201 201 204 204 -
        A 204 hangup     IN  ANSWER  201 201 204 204 -
        A 670 dial-in    IN  CALLING 201 201 670 670 -
        A 670 answer-in  IN  ANSWER  201 201 670 670 -
        A 670 hangup     IN  ANSWER  201 201 670 670 -
        A 202 dial-in    IN  CALLING 201 201 202 670 -
        A 202 answer-in  IN  ANSWER  201 201 202 670 -
        A 202 hangup     IN  ANSWER  201 201 202 670 -
        A 201 hangup     OUT ANSWER  201 201 204 204 -
    """,
    # 203 has its answer when somebody comes; 201 has had one.
    "to_undeclared_conference": """
        A 203 dial-out   OUT CALLING 203 203 -   661 -
        B 201 dial-out   OUT CALLING 201 201 202 202 -
        B 202 dial-in    IN  CALLING 201 201 202 202 -
        B 202 answer-in  IN  ANSWER  201 201 202 202 -
        B 201 answer-out OUT ANSWER  201 201 202 202 -
        B 202 hangup     IN  ANSWER  201 201 202 202 -
        A 203 answer-out OUT ANSWER  203 203 201 661 -
        B 201 hangup     OUT ANSWER  201 201 202 202 -
        A 203 hangup     OUT ANSWER  203 203 201 661 -
    """,
    "after_forward": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 hangup     IN  CANCEL  201 201 202 202 -
        A 203 dial-in    IN  CALLING 201 201 203 202 49301234503
        A 203 answer-in  IN  ANSWER  201 201 203 202 49301234503
        A 201 answer-out OUT ANSWER  201 201 203 202 49301234503
        A 203 hangup     IN  ANSWER  201 201 203 202 49301234503
        A 204 dial-in    IN  CALLING 201 201 204 204 -
        A 204 answer-in  IN  ANSWER  201 201 204 204 -
        A 204 hangup     IN  ANSWER  201 201 204 204 -
        A 201 hangup     OUT ANSWER  201 201 203 202 49301234503
    """,
    # 202 has left, whether or not its phone has hung up when it is rung anew: two participations.
    "to_group_it_is_in": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 602 -
        A 203 dial-in    IN  CALLING 201 201 203 602 49301234503
        A 202 hangup     IN  CANCEL  201 201 202 602 -
        A 203 answer-in  IN  ANSWER  201 201 203 602 49301234503
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        A 203 hangup     IN  ANSWER  201 201 203 602 49301234503
    """,
    "to_itself": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
    """,
    # The transferee is a Local channel: 201 is behind it.
    "through_kept_local": """
        A 201 dial-out   OUT CALLING 201 201 -   602 -
        A 202 dial-in    IN  CALLING 201 201 202 602 -
        A 203 dial-in    IN  CALLING 201 201 203 602 49301234503
        A 202 hangup     IN  CANCEL  201 201 202 602 -
        A 203 answer-in  IN  ANSWER  201 201 203 602 49301234503
        A 201 answer-out OUT ANSWER  201 201 203 602 49301234503
        A 203 hangup     IN  ANSWER  201 201 203 602 49301234503
        A 204 dial-in    IN  CALLING 201 201 204 204 -
        A 204 answer-in  IN  ANSWER  201 201 204 204 -
        A 204 hangup     IN  ANSWER  201 201 204 204 -
        A 201 hangup     OUT ANSWER  201 201 203 602 49301234503
    """,
    "through_kept_local_by_caller": """
        A 201 dial-out   OUT CALLING 201 201 -   602 -
        A 202 dial-in    IN  CALLING 201 201 202 602 -
        A 203 dial-in    IN  CALLING 201 201 203 602 49301234503
        A 202 hangup     IN  CANCEL  201 201 202 602 -
        A 203 answer-in  IN  ANSWER  201 201 203 602 49301234503
        A 201 answer-out OUT ANSWER  201 201 203 602 49301234503
        A 201 hangup     OUT ANSWER  201 201 203 602 49301234503
        A 204 dial-in    IN  CALLING 203 203 204 204 -
        A 204 answer-in  IN  ANSWER  203 203 204 204 -
        A 203 hangup     IN  ANSWER  201 201 203 602 49301234503
        A 204 hangup     IN  ANSWER  203 203 204 204 -
    """,
    "through_kept_local_twice": """
        A 201 dial-out   OUT CALLING 201 201 -   602 -
        A 202 dial-in    IN  CALLING 201 201 202 602 -
        A 203 dial-in    IN  CALLING 201 201 203 602 49301234503
        A 202 hangup     IN  CANCEL  201 201 202 602 -
        A 203 answer-in  IN  ANSWER  201 201 203 602 49301234503
        A 201 answer-out OUT ANSWER  201 201 203 602 49301234503
        A 203 hangup     IN  ANSWER  201 201 203 602 49301234503
        A 204 dial-in    IN  CALLING 201 201 204 204 -
        A 204 answer-in  IN  ANSWER  201 201 204 204 -
        A 204 hangup     IN  ANSWER  201 201 204 204 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 hangup     OUT ANSWER  201 201 203 602 49301234503
        A 202 hangup     IN  ANSWER  201 201 202 202 -
    """,
}
