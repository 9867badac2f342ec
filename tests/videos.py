"""Small recordings of every kind, made by PyAV. Picture n is gray of brightness 8n, unless it is given."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

RATE = 10
SIZE = (64, 48)
SOUND_RATE = 48_000
SOUND = {".webm": "libopus", ".mpg": "mp2", ".avi": "mp2"}

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Track:
    """Pictures, at so many seconds each, and how they are coded."""

    codec: str = "libx264"
    times: Sequence[float] = tuple(number / RATE for number in range(30))
    pictures: Sequence[Pixels] = ()
    pixels: str = "yuv420p"
    pixel: Fraction | None = None
    b_frames: int | None = None
    rate: int = RATE

    def picture(self, number: int) -> Pixels:
        if self.pictures:
            return self.pictures[number % len(self.pictures)]
        return np.full((SIZE[1], SIZE[0], 3), 8 * number % 256, np.uint8)


def seconds(count: int, *, start: float = 0, step: float = 1 / RATE) -> list[float]:
    return [start + number * step for number in range(count)]


def make_video(path: Path, *tracks: Track, sound: tuple[float, float] | None = None, **options: str) -> Path:
    """A recording with these tracks, and silence from one second to another.

    Args:
        options: of the container, as FFmpeg names them.
    """
    with av.open(str(path), "w", options=options) as container:
        streams = [_added(container, track) for track in tracks]
        silence = _silence(container, path) if sound else None
        packets = [
            packet for stream, track in zip(streams, tracks, strict=True) for packet in _coded(stream, track)
        ]
        if silence is not None and sound:
            packets += _sounding(silence, *sound)
        for packet in sorted(packets, key=lambda packet: (packet.dts or 0) * packet.time_base):
            container.mux(packet)
    return path


def _added(container: av.container.OutputContainer, track: Track) -> Any:
    stream = container.add_stream(track.codec, rate=track.rate)
    height, width = track.picture(0).shape[:2]
    if track.codec == "libx265":
        stream.options = {"x265-params": "log-level=none"}
    stream.width, stream.height, stream.pix_fmt = width, height, track.pixels
    has_rate_alone = track.codec in {"mpeg4", "mpeg2video", "mjpeg"}
    stream.codec_context.time_base = Fraction(1, track.rate if has_rate_alone else 1000)
    if track.pixel:
        stream.codec_context.sample_aspect_ratio = track.pixel
    if track.b_frames is not None:
        stream.codec_context.max_b_frames = track.b_frames
    return stream


def _coded(stream: av.VideoStream, track: Track) -> Iterable[av.Packet]:
    tick = stream.codec_context.time_base
    for number, at_s in enumerate(track.times):
        picture = track.picture(number)
        frame = av.VideoFrame.from_ndarray(picture, "rgba" if picture.shape[2] == 4 else "rgb24")
        frame.pts, frame.time_base = round(at_s / tick), tick
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _silence(container: av.container.OutputContainer, path: Path) -> Any:
    return container.add_stream(SOUND.get(path.suffix, "aac"), rate=SOUND_RATE, layout="mono")


def _sounding(stream: av.AudioStream, start_s: float, end_s: float) -> Iterable[av.Packet]:
    stream.codec_context.open()
    length = stream.codec_context.frame_size or 1024
    kind = stream.codec_context.format.name
    for at in range(round(start_s * SOUND_RATE), round(end_s * SOUND_RATE), length):
        values = np.zeros((1, length), np.float32 if kind.startswith("flt") else np.int16)
        frame = av.AudioFrame.from_ndarray(values, kind, "mono")
        frame.sample_rate, frame.pts, frame.time_base = SOUND_RATE, at, Fraction(1, SOUND_RATE)
        yield from stream.encode(frame)
    yield from stream.encode(None)
