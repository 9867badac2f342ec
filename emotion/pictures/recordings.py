"""Which pictures of a recording are read, and what is said where there are none."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from emotion.pictures.frames import Frame, Unreadable
from emotion.pictures.joined import Part, parts_of
from emotion.pictures.processes import LEFT
from emotion.pictures.sampling import Nothing, Periods, Wanted
from emotion.pictures.timestamps import time_stamp
from emotion.pictures.video import NoVideo, Video
from emotion.pictures.video_frame import Broken, VideoPicture

BREAK_MS, BREAK_SHARE = 2000, 0.05
"""How much of the promised length may be missing at the end: headers are a little off."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What is known of a recording before it is read: about how many pictures come, and what to tell."""

    expected: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording and which of its pictures to read, without the first `skip`, which were read before.

    Several that were joined to one file are read as one, each beginning where the one before it ends.
    """

    source: str
    path: Path
    wanted: Wanted
    skip: int = 0

    def play(self) -> Iterator[Opened | Frame | Unreadable]:
        """First what is known of it where it can be opened, then its pictures; one outcome at least."""
        try:
            parts = parts_of(self.path)
            with Video(self.path, parts[0]) as video:
                yield self._opened(video, len(parts))
        except OSError as error:
            yield Unreadable(self.source, None, f"the file cannot be opened: {error.strerror or error}")
        except NoVideo as error:
            yield from islice([Unreadable(self.source, None, _told(error, parts))], self.skip, None)
        else:
            # What was read before is not even unpacked.
            sampled = islice(self._sampled(parts), self.skip, None)
            yield from map(self._unpacked, self._at_moments(parts) if self.wanted.moments else sampled)

    def _opened(self, video: Video, parts: int) -> Opened:
        notes = []
        if video.tracks > 1:
            notes.append(f"{self.source} holds {video.tracks} video tracks: track {video.track} is read")
        if parts > 1:
            notes.append(f"{self.source} holds {parts} recordings joined to one: read one after the other")
        periods = 1 + video.promised_ms * parts // self.wanted.every_ms
        return Opened(len(self.wanted.moments) or periods, tuple(notes))

    def _sampled(self, parts: list[Part]) -> Iterator[VideoPicture | Unreadable]:
        periods = Periods(self.wanted.every_ms)
        begins_ms = at_ms = 0
        for number, part in enumerate(parts):
            try:
                with Video(self.path, part, begins_ms) as video:
                    for picture in video.pictures():
                        at_ms = picture.at_ms
                        if periods.is_due(at_ms):
                            yield picture
            except NoVideo as error:
                yield Unreadable(self.source, begins_ms, _told(error, parts[number:]))
                return
            if told := _ending(video):
                yield Unreadable(self.source, at_ms, told)
            begins_ms = max(video.end_ms, video.promised_ms)

    def _at_moments(self, parts: list[Part]) -> Iterator[VideoPicture | Unreadable]:
        begins = _beginnings(self.path, parts)
        for moment in self.wanted.moments[self.skip :]:
            place = max(place for place, begins_ms in enumerate(begins) if begins_ms <= moment)
            try:
                with Video(self.path, parts[place], begins[place]) as video:
                    shown = video.shown_at(moment)
            except NoVideo as error:
                shown = Nothing(moment, str(error))
            yield Unreadable(self.source, moment, shown.words) if isinstance(shown, Nothing) else shown

    def _unpacked(self, outcome: VideoPicture | Unreadable) -> Frame | Unreadable:
        if isinstance(outcome, Unreadable):
            return outcome
        try:
            return Frame(self.source, outcome.at_ms, outcome.image())
        except Broken as broken:
            return Unreadable(self.source, outcome.at_ms, str(broken))


def _beginnings(path: Path, parts: list[Part]) -> list[int]:
    """When each part begins, up to the first that cannot be read; where no header says, its pictures do."""
    begins = [0]
    try:
        for part in parts[:-1]:
            with Video(path, part, begins[-1]) as video:
                if not video.promised_ms:
                    deque(video.pictures(), maxlen=0)
                begins.append(video.promised_ms or video.end_ms)
    except NoVideo:
        pass
    return begins


def _told(error: NoVideo, parts: list[Part]) -> str:
    """Of the first of these; when those after it begin nobody knows."""
    return f"{error}{LEFT if len(parts) > 1 else ''}"


def _ending(video: Video) -> str:
    """What to say of a recording that stops well before its promised end, else nothing."""
    promised_ms = video.promised_ms
    if video.end_ms + BREAK_MS + BREAK_SHARE * promised_ms >= promised_ms:
        return ""
    return f"there are no pictures from here on, though the recording should last {time_stamp(promised_ms)}"
