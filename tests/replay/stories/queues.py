"""Queues (rule 12): an extension of its own, whose members are phones like all others."""

STORIES = {
    "answered": """
        A 201 dial-out   OUT CALLING 201 201 650 650 -
        A 650 dial-in    IN  CALLING 201 201 650 650 -
        A 202 dial-in    IN  CALLING 201 201 202 650 -
        A 203 dial-in    IN  CALLING 201 201 203 650 49301234503
        A 202 hangup     IN  CANCEL  201 201 202 650 -
        A 203 answer-in  IN  ANSWER  201 201 203 650 49301234503
        A 650 answer-in  IN  ANSWER  201 201 650 650 -
        A 201 answer-out OUT ANSWER  201 201 203 650 49301234503
        A 650 hangup     IN  ANSWER  201 201 650 650 -
        A 201 hangup     OUT ANSWER  201 201 203 650 49301234503
        A 203 hangup     IN  ANSWER  201 201 203 650 49301234503
    """,
    "answered_agent_hangs_up": """
        A 650 dial-in    IN  CALLING 493055512345 - 650 49301234650 49301234650
        A 202 dial-in    IN  CALLING 493055512345 - 202 49301234650 49301234650
        A 203 dial-in    IN  CALLING 493055512345 - 203 49301234650 49301234650
        A 203 hangup     IN  CANCEL  493055512345 - 203 49301234650 49301234650
        A 202 answer-in  IN  ANSWER  493055512345 - 202 49301234650 49301234650
        A 650 answer-in  IN  ANSWER  493055512345 - 650 49301234650 49301234650
        A 650 hangup     IN  ANSWER  493055512345 - 650 49301234650 49301234650
        A 202 hangup     IN  ANSWER  493055512345 - 202 49301234650 49301234650
    """,
    "abandoned": """
        A 201 dial-out   OUT CALLING 201 201 650 650 -
        A 650 dial-in    IN  CALLING 201 201 650 650 -
        A 202 dial-in    IN  CALLING 201 201 202 650 -
        A 203 dial-in    IN  CALLING 201 201 203 650 49301234503
        A 202 hangup     IN  CANCEL  201 201 202 650 -
        A 203 hangup     IN  CANCEL  201 201 203 650 49301234503
        A 650 hangup     IN  CANCEL  201 201 650 650 -
        A 201 hangup     OUT CANCEL  201 201 -   650 -
    """,
    # 202 is rung twice in one call: two participations (the key is free again after the first Hangup).
    "timed_out": """
        A 201 dial-out   OUT CALLING  201 201 651 651 -
        A 651 dial-in    IN  CALLING  201 201 651 651 -
        A 202 dial-in    IN  CALLING  201 201 202 651 -
        A 202 hangup     IN  NOANSWER 201 201 202 651 -
        A 202 dial-in    IN  CALLING  201 201 202 651 -
        A 202 hangup     IN  NOANSWER 201 201 202 651 -
        A 651 hangup     IN  NOANSWER 201 201 651 651 -
        A 201 hangup     OUT NOANSWER 201 201 202 651 -
    """,
    "answered_at_second_ring": """
        A 201 dial-out   OUT CALLING  201 201 651 651 -
        A 651 dial-in    IN  CALLING  201 201 651 651 -
        A 202 dial-in    IN  CALLING  201 201 202 651 -
        A 202 hangup     IN  NOANSWER 201 201 202 651 -
        A 202 dial-in    IN  CALLING  201 201 202 651 -
        A 202 answer-in  IN  ANSWER   201 201 202 651 -
        A 651 answer-in  IN  ANSWER   201 201 651 651 -
        A 201 answer-out OUT ANSWER   201 201 202 651 -
        A 651 hangup     IN  ANSWER   201 201 651 651 -
        A 201 hangup     OUT ANSWER   201 201 202 651 -
        A 202 hangup     IN  ANSWER   201 201 202 651 -
    """,
    "refused_by_agent": """
        A 201 dial-out   OUT CALLING  201 201 651 651 -
        A 651 dial-in    IN  CALLING  201 201 651 651 -
        A 202 dial-in    IN  CALLING  201 201 202 651 -
        A 202 hangup     IN  BUSY     201 201 202 651 -
        A 202 dial-in    IN  CALLING  201 201 202 651 -
        A 202 answer-in  IN  ANSWER   201 201 202 651 -
        A 651 answer-in  IN  ANSWER   201 201 651 651 -
        A 201 answer-out OUT ANSWER   201 201 202 651 -
        A 651 hangup     IN  ANSWER   201 201 651 651 -
        A 202 hangup     IN  ANSWER   201 201 202 651 -
        A 201 hangup     OUT ANSWER   201 201 202 651 -
    """,
    # Nobody was rung; the caller's call ended in the queue, and has its status.
    "nobody_there": """
        A 201 dial-out   OUT CALLING  201 201 654 654 -
        A 654 dial-in    IN  CALLING  201 201 654 654 -
        A 654 hangup     IN  NOANSWER 201 201 654 654 -
        A 201 hangup     OUT NOANSWER 201 201 654 654 -
    """,
    "undeclared": """
        A 201 dial-out   OUT CALLING 201 201 -   652 -
        A 202 dial-in    IN  CALLING 201 201 202 652 -
        A 202 answer-in  IN  ANSWER  201 201 202 652 -
        A 201 answer-out OUT ANSWER  201 201 202 652 -
        A 201 hangup     OUT ANSWER  201 201 202 652 -
        A 202 hangup     IN  ANSWER  201 201 202 652 -
    """,
    "through_local": """
        A 201 dial-out   OUT CALLING 201 201 653 653 -
        A 653 dial-in    IN  CALLING 201 201 653 653 -
        A 203 dial-in    IN  CALLING 201 201 203 653 49301234503
        A 204 dial-in    IN  CALLING 201 201 204 653 -
        A 203 hangup     IN  CANCEL  201 201 203 653 49301234503
        A 204 answer-in  IN  ANSWER  201 201 204 653 -
        A 653 answer-in  IN  ANSWER  201 201 653 653 -
        A 201 answer-out OUT ANSWER  201 201 204 653 -
        A 653 hangup     IN  ANSWER  201 201 653 653 -
        A 201 hangup     OUT ANSWER  201 201 204 653 -
        A 204 hangup     IN  ANSWER  201 201 204 653 -
    """,
    "through_kept_local": """
        A 653 dial-in    IN  CALLING 493055512345 - 653 49301234653 49301234653
        A 203 dial-in    IN  CALLING 493055512345 - 203 49301234653 49301234653
        A 204 dial-in    IN  CALLING 493055512345 - 204 49301234653 49301234653
        A 204 hangup     IN  CANCEL  493055512345 - 204 49301234653 49301234653
        A 203 answer-in  IN  ANSWER  493055512345 - 203 49301234653 49301234653
        A 653 answer-in  IN  ANSWER  493055512345 - 653 49301234653 49301234653
        A 653 hangup     IN  ANSWER  493055512345 - 653 49301234653 49301234653
        A 203 hangup     IN  ANSWER  493055512345 - 203 49301234653 49301234653
    """,
    # The queue's call ends when its agent sends the caller on.
    "transferred_by_agent": """
        A 650 dial-in    IN  CALLING 493055512345 - 650 49301234650 49301234650
        A 202 dial-in    IN  CALLING 493055512345 - 202 49301234650 49301234650
        A 203 dial-in    IN  CALLING 493055512345 - 203 49301234650 49301234650
        A 203 hangup     IN  CANCEL  493055512345 - 203 49301234650 49301234650
        A 202 answer-in  IN  ANSWER  493055512345 - 202 49301234650 49301234650
        A 650 answer-in  IN  ANSWER  493055512345 - 650 49301234650 49301234650
        A 650 hangup     IN  ANSWER  493055512345 - 650 49301234650 49301234650
        A 202 hangup     IN  ANSWER  493055512345 - 202 49301234650 49301234650
        A 204 dial-in    IN  CALLING 493055512345 - 204 204 -
        A 204 answer-in  IN  ANSWER  493055512345 - 204 204 -
        A 204 hangup     IN  ANSWER  493055512345 - 204 204 -
    """,
    "two_callers": """
        A 201 dial-out   OUT CALLING 201 201 650 650 -
        A 650 dial-in    IN  CALLING 201 201 650 650 -
        A 202 dial-in    IN  CALLING 201 201 202 650 -
        A 203 dial-in    IN  CALLING 201 201 203 650 49301234503
        A 203 hangup     IN  CANCEL  201 201 203 650 49301234503
        A 202 answer-in  IN  ANSWER  201 201 202 650 -
        A 650 answer-in  IN  ANSWER  201 201 650 650 -
        A 201 answer-out OUT ANSWER  201 201 202 650 -
        B 204 dial-out   OUT CALLING 204 204 650 650 -
        B 650 dial-in    IN  CALLING 204 204 650 650 -
        B 203 dial-in    IN  CALLING 204 204 203 650 49301234503
        B 203 answer-in  IN  ANSWER  204 204 203 650 49301234503
        B 650 answer-in  IN  ANSWER  204 204 650 650 -
        B 204 answer-out OUT ANSWER  204 204 203 650 49301234503
        B 650 hangup     IN  ANSWER  204 204 650 650 -
        B 204 hangup     OUT ANSWER  204 204 203 650 49301234503
        B 203 hangup     IN  ANSWER  204 204 203 650 49301234503
        A 650 hangup     IN  ANSWER  201 201 650 650 -
        A 201 hangup     OUT ANSWER  201 201 202 650 -
        A 202 hangup     IN  ANSWER  201 201 202 650 -
    """,
    # 201 was answered by 204 before; the queue has its own answer.
    "blind_transfer_into": """
        A 201 dial-out   OUT CALLING 201 201 204 204 -
        A 204 dial-in    IN  CALLING 201 201 204 204 -
        A 204 answer-in  IN  ANSWER  201 201 204 204 -
        A 201 answer-out OUT ANSWER  201 201 204 204 -
        A 204 hangup     IN  ANSWER  201 201 204 204 -
        A 650 dial-in    IN  CALLING 201 201 650 650 -
        A 202 dial-in    IN  CALLING 201 201 202 650 -
        A 203 dial-in    IN  CALLING 201 201 203 650 49301234503
        A 203 hangup     IN  CANCEL  201 201 203 650 49301234503
        A 202 answer-in  IN  ANSWER  201 201 202 650 -
        A 650 answer-in  IN  ANSWER  201 201 650 650 -
        A 650 hangup     IN  ANSWER  201 201 650 650 -
        A 201 hangup     OUT ANSWER  201 201 204 204 -
        A 202 hangup     IN  ANSWER  201 201 202 650 -
    """,
}
