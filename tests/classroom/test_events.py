"""What decides whether and to whom something is pushed; the sockets' side is in test_consumers."""

import time

import pytest
import redis

from classroom.wire import events, keys, layer
from classroom.wire.redis import client

pytestmark = pytest.mark.servers
LESSON = 3


def tile(participant_id, level="engaged"):
    return {"id": participant_id, "name": f"Student {participant_id}", "kind": "measured", "level": level}


def test_only_tiles_that_changed_are_pushed():
    first, second = tile(1), tile(2)
    assert events.changed_tiles(LESSON, [first, second]) == [first, second]
    assert events.changed_tiles(LESSON, [first, second]) == []
    assert events.changed_tiles(LESSON, [first, tile(2, "away")]) == [tile(2, "away")]


def test_tiles_are_shown_anew_at_most_once_a_second_and_only_to_somebody():
    assert not events.win_tiles(LESSON)
    events.note_revealing(LESSON)
    assert [events.win_tiles(LESSON), events.win_tiles(LESSON)] == [True, False]
    assert 0 < client().pttl(keys.of("tiles-pushed", LESSON)) <= 1000


def test_every_tile_comes_again_after_a_while_for_whoever_missed_it():
    events.changed_tiles(LESSON, [tile(1)])
    before = client().pttl(keys.of("tiles", LESSON))
    time.sleep(0.02)
    events.changed_tiles(LESSON, [tile(1, "away")])
    assert 0 < client().pttl(keys.of("tiles", LESSON)) < before <= events.TILES_KNOWN_S * 1000


def test_redis_keeps_no_word_of_a_tile():
    events.changed_tiles(LESSON, [tile(1)])
    kept = client().hgetall(keys.of("tiles", LESSON))
    assert kept and not any(word in str(kept) for word in ("engaged", "Student"))


def test_somebody_reveals_for_as_long_as_it_is_said():
    assert not events.somebody_reveals(LESSON)
    events.note_revealing(LESSON)
    assert events.somebody_reveals(LESSON)
    assert 0 < client().ttl(keys.of("reveals", LESSON)) <= events.REVEALS_FOR_S


def test_without_redis_nobody_reveals_and_nothing_is_pushed(monkeypatch):
    class Away:
        def __getattr__(self, verb):
            raise redis.ConnectionError

    monkeypatch.setattr(events, "client", Away)
    assert not events.somebody_reveals(LESSON)
    assert not events.win_tiles(LESSON)
    assert events.changed_tiles(LESSON, [tile(1)]) == []


def test_a_lessons_numbers_do_not_stay_for_ever():
    events.announce_to_teachers(LESSON, {"type": "hint_dismissed", "id": 1})
    assert events.current_seq(LESSON) == 1
    assert client().ttl(keys.of("seq", LESSON)) > 0


@pytest.fixture
def nobody_may_publish(settings):
    """As an account of Redis 7 is made where nobody says more."""
    client().execute_command("ACL", "SETUSER", "reader", "on", ">word", "~*", "+@all", "resetchannels")
    settings.LAYER_URL = f"redis://reader:word@{settings.LAYER_URL.rpartition('@')[2]}"
    yield
    client().execute_command("ACL", "DELUSER", "reader")


def test_a_message_that_redis_refuses_is_not_told_with_the_refusal(nobody_may_publish):
    with pytest.raises(redis.ResponseError) as refused:
        layer.publish([("of-a-lesson", {"name": "Zyxwvut"})])
    assert "Zyxwvut" not in str(refused.value)


def test_a_group_of_a_login_does_not_tell_its_key():
    assert "secret" not in events.login_of("secret-session-key")
    assert events.login_of("one") != events.login_of("other")
