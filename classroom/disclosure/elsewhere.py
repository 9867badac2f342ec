"""What leaves for another system of the school, where its teacher asked for that."""

from classroom.models import Participant


def tells_platform_of(place: Participant, *, came_by_merge: bool) -> bool:
    """Whether a learning platform may be told that this place attended a lesson; nothing else of it ever is.

    All who attended alike, whatever way each chose and whether it was withdrawn: else the platform's list
    would tell who withdrew. Only an account has a number there; a teacher's trial and a place whose student
    deleted the name are nobody who attended. Nor is it told of an account what a guest did: that both are one
    is a teacher's word, and the guest read that no number of theirs is told anything.
    """
    is_student = not (place.is_trial or place.is_simulated or place.is_left_behind)
    return place.user_id is not None and is_student and not came_by_merge
