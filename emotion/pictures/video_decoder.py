"""From the packets of a recording to its pictures, each with its stamp."""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

import av
from av.video.stream import VideoStream

ALPHA_DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}
"""FFmpeg's own decoders of WebM leave transparency out."""

PASSED = (av.FFmpegError, OSError)
"""What a damaged place raises; what comes after it may be whole."""


def decoder_of(stream: VideoStream, *, in_turn: bool) -> Any:
    """`in_turn`: with no more pictures under way than have to be put in order, for `decoded_in_turn`."""
    name = stream.codec_context.name
    if stream.metadata.get("alpha_mode") == "1" and name in ALPHA_DECODERS:
        decoder = av.CodecContext.create(ALPHA_DECODERS[name], "r")
        decoder.extradata = stream.codec_context.extradata
        return decoder
    stream.thread_type = "SLICE" if in_turn else "AUTO"
    return stream.codec_context


def decoded(decoder: Any, packets: Iterable[Any]) -> Iterator[tuple[av.VideoFrame, int | None]]:
    """Each picture with the stamp that the container gives it."""
    for packet in packets:
        for frame in _frames(decoder, packet):
            yield frame, frame.pts


def decoded_in_turn(
    decoder: Any, packets: Iterable[Any], *, from_start: bool
) -> Iterator[tuple[av.VideoFrame, int | None]]:
    """The same of a container that stamps its packets alone: pictures take the stamps in turn.

    Args:
        from_start: else the first pictures may lack what they are made from, and take no stamp.
    """
    stamps: deque[int] = deque()
    for packet in packets:
        if packet is not None and packet.dts is not None:
            stamps.append(packet.dts)
        frames = _frames(decoder, packet)
        while stamps and not frames and not from_start and len(stamps) > decoder.reorder_depth:
            stamps.popleft()
        for frame in frames:
            yield frame, stamps.popleft() if stamps else frame.pts


def _frames(decoder: Any, packet: Any) -> list[av.VideoFrame]:
    try:
        frames: list[av.VideoFrame] = decoder.decode(packet)
    except PASSED:
        return []
    return frames
