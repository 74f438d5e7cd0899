"""REMUX: the moving pictures of one file with the sound of another, neither encoded anew."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, BinaryIO

import av
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from services.audio.opening import PICTURES, Sound, open_sound, without_paths
from services.audio.progress import Report, Stage
from services.problems import Code, fault

# What players expect in an MP4, and what can be copied without a decoder, of which we allow none
# for pictures.
HELD = frozenset(("h264", "hevc", "av1", "libdav1d", "vp9", "libvpx-vp9"))


def remux(
    film: BinaryIO, sound: BinaryIO, output: BinaryIO, _args: Mapping[str, Any], report: Report
) -> dict[str, Any]:
    """Write an MP4 of the film's pictures and the sound's AAC.

    Raises `Fault` with `UNSUPPORTED_FORMAT` for pictures that an MP4 does not hold.
    """
    stage = Stage(report, 0.0, 1.0)
    with open_sound(film) as seen, open_sound(sound) as heard:
        pictures = _pictures(seen)
        try:
            with av.open(output, "w", format="mp4") as container:
                _write(container, (seen, pictures), heard, stage)
        except (av.FFmpegError, ValueError) as error:
            raise fault(Code.UNSUPPORTED_FORMAT, without_paths(error)) from error
        return {"seconds": heard.seconds or 0.0}


def _pictures(film: Sound) -> VideoStream:
    moving = (one for one in film.container.streams.video if not one.disposition & PICTURES)
    stream = next(moving, None)
    context = getattr(stream, "codec_context", None)
    if stream is None or context is None or context.name not in HELD:
        raise fault(Code.UNSUPPORTED_FORMAT, "no pictures that an MP4 holds")
    return stream


def _write(
    container: OutputContainer, film: tuple[Sound, VideoStream], heard: Sound, stage: Stage
) -> None:
    seen, pictures = film
    into = container.add_stream_from_template(pictures)
    beside = container.add_stream_from_template(heard.stream)
    start = Fraction(min(_begin(pictures), _begin(seen.stream)))
    # The new sound begins where the old one did.
    later = _begin(seen.stream) - start
    shown = _packets(seen, pictures, -start)
    said = _packets(heard, heard.stream, later - _begin(heard.stream))
    for packet, is_picture in _in_order(shown, said):
        packet.stream = into if is_picture else beside
        container.mux(packet)
        stage.checkpoint()


def _begin(stream: Stream) -> Fraction:
    base = stream.time_base or Fraction(1)
    return (stream.start_time or 0) * base


def _packets(
    sound: Sound, stream: Stream, by: Fraction
) -> Iterator[tuple[Fraction, "Packet[Any]"]]:
    """Packets with their times, moved by so many seconds."""
    base = stream.time_base
    assert base is not None
    shift = round(by / base)
    for packet in sound.container.demux(stream):
        if not packet.size:
            continue
        if packet.dts is None or packet.pts is None:
            # Matroska keeps no order of decoding, and only a decoder could find it.
            raise ValueError("a container without an order of decoding")
        packet.dts, packet.pts = packet.dts + shift, packet.pts + shift
        yield packet.dts * base, packet


def _in_order(
    shown: Iterator[tuple[Fraction, "Packet[Any]"]], said: Iterator[tuple[Fraction, "Packet[Any]"]]
) -> Iterator[tuple["Packet[Any]", bool]]:
    """Both, each packet when its time has come; True: a picture."""
    picture, tone = next(shown, None), next(said, None)
    while picture is not None or tone is not None:
        if tone is None or (picture is not None and picture[0] <= tone[0]):
            assert picture is not None
            yield picture[1], True
            picture = next(shown, None)
        else:
            yield tone[1], False
            tone = next(said, None)
