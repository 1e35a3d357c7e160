"""Clips and frames for tests of videos."""

from fractions import Fraction

import av
import numpy as np
import torch
from PIL import Image


def tensor(array):
    """(H, W, 3) -> (1, 3, H, W)."""
    return torch.from_numpy(np.ascontiguousarray(array)).permute(2, 0, 1)[None].float()


def moving_square(count=6, height=48, width=64):
    """Frames of 8 bits: a light square moves 2 px a frame over a gradient."""
    ground = np.linspace(40, 160, width).astype(np.uint8)
    frames = []
    for k in range(count):
        frame = np.repeat(np.repeat(ground[None, :, None], height, 0), 3, 2).copy()
        frame[10:30, 6 + 2 * k : 26 + 2 * k] = (230, 90, 40)
        frame[34:44, 30 - 2 * k : 40 - 2 * k] = (20, 60, 200)
        frames.append(frame)
    return frames


def write_clip(
    path, frames, *, rate=Fraction(25), stamps=None, time_base=None, rotation=0, ratio=None, sound=None,
    matrix=None, full=None, tags=None, codec="libx264", subtitle=False,
):  # fmt: skip
    """A video file; ``sound``: samples at 48 kHz; ``stamps``: of each frame, in units of ``time_base``."""
    height, width = frames[0].shape[:2]
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, options={"crf": "4"} if codec == "libx264" else {})
        stream.width, stream.height = width, height
        stream.pix_fmt = "yuv444p" if width % 2 or height % 2 else "yuv420p"
        if time_base is not None:
            stream.codec_context.time_base = time_base
        if ratio is not None:
            stream.codec_context.sample_aspect_ratio = ratio
        if rotation:
            stream.set_display_rotation(rotation)
        if tags is not None:
            stream.codec_context.colorspace, stream.codec_context.color_range = tags
        voice = container.add_stream("aac", rate=48000, layout="mono") if sound is not None else None
        for index, pixels in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            if matrix is not None:
                frame = frame.reformat(
                    format=stream.pix_fmt, dst_colorspace=matrix, src_color_range=2,
                    dst_color_range=full, interpolation=0x42004,
                )  # fmt: skip
                frame.colorspace, frame.color_range = tags
            frame.pts = index if stamps is None else stamps[index]
            frame.time_base = time_base or 1 / rate
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if voice is not None:
            for start in range(0, len(sound), 1024):
                part = np.zeros(1024, np.float32)
                part[: len(sound[start : start + 1024])] = sound[start : start + 1024]
                samples = av.AudioFrame.from_ndarray(part[None], format="fltp", layout="mono")
                samples.sample_rate, samples.pts, samples.time_base = 48000, start, Fraction(1, 48000)
                container.mux(voice.encode(samples))
            container.mux(voice.encode(None))
    return path


def write_gif(path, frames, delays):
    first, *rest = [Image.fromarray(frame) for frame in frames]
    first.save(path, save_all=True, append_images=rest, duration=delays, loop=0, disposal=1)
    return path
