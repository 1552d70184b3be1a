"""Queues (rule 12) and what agents do with their callers: the queue's call ends when its member leaves it."""

STORIES = {
    # Picked up and not connected, then rung again: two participations.
    "announcement_agent_leaves": """
        A 201 dial-out   OUT CALLING  201 201 690 690 -
        A 690 dial-in    IN  CALLING  201 201 690 690 -
        A 202 dial-in    IN  CALLING  201 201 202 690 -
        A 202 hangup     IN  NOANSWER 201 201 202 690 -
        A 202 dial-in    IN  CALLING  201 201 202 690 -
        A 202 answer-in  IN  ANSWER   201 201 202 690 -
        A 690 answer-in  IN  ANSWER   201 201 690 690 -
        A 201 answer-out OUT ANSWER   201 201 202 690 -
        A 201 hangup     OUT ANSWER   201 201 202 690 -
        A 690 hangup     IN  ANSWER   201 201 690 690 -
        A 202 hangup     IN  ANSWER   201 201 202 690 -
    """,
    # An announcement connects nobody.
    "announcement_caller_leaves": """
        A 201 dial-out OUT CALLING  201 201 690 690 -
        A 690 dial-in  IN  CALLING  201 201 690 690 -
        A 202 dial-in  IN  CALLING  201 201 202 690 -
        A 202 hangup   IN  NOANSWER 201 201 202 690 -
        A 690 hangup   IN  CANCEL   201 201 690 690 -
        A 201 hangup   OUT CANCEL   201 201 202 690 -
    """,
    # Nobody gave up the call: the queue is left unanswered (NOANSWER), the agent's phone is not waited for (CANCEL).
    "left_by_key": """
        A 201 dial-out   OUT CALLING  201 201 691 691 -
        A 691 dial-in    IN  CALLING  201 201 691 691 -
        A 202 dial-in    IN  CALLING  201 201 202 691 -
        A 202 hangup     IN  CANCEL   201 201 202 691 -
        A 691 hangup     IN  NOANSWER 201 201 691 691 -
        A 204 dial-in    IN  CALLING  201 201 204 691 -
        A 204 answer-in  IN  ANSWER   201 201 204 691 -
        A 201 answer-out OUT ANSWER   201 201 204 691 -
        A 204 hangup     IN  ANSWER   201 201 204 691 -
        A 201 hangup     OUT ANSWER   201 201 204 691 -
    """,
    "overflow_to_queue": """
        A 201 dial-out   OUT CALLING  201 201 -   692 -
        A 651 dial-in    IN  CALLING  201 201 651 692 -
        A 202 dial-in    IN  CALLING  201 201 202 692 -
        A 202 hangup     IN  NOANSWER 201 201 202 692 -
        A 651 hangup     IN  NOANSWER 201 201 651 692 -
        A 650 dial-in    IN  CALLING  201 201 650 692 -
        A 202 dial-in    IN  CALLING  201 201 202 692 -
        A 203 dial-in    IN  CALLING  201 201 203 692 49301234503
        A 202 hangup     IN  CANCEL   201 201 202 692 -
        A 203 answer-in  IN  ANSWER   201 201 203 692 49301234503
        A 650 answer-in  IN  ANSWER   201 201 650 692 -
        A 201 answer-out OUT ANSWER   201 201 203 692 49301234503
        A 201 hangup     OUT ANSWER   201 201 203 692 49301234503
        A 650 hangup     IN  ANSWER   201 201 650 692 -
        A 203 hangup     IN  ANSWER   201 201 203 692 49301234503
    """,
    "overflow_to_group": """
        A 201 dial-out   OUT CALLING  201 201 -   693 -
        A 651 dial-in    IN  CALLING  201 201 651 693 -
        A 202 dial-in    IN  CALLING  201 201 202 693 -
        A 202 hangup     IN  NOANSWER 201 201 202 693 -
        A 651 hangup     IN  NOANSWER 201 201 651 693 -
        A 203 dial-in    IN  CALLING  201 201 203 693 49301234503
        A 204 dial-in    IN  CALLING  201 201 204 693 -
        A 203 hangup     IN  CANCEL   201 201 203 693 49301234503
        A 204 answer-in  IN  ANSWER   201 201 204 693 -
        A 201 answer-out OUT ANSWER   201 201 204 693 -
        A 204 hangup     IN  ANSWER   201 201 204 693 -
        A 201 hangup     OUT ANSWER   201 201 204 693 -
    """,
    "attended_transfer": """
        A 650 dial-in    IN  CALLING 493055512345 -   650 49301234650 49301234650
        A 202 dial-in    IN  CALLING 493055512345 -   202 49301234650 49301234650
        A 203 dial-in    IN  CALLING 493055512345 -   203 49301234650 49301234650
        A 203 hangup     IN  CANCEL  493055512345 -   203 49301234650 49301234650
        A 202 answer-in  IN  ANSWER  493055512345 -   202 49301234650 49301234650
        A 650 answer-in  IN  ANSWER  493055512345 -   650 49301234650 49301234650
        B 202 dial-out   OUT CALLING 202          202 204 204         -
        B 204 dial-in    IN  CALLING 202          202 204 204         -
        B 204 answer-in  IN  ANSWER  202          202 204 204         -
        B 202 answer-out OUT ANSWER  202          202 204 204         -
        A 650 hangup     IN  ANSWER  493055512345 -   650 49301234650 49301234650
        A 202 hangup     IN  ANSWER  493055512345 -   202 49301234650 49301234650
        B 202 hangup     OUT ANSWER  202          202 204 204         -
        B 204 hangup     IN  ANSWER  202          202 204 204         -
    """,
    "attended_transfer_with_feature_code": """
        A 201 dial-out   OUT CALLING 201 201 -   694 -
        A 650 dial-in    IN  CALLING 201 201 650 694 -
        A 202 dial-in    IN  CALLING 201 201 202 694 -
        A 203 dial-in    IN  CALLING 201 201 203 694 49301234503
        A 203 hangup     IN  CANCEL  201 201 203 694 49301234503
        A 202 answer-in  IN  ANSWER  201 201 202 694 -
        A 650 answer-in  IN  ANSWER  201 201 650 694 -
        A 201 answer-out OUT ANSWER  201 201 202 694 -
        A 204 dial-in    IN  CALLING 202 202 204 204 -
        A 204 answer-in  IN  ANSWER  202 202 204 204 -
        A 650 hangup     IN  ANSWER  201 201 650 694 -
        A 202 hangup     IN  ANSWER  201 201 202 694 -
        A 201 hangup     OUT ANSWER  201 201 202 694 -
        A 204 hangup     IN  ANSWER  202 202 204 204 -
    """,
    "sent_into_another_queue": """
        A 650 dial-in   IN  CALLING 493055512345 - 650 49301234650 49301234650
        A 202 dial-in   IN  CALLING 493055512345 - 202 49301234650 49301234650
        A 203 dial-in   IN  CALLING 493055512345 - 203 49301234650 49301234650
        A 203 hangup    IN  CANCEL  493055512345 - 203 49301234650 49301234650
        A 202 answer-in IN  ANSWER  493055512345 - 202 49301234650 49301234650
        A 650 answer-in IN  ANSWER  493055512345 - 650 49301234650 49301234650
        A 650 hangup    IN  ANSWER  493055512345 - 650 49301234650 49301234650
        A 202 hangup    IN  ANSWER  493055512345 - 202 49301234650 49301234650
        A 653 dial-in   IN  CALLING 493055512345 - 653 653         -
        A 203 dial-in   IN  CALLING 493055512345 - 203 653         49301234503
        A 204 dial-in   IN  CALLING 493055512345 - 204 653         -
        A 203 hangup    IN  CANCEL  493055512345 - 203 653         49301234503
        A 204 answer-in IN  ANSWER  493055512345 - 204 653         -
        A 653 answer-in IN  ANSWER  493055512345 - 653 653         -
        A 653 hangup    IN  ANSWER  493055512345 - 653 653         -
        A 204 hangup    IN  ANSWER  493055512345 - 204 653         -
    """,
    # The queue is entered twice by one channel: two participations.
    "sent_into_the_same_queue": """
        A 201 dial-out   OUT CALLING 201 201 651 651 -
        A 651 dial-in    IN  CALLING 201 201 651 651 -
        A 202 dial-in    IN  CALLING 201 201 202 651 -
        A 202 answer-in  IN  ANSWER  201 201 202 651 -
        A 651 answer-in  IN  ANSWER  201 201 651 651 -
        A 201 answer-out OUT ANSWER  201 201 202 651 -
        A 651 hangup     IN  ANSWER  201 201 651 651 -
        A 202 hangup     IN  ANSWER  201 201 202 651 -
        A 651 dial-in    IN  CALLING 201 201 651 651 -
        A 202 dial-in    IN  CALLING 201 201 202 651 -
        A 202 answer-in  IN  ANSWER  201 201 202 651 -
        A 651 answer-in  IN  ANSWER  201 201 651 651 -
        A 201 hangup     OUT ANSWER  201 201 202 651 -
        A 651 hangup     IN  ANSWER  201 201 651 651 -
        A 202 hangup     IN  ANSWER  201 201 202 651 -
    """,
    "sent_outside": """
        A 670 dial-in   IN  CALLING 493055512345 - 670 49301234670 49301234670
        A 670 answer-in IN  ANSWER  493055512345 - 670 49301234670 49301234670
        A 650 dial-in   IN  CALLING 493055512345 - 650 49301234670 49301234670
        A 202 dial-in   IN  CALLING 493055512345 - 202 49301234670 49301234670
        A 203 dial-in   IN  CALLING 493055512345 - 203 49301234670 49301234670
        A 670 hangup    IN  ANSWER  493055512345 - 670 49301234670 49301234670
        A 203 hangup    IN  CANCEL  493055512345 - 203 49301234670 49301234670
        A 202 answer-in IN  ANSWER  493055512345 - 202 49301234670 49301234670
        A 650 answer-in IN  ANSWER  493055512345 - 650 49301234670 49301234670
        A 650 hangup    IN  ANSWER  493055512345 - 650 49301234670 49301234670
        A 202 hangup    IN  ANSWER  493055512345 - 202 49301234670 49301234670
    """,
    # The queue is connected with the Local channel, until that ends.
    "sent_on_through_kept_local": """
        A 653 dial-in   IN  CALLING 493055512345 - 653 49301234653 49301234653
        A 203 dial-in   IN  CALLING 493055512345 - 203 49301234653 49301234653
        A 204 dial-in   IN  CALLING 493055512345 - 204 49301234653 49301234653
        A 204 hangup    IN  CANCEL  493055512345 - 204 49301234653 49301234653
        A 203 answer-in IN  ANSWER  493055512345 - 203 49301234653 49301234653
        A 653 answer-in IN  ANSWER  493055512345 - 653 49301234653 49301234653
        A 203 hangup    IN  ANSWER  493055512345 - 203 49301234653 49301234653
        A 202 dial-in   IN  CALLING 493055512345 - 202 202         -
        A 202 answer-in IN  ANSWER  493055512345 - 202 202         -
        A 202 hangup    IN  ANSWER  493055512345 - 202 202         -
        A 653 hangup    IN  ANSWER  493055512345 - 653 49301234653 49301234653
    """,
    "connected_on_through_kept_local": """
        A 653 dial-in    IN  CALLING 493055512345 -   653 49301234653 49301234653
        A 203 dial-in    IN  CALLING 493055512345 -   203 49301234653 49301234653
        A 204 dial-in    IN  CALLING 493055512345 -   204 49301234653 49301234653
        A 204 hangup     IN  CANCEL  493055512345 -   204 49301234653 49301234653
        A 203 answer-in  IN  ANSWER  493055512345 -   203 49301234653 49301234653
        A 653 answer-in  IN  ANSWER  493055512345 -   653 49301234653 49301234653
        B 203 dial-out   OUT CALLING 203          203 202 202         -
        B 202 dial-in    IN  CALLING 203          203 202 202         -
        B 202 answer-in  IN  ANSWER  203          203 202 202         -
        B 203 answer-out OUT ANSWER  203          203 202 202         -
        A 203 hangup     IN  ANSWER  493055512345 -   203 49301234653 49301234653
        B 203 hangup     OUT ANSWER  203          203 202 202         -
        A 653 hangup     IN  ANSWER  493055512345 -   653 49301234653 49301234653
        B 202 hangup     IN  ANSWER  203          203 202 202         -
    """,
    "sent_on_by_caller": """
        A 201 dial-out   OUT CALLING 201 201 651 651 -
        A 651 dial-in    IN  CALLING 201 201 651 651 -
        A 202 dial-in    IN  CALLING 201 201 202 651 -
        A 202 answer-in  IN  ANSWER  201 201 202 651 -
        A 651 answer-in  IN  ANSWER  201 201 651 651 -
        A 201 answer-out OUT ANSWER  201 201 202 651 -
        A 201 hangup     OUT ANSWER  201 201 202 651 -
        A 651 hangup     IN  ANSWER  201 201 651 651 -
        A 204 dial-in    IN  CALLING 202 202 204 204 -
        A 204 answer-in  IN  ANSWER  202 202 204 204 -
        A 204 hangup     IN  ANSWER  202 202 204 204 -
        A 202 hangup     IN  ANSWER  201 201 202 651 -
    """,
    "parked": """
        A 650 dial-in    IN  CALLING 493055512345 -   650 49301234650 49301234650
        A 202 dial-in    IN  CALLING 493055512345 -   202 49301234650 49301234650
        A 203 dial-in    IN  CALLING 493055512345 -   203 49301234650 49301234650
        A 203 hangup     IN  CANCEL  493055512345 -   203 49301234650 49301234650
        A 202 answer-in  IN  ANSWER  493055512345 -   202 49301234650 49301234650
        A 650 answer-in  IN  ANSWER  493055512345 -   650 49301234650 49301234650
        A 650 hangup     IN  ANSWER  493055512345 -   650 49301234650 49301234650
        A 202 hangup     IN  ANSWER  493055512345 -   202 49301234650 49301234650
        B 204 dial-out   OUT CALLING 204          204 -   701         -
        B 204 answer-out OUT ANSWER  204          204 -   701         -
        B 204 hangup     OUT ANSWER  204          204 -   701         -
    """,
    "one_after_the_other": """
        A 201 dial-out   OUT CALLING 201 201 651 651 -
        A 651 dial-in    IN  CALLING 201 201 651 651 -
        A 202 dial-in    IN  CALLING 201 201 202 651 -
        A 202 answer-in  IN  ANSWER  201 201 202 651 -
        A 651 answer-in  IN  ANSWER  201 201 651 651 -
        A 201 answer-out OUT ANSWER  201 201 202 651 -
        B 204 dial-out   OUT CALLING 204 204 651 651 -
        B 651 dial-in    IN  CALLING 204 204 651 651 -
        A 201 hangup     OUT ANSWER  201 201 202 651 -
        A 651 hangup     IN  ANSWER  201 201 651 651 -
        A 202 hangup     IN  ANSWER  201 201 202 651 -
        B 202 dial-in    IN  CALLING 204 204 202 651 -
        B 202 answer-in  IN  ANSWER  204 204 202 651 -
        B 651 answer-in  IN  ANSWER  204 204 651 651 -
        B 204 answer-out OUT ANSWER  204 204 202 651 -
        B 202 hangup     IN  ANSWER  204 204 202 651 -
        B 651 hangup     IN  ANSWER  204 204 651 651 -
        B 204 hangup     OUT ANSWER  204 204 202 651 -
    """,
    "forwarded_by_phone": """
        A 201 dial-out   OUT CALLING 201 201 651 651 -
        A 651 dial-in    IN  CALLING 201 201 651 651 -
        A 202 dial-in    IN  CALLING 201 201 202 651 -
        A 202 hangup     IN  CANCEL  201 201 202 651 -
        A 204 dial-in    IN  CALLING 201 201 204 651 -
        A 204 answer-in  IN  ANSWER  201 201 204 651 -
        A 651 answer-in  IN  ANSWER  201 201 651 651 -
        A 201 answer-out OUT ANSWER  201 201 204 651 -
        A 204 hangup     IN  ANSWER  201 201 204 651 -
        A 651 hangup     IN  ANSWER  201 201 651 651 -
        A 201 hangup     OUT ANSWER  201 201 204 651 -
    """,
    "second_choice": """
        A 204 dial-out   OUT CALLING 204 204 202 202 -
        A 202 dial-in    IN  CALLING 204 204 202 202 -
        A 202 answer-in  IN  ANSWER  204 204 202 202 -
        A 204 answer-out OUT ANSWER  204 204 202 202 -
        B 201 dial-out   OUT CALLING 201 201 696 696 -
        B 696 dial-in    IN  CALLING 201 201 696 696 -
        B 203 dial-in    IN  CALLING 201 201 203 696 49301234503
        B 203 answer-in  IN  ANSWER  201 201 203 696 49301234503
        B 696 answer-in  IN  ANSWER  201 201 696 696 -
        B 201 answer-out OUT ANSWER  201 201 203 696 49301234503
        B 201 hangup     OUT ANSWER  201 201 203 696 49301234503
        B 696 hangup     IN  ANSWER  201 201 696 696 -
        B 203 hangup     IN  ANSWER  201 201 203 696 49301234503
        A 204 hangup     OUT ANSWER  204 204 202 202 -
        A 202 hangup     IN  ANSWER  204 204 202 202 -
    """,
    "in_turns": """
        A 201 dial-out   OUT CALLING  201 201 695 695 -
        A 695 dial-in    IN  CALLING  201 201 695 695 -
        A 202 dial-in    IN  CALLING  201 201 202 695 -
        A 202 hangup     IN  NOANSWER 201 201 202 695 -
        A 203 dial-in    IN  CALLING  201 201 203 695 49301234503
        A 203 answer-in  IN  ANSWER   201 201 203 695 49301234503
        A 695 answer-in  IN  ANSWER   201 201 695 695 -
        A 201 answer-out OUT ANSWER   201 201 203 695 49301234503
        A 203 hangup     IN  ANSWER   201 201 203 695 49301234503
        A 695 hangup     IN  ANSWER   201 201 695 695 -
        A 201 hangup     OUT ANSWER   201 201 203 695 49301234503
    """,
    "accepted_by_key": """
        A 201 dial-out   OUT CALLING 201 201 697 697 -
        A 697 dial-in    IN  CALLING 201 201 697 697 -
        A 203 dial-in    IN  CALLING 201 201 203 697 49301234503
        A 203 answer-in  IN  ANSWER  201 201 203 697 49301234503
        A 697 answer-in  IN  ANSWER  201 201 697 697 -
        A 201 answer-out OUT ANSWER  201 201 203 697 49301234503
        A 201 hangup     OUT ANSWER  201 201 203 697 49301234503
        A 697 hangup     IN  ANSWER  201 201 697 697 -
        A 203 hangup     IN  ANSWER  201 201 203 697 49301234503
    """,
    # Picked up and not accepted, then rung again: two participations.
    "not_accepted_by_key": """
        A 201 dial-out   OUT CALLING  201 201 697 697 -
        A 697 dial-in    IN  CALLING  201 201 697 697 -
        A 203 dial-in    IN  CALLING  201 201 203 697 49301234503
        A 203 hangup     IN  NOANSWER 201 201 203 697 49301234503
        A 203 dial-in    IN  CALLING  201 201 203 697 49301234503
        A 203 answer-in  IN  ANSWER   201 201 203 697 49301234503
        A 697 answer-in  IN  ANSWER   201 201 697 697 -
        A 201 answer-out OUT ANSWER   201 201 203 697 49301234503
        A 203 hangup     IN  ANSWER   201 201 203 697 49301234503
        A 697 hangup     IN  ANSWER   201 201 697 697 -
        A 201 hangup     OUT ANSWER   201 201 203 697 49301234503
    """,
    "tenants": """
        A 0003*250 dial-in   IN  CALLING 493055512345 - 0003*250 4930765250 4930765250
        A 0003*210 dial-in   IN  CALLING 493055512345 - 0003*210 4930765250 4930765250
        A 0003*211 dial-in   IN  CALLING 493055512345 - 0003*211 4930765250 4930765250
        A 0003*210 hangup    IN  CANCEL  493055512345 - 0003*210 4930765250 4930765250
        A 0003*211 answer-in IN  ANSWER  493055512345 - 0003*211 4930765250 4930765250
        A 0003*250 answer-in IN  ANSWER  493055512345 - 0003*250 4930765250 4930765250
        A 0003*250 hangup    IN  ANSWER  493055512345 - 0003*250 4930765250 4930765250
        A 0003*211 hangup    IN  ANSWER  493055512345 - 0003*211 4930765250 4930765250
        A 0003*210 dial-in   IN  CALLING 493055512345 - 0003*210 210        -
        A 0003*210 answer-in IN  ANSWER  493055512345 - 0003*210 210        -
        A 0003*210 hangup    IN  ANSWER  493055512345 - 0003*210 210        -
    """,
}
