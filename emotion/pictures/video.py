"""The one way to open a recording: FFmpeg, by PyAV.

What comes out is what a player shows: times from the start of the recording, sound included; pictures
upright, with their own proportions and colours. The file is read here and handed over as bytes, so that no
name is taken for an address, and what a recording names besides is never opened.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any, NoReturn, Self

import av
import av.logging
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from emotion.pictures.frames import EMPTY
from emotion.pictures.joined import Part, PartFile, lacks_index
from emotion.pictures.patience import sign_of_life
from emotion.pictures.sampling import Nothing, after, before
from emotion.pictures.video_clock import LONGEST_GAP_MS, VideoClock
from emotion.pictures.video_decoder import PASSED, decoded, decoded_in_turn, decoder_of
from emotion.pictures.video_frame import VideoPicture
from emotion.pictures.video_length import wmv_length_ms

# Of every damaged block FFmpeg would tell on the terminal.
av.logging.set_level(None)

NO_RECORDING = "not a recording, or its header is damaged"
NO_INDEX = "the recording broke off: the list of its pictures, which an MP4 file ends with, is missing"
SOUND_ONLY = "the recording holds sound only"
NO_PICTURES = "the recording holds no pictures"
SAVE_ANEW = "save it as H.264 in an MP4 file, with the program that made it, HandBrake or ffmpeg"
NO_PICTURE = "none of its pictures can be decoded: it is damaged or protected against copying"

RUN_UP_MS = 15_000
"""Where one cannot go to a time, pictures are decoded from so long before it."""

FIRST_SHOWN_MS = 500
"""So long before its time players show the first picture already, while the sound begins."""

_BUFFER = 1 << 18
_USUAL, _FASTEST = 25, 500
"""Pictures a second."""
_STILL = frozenset({"bmp", "gif", "mjpeg", "png", "tiff", "webp"})
_SIDE_PICTURES = Disposition.attached_pic | Disposition.timed_thumbnails


class NoVideo(Exception):
    """The recording cannot be read; the message says why."""


class Video:
    """One recording, opened; a context manager. Raises NoVideo.

    Attributes:
        tracks, track: how many tracks of pictures it has, and the number of the one that is read, from 1.
        first_ms: when its first picture is shown.
        promised_ms: when it ends, as its header says; 0 where that says nothing.
        end_ms: when pictures and sound end that came so far.
    """

    def __init__(self, path: Path, part: Part, begins_ms: int = 0) -> None:
        """All its times are counted from `begins_ms` before its own start."""
        self._path, self._part, self._begins_ms = path, part, begins_ms
        self._file: PartFile | None = None
        self.end_ms = self._heard_ms = begins_ms
        self._open()
        try:
            self._look()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def pictures(self) -> Iterator[VideoPicture]:
        """From the first on, in order of time. Those that are damaged beyond decoding are left out."""
        return self._decoded(0)

    def shown_at(self, at_ms: int) -> VideoPicture | Nothing:
        """What is on screen then."""
        if at_ms < self.first_ms - FIRST_SHOWN_MS:
            return before(at_ms, self.first_ms)
        at_ms = max(at_ms, self.first_ms)
        # Again from the start where the container cannot go to a time.
        for from_ms in dict.fromkeys((at_ms, 0)):
            shown, is_last = self._last_until(at_ms, from_ms)
            if shown:
                return after(at_ms, self.end_ms) if is_last and at_ms > self.end_ms else shown
        return after(at_ms, self.end_ms)

    def _last_until(self, at_ms: int, from_ms: int) -> tuple[VideoPicture | None, bool]:
        """The last picture up to a time, and whether none comes after it."""
        shown = None
        for picture in self._decoded(from_ms):
            if picture.at_ms > at_ms:
                return shown, False
            shown = picture
        return shown, True

    def _decoded(self, from_ms: int) -> Iterator[VideoPicture]:
        """All pictures, or those from shortly before a time on."""
        self._open()
        clock = VideoClock(self._tick_ms, self._origin_ms, self._step_ms, is_stream=self._is_stream)
        for frame, stamp in self._frames(from_ms, clock):
            at_ms = clock.at(stamp, frame.duration)
            if clock.has_begun_anew:  # then the length was told by stamps of two recordings
                self.promised_ms = 0
            # Not the latest end so far: after a long gap that of a picture without a length is a guess.
            self.end_ms = max(self._heard_ms, clock.end_ms)
            yield VideoPicture(at_ms, frame, self._pixel_now(), self._is_padded)

    def _pixel_now(self) -> Fraction:
        """As the recording says, until its coder says otherwise than for the first picture."""
        coded = self._decoder.sample_aspect_ratio
        return self._pixel if coded == self._first_coded else coded or Fraction(1)

    def _frames(self, from_ms: int, clock: VideoClock) -> Iterator[tuple[av.VideoFrame, int | None]]:
        """Each picture with its stamp."""
        packets = self._packets()
        # There is no going to a time that only counting tells.
        from_ms = from_ms if self._has_stamps else 0
        if from_ms and self._is_stream:
            packets = _from_key(packets, from_ms - RUN_UP_MS, clock)
        elif from_ms:
            with suppress(*PASSED):
                self._container.seek(round((from_ms + self._origin_ms) / self._tick_ms), stream=self._stream)
        if self._is_avi:
            return decoded_in_turn(self._decoder, packets, from_start=not from_ms)
        return decoded(self._decoder, packets)

    def _packets(self) -> Iterator[Any]:
        """Up to where the file ends or breaks off, and then the sign for the decoder to give all it has."""
        # At the end PyAV stumbles over tracks that began in the midst of the file.
        with suppress(*PASSED, IndexError):
            for packet in self._container.demux():
                sign_of_life()
                if packet.size and packet.stream_index == self._stream.index:
                    yield packet
                elif packet.size and packet.pts is not None:
                    self._hear(packet)
        yield None

    def _hear(self, packet: Any) -> None:
        """While the sound, or what is written under it, goes on the last picture stays."""
        ends_ms = 1000 * (packet.pts + (packet.duration or 0)) * packet.time_base - self._origin_ms
        if self._is_stream and ends_ms > self.end_ms + LONGEST_GAP_MS:  # of another recording
            return
        self._heard_ms = max(self._heard_ms, round(ends_ms))
        self.end_ms = max(self.end_ms, self._heard_ms)

    def _look(self) -> None:
        """The times that everything else is counted from."""
        self._tick_ms = 1000 * (self._stream.time_base or Fraction(1, 1000))
        rate = self._stream.guessed_rate
        # Where there is nothing to guess from, a rate is that of the stamps.
        self._step_ms = round(1000 / (rate if rate and rate < _FASTEST else _USUAL))
        self._origin_ms = Fraction(0)
        self._has_stamps = False
        self._is_stream = self._container.format.name in {"mpegts", "mpeg"}
        nothing: tuple[None, None] = (None, None)
        first, stamp = next(self._frames(0, VideoClock(self._tick_ms, self._origin_ms)), nothing)
        if first is None:
            raise NoVideo(NO_PICTURE)
        self._has_stamps = stamp is not None
        self._first_coded = self._decoder.sample_aspect_ratio
        first_ms = (stamp or 0) * self._tick_ms
        self._origin_ms = self._start_ms(first_ms) - self._begins_ms
        self.first_ms = round(first_ms - self._origin_ms)
        self.promised_ms = self._promised_ms()
        self.end_ms = self._heard_ms = self._begins_ms  # what was heard so far was timed by no origin

    def _start_ms(self, first_ms: Fraction) -> Fraction:
        """When players begin to count: with the first sound or picture."""
        start: Any = self._container.start_time
        if start is None:
            return first_ms
        start_ms = Fraction(start, 1000)
        # Sound may begin before nought: what its coder needs to get going, and nobody hears. In a stream that
        # is before its stamps begin again.
        return min(first_ms, start_ms if self._is_stream else max(start_ms, Fraction(0)))

    def _promised_ms(self) -> int:
        length_ms = Fraction(self._container.duration or 0, 1000)
        # Here the header says when the last stamp is over, however late the first one comes.
        if self._container.format.name in {"matroska,webm", "flv"}:
            length_ms -= max(self._origin_ms + self._begins_ms, Fraction(0))
        # Of one that was cut off the length is what is there; the number of pictures is what should be.
        elif self._is_avi and self._stream.average_rate:
            length_ms = max(length_ms, 1000 * self._stream.frames / self._stream.average_rate)
        # That of a file of another size than it names would not be told.
        elif self._container.format.name == "asf":
            length_ms = max(length_ms, Fraction(wmv_length_ms(self._path, self._part)))
        return self._begins_ms + round(length_ms) if length_ms > 0 else 0

    def _open(self) -> None:
        self.close()
        try:
            self._file = PartFile(self._path, self._part)
        except OSError as error:
            raise NoVideo(f"the file cannot be opened: {error.strerror}") from error
        try:
            self._container = _container(self._file)
        except PASSED as error:
            self.close()
            raise NoVideo(self._why()) from error
        self._is_avi = self._container.format.name == "avi"
        self._stream = self._chosen()
        # The fourth byte of a pixel that was stored as it is belongs to nothing in an AVI.
        self._is_padded = self._is_avi and self._stream.codec_context.name == "rawvideo"
        self._decoder = decoder_of(self._stream, in_turn=self._is_avi)
        self._pixel = self._stream.sample_aspect_ratio or Fraction(1)

    def _why(self) -> str:
        """Why it cannot be opened."""
        if not self._path.stat().st_size:
            return EMPTY
        return NO_INDEX if lacks_index(self._path, self._part) else NO_RECORDING

    def _chosen(self) -> VideoStream:
        tracks = [each for each in self._container.streams.video if not each.disposition & _SIDE_PICTURES]
        if not tracks:
            streams = self._container.streams
            self._give_up(SOUND_ONLY if streams.audio else NO_PICTURES if len(streams) else NO_RECORDING)
        known = [each for each in tracks if each.codec_context]
        if not known:
            codec = _codec(self._container)
            self._give_up(f"its pictures are coded as {codec}, which cannot be read here: {SAVE_ANEW}")
        chosen = min(known, key=lambda each: (_is_still(each), not each.disposition & Disposition.default))
        self.tracks, self.track = len(tracks), 1 + tracks.index(chosen)
        return chosen

    def _give_up(self, why: str) -> NoReturn:
        self.close()
        raise NoVideo(why)

    def close(self) -> None:
        if self._file:
            with suppress(AttributeError):
                self._container.close()
            self._file.close()
            self._file = None


def _is_still(track: VideoStream) -> bool:
    """A cover that does not say that it is one."""
    return track.frames == 1 or track.codec_context.name in _STILL


def _container(file: PartFile) -> InputContainer:
    # Lists and references name other files and addresses: no way of reaching any of them is allowed.
    allowed = {"protocol_whitelist": "none"}
    return av.open(file, "r", container_options=allowed, metadata_errors="replace", buffer_size=_BUFFER)


def _from_key(packets: Iterator[Any], from_ms: int, clock: VideoClock) -> Iterator[Any]:
    """From the first picture on that needs none before it and comes after a time."""
    for packet in packets:
        if packet is None:
            yield None
            continue
        at_ms = 0 if packet.dts is None else clock.at(packet.dts, packet.duration)
        if at_ms >= from_ms and packet.is_keyframe:
            clock.resume()
            yield packet
            yield from packets


def _codec(container: Any) -> str:
    """As the file calls it."""
    av.logging.set_level(av.logging.INFO)
    try:
        found = re.search(r"Video: (?:none \()?([^\s,)]+)", container.dumps_format())
    finally:
        av.logging.set_level(None)
    return found[1] if found else "something unknown"
