"""A sound as an AAC track of a container that PyAV writes."""

from __future__ import annotations

from typing import Any

import numpy as np

from impasto.audio.sound import Samples

BITS_PER_S = 256_000
"""Of a track: AAC is transparent for most ears from about 192 kbit/s on."""

FRAME_SAMPLES = 1024
"""Samples of one AAC frame."""


class AacTrack:
    """Encodes samples piece by piece.

    Args:
        av: the module of PyAV.
        container: open for writing; the track is added to it.
        samples: (C, T), one or two channels.
        rate_hz: of the samples; AAC must hold it.

    Attributes:
        position: samples that are encoded.
    """

    def __init__(self, av: Any, container: Any, samples: Samples, rate_hz: int) -> None:
        self._av, self._container, self._samples, self._rate_hz = av, container, samples, rate_hz
        self._layout = "mono" if len(samples) == 1 else "stereo"
        self._stream = container.add_stream("aac", rate=rate_hz, layout=self._layout)
        self._stream.bit_rate = BITS_PER_S
        self.position = 0

    def write_until(self, sample: int) -> None:
        """Encode frames that begin at or before a sample."""
        while self.position < self._samples.shape[1] and self.position <= sample:
            part = self._samples[:, self.position : self.position + FRAME_SAMPLES]
            piece = np.ascontiguousarray(part, dtype=np.float32)
            frame = self._av.AudioFrame.from_ndarray(piece, format="fltp", layout=self._layout)
            frame.sample_rate, frame.pts = self._rate_hz, self.position
            self._container.mux(self._stream.encode(frame))
            self.position += piece.shape[1]

    def close(self) -> None:
        """Encode what is left, and end the track."""
        self.write_until(self._samples.shape[1])
        self._container.mux(self._stream.encode(None))
