"""Pickups (rule 10): the picker places a call of their own; the one picked up from gets CANCEL."""

STORIES = {
    "directed": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        B 203 dial-out   OUT CALLING 203 203 -   *8202 -
        A 202 hangup     IN  CANCEL  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 203 202 49301234503
        B 203 answer-out OUT ANSWER  203 203 201 *8202 -
        A 201 hangup     OUT ANSWER  201 201 203 202 49301234503
        B 203 hangup     OUT ANSWER  203 203 201 *8202 -
    """,
    "group": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        B 203 dial-out   OUT CALLING 203 203 -   *8 -
        A 202 hangup     IN  CANCEL  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 203 202 49301234503
        B 203 answer-out OUT ANSWER  203 203 201 *8 -
        B 203 hangup     OUT ANSWER  203 203 201 *8 -
        A 201 hangup     OUT ANSWER  201 201 203 202 49301234503
    """,
    "of_outside_caller": """
        A 202 dial-in    IN  CALLING 493055512345 - 202 49301234567 49301234567
        B 203 dial-out   OUT CALLING 203 203 - *8 -
        A 202 hangup     IN  CANCEL  493055512345 - 202 49301234567 49301234567
        B 203 answer-out OUT ANSWER  203 203 - *8 -
        B 203 hangup     OUT ANSWER  203 203 - *8 -
    """,
    "from_ring_group": """
        A 201 dial-out   OUT CALLING 201 201 -   602 -
        A 202 dial-in    IN  CALLING 201 201 202 602 -
        A 203 dial-in    IN  CALLING 201 201 203 602 49301234503
        B 204 dial-out   OUT CALLING 204 204 -   *8 -
        A 202 hangup     IN  CANCEL  201 201 202 602 -
        A 203 hangup     IN  CANCEL  201 201 203 602 49301234503
        A 201 answer-out OUT ANSWER  201 201 204 602 -
        B 204 answer-out OUT ANSWER  204 204 201 *8 -
        B 204 hangup     OUT ANSWER  204 204 201 *8 -
        A 201 hangup     OUT ANSWER  201 201 204 602 -
    """,
    # Never dialled: its own cause counts, and the PBX refuses with 21.
    "nothing_to_pick_up": """
        A 203 dial-out   OUT CALLING    203 203 - *8 -
        A 203 hangup     OUT CONGESTION 203 203 - *8 -
    """,
    "other_phone_of_the_same_extension": """
        A 201 dial-out   OUT CALLING 201 201 205 205 -
        A 205 dial-in    IN  CALLING 201 201 205 205 -
        A 205 answer-in  IN  ANSWER  201 201 205 205 -
        A 201 answer-out OUT ANSWER  201 201 205 205 -
        A 201 hangup     OUT ANSWER  201 201 205 205 -
        A 205 hangup     IN  ANSWER  201 201 205 205 -
    """,
    # To the queue it is an answer: its caller is connected.
    "of_queue_member": """
        A 201 dial-out   OUT CALLING 201 201 651 651 -
        A 651 dial-in    IN  CALLING 201 201 651 651 -
        A 202 dial-in    IN  CALLING 201 201 202 651 -
        B 204 dial-out   OUT CALLING 204 204 -   *8  -
        A 202 hangup     IN  CANCEL  201 201 202 651 -
        A 651 answer-in  IN  ANSWER  201 201 651 651 -
        A 201 answer-out OUT ANSWER  201 201 204 651 -
        B 204 answer-out OUT ANSWER  204 204 201 *8  -
        B 204 hangup     OUT ANSWER  204 204 201 *8  -
        A 651 hangup     IN  ANSWER  201 201 651 651 -
        A 201 hangup     OUT ANSWER  201 201 204 651 -
    """,
    # The picker takes the place of a leg that must accept, so it must.
    "of_follow_me": """
        A 201 dial-out   OUT CALLING 201 201 -   612 -
        A 203 dial-in    IN  CALLING 201 201 203 612 49301234503
        A 204 dial-in    IN  CALLING 201 201 204 612 -
        B 202 dial-out   OUT CALLING 202 202 -   *8  -
        A 203 hangup     IN  CANCEL  201 201 203 612 49301234503
        A 204 hangup     IN  CANCEL  201 201 204 612 -
        A 201 answer-out OUT ANSWER  201 201 202 612 -
        B 202 answer-out OUT ANSWER  202 202 201 *8  -
        A 201 hangup     OUT ANSWER  201 201 202 612 -
        B 202 hangup     OUT ANSWER  202 202 201 *8  -
    """,
    # The picker was answered by an application alone.
    "of_follow_me_given_up": """
        A 201 dial-out OUT CALLING 201 201 -   612 -
        A 203 dial-in  IN  CALLING 201 201 203 612 49301234503
        A 204 dial-in  IN  CALLING 201 201 204 612 -
        B 202 dial-out OUT CALLING 202 202 -   *8  -
        A 203 hangup   IN  CANCEL  201 201 203 612 49301234503
        A 204 hangup   IN  CANCEL  201 201 204 612 -
        A 201 hangup   OUT CANCEL  201 201 -   612 -
        B 202 hangup   OUT ANSWER  202 202 -   *8  -
    """,
    "of_queue_member_behind_local": """
        A 201 dial-out   OUT CALLING 201 201 653 653 -
        A 653 dial-in    IN  CALLING 201 201 653 653 -
        A 203 dial-in    IN  CALLING 201 201 203 653 49301234503
        A 204 dial-in    IN  CALLING 201 201 204 653 -
        B 202 dial-out   OUT CALLING 202 202 -   *8  -
        A 203 hangup     IN  CANCEL  201 201 203 653 49301234503
        A 204 hangup     IN  CANCEL  201 201 204 653 -
        A 653 answer-in  IN  ANSWER  201 201 653 653 -
        A 201 answer-out OUT ANSWER  201 201 202 653 -
        B 202 answer-out OUT ANSWER  202 202 201 *8  -
        B 202 hangup     OUT ANSWER  202 202 201 *8  -
        A 653 hangup     IN  ANSWER  201 201 653 653 -
        A 201 hangup     OUT ANSWER  201 201 202 653 -
    """,
    "of_click": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        B 203 dial-out   OUT CALLING 203 203 -   *8  -
        A 202 hangup     IN  CANCEL  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 203 202 49301234503
        B 203 answer-out OUT ANSWER  203 203 201 *8  -
        B 203 hangup     OUT ANSWER  203 203 201 *8  -
        A 201 hangup     OUT ANSWER  201 201 203 202 49301234503
    """,
    # 201 has neither placed nor received a call. 203 goes on in its place, having dialled *8.
    "of_clicking_phone": """
        A 203 dial-out   OUT CALLING 203 203 -   *8 -
        A 202 dial-in    IN  CALLING 203 203 202 *8 -
        A 202 answer-in  IN  ANSWER  203 203 202 *8 -
        A 203 answer-out OUT ANSWER  203 203 202 *8 -
        A 203 hangup     OUT ANSWER  203 203 202 *8 -
        A 202 hangup     IN  ANSWER  203 203 202 *8 -
    """,
}
