"""What leaves for another system of the school, where its teacher asked for that."""

from classroom.models import Participant


def tells_platform_of(place: Participant) -> bool:
    """Whether a learning platform may be told that this place attended a lesson; nothing else of it ever is.

    All who attended alike, whatever way each chose and whether it was withdrawn: else the platform's list
    would tell who withdrew. Only an account has a number there; a teacher's trial and a place whose student
    deleted the name are nobody who attended.
    """
    return place.user_id is not None and not (place.is_trial or place.is_simulated or place.is_left_behind)
