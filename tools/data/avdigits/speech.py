"""Words spoken by espeak-ng, which runs in a process of its own."""

import importlib
import json
import struct
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
import soxr

SAMPLE_RATE = 16000  # Hz
ACCENTS = (
    'en-us',
    'en-gb-scotland',
    'en-gb-x-rp',
    'en-029',
    'en-gb-x-gbclan',
    'en-gb-x-gbcwmd',
    'en-us-nyc',
)
SERVER = Path(__file__).with_name('espeak_server.py')


class MissingSpeechError(RuntimeError):
    """espeak-ng is not installed or does not start."""


@dataclass(frozen=True)
class Utterance:
    """A word and how to say it, in espeak-ng's units."""

    word: str
    voice: str
    pitch: int
    rate: int
    range: int


def find_espeak() -> tuple[Path, Path]:
    """Locate espeak-ng's library and its data folder, loading neither.

    Raises:
        MissingSpeechError: If the optional extra is not installed.
    """
    try:
        loader = importlib.import_module('espeakng_loader')
    except ImportError as error:
        raise MissingSpeechError(
            'the demo data needs the speech synthesizer espeak-ng, which is an '
            'optional extra (GPL) and not installed: run `pip install '
            'espeakng-loader` or `pip install .[demo]`'
        ) from error
    return Path(loader.get_library_path()), Path(loader.get_data_path())


def find_voices() -> dict[str, list[str]]:
    """List the voice variants of each split: every fourth is kept for testing."""
    _, data = find_espeak()
    names = sorted(path.name for path in (data / 'voices' / '!v').iterdir())
    return {
        'train': [name for place, name in enumerate(names) if place % 4 != 3],
        'test': names[3::4],
    }


def choose_utterance(
    word: str, voices: list[str], rng: np.random.Generator
) -> Utterance:
    """Draw an accent, one of the voices, pitch, rate and pitch range."""
    return Utterance(
        word,
        f'{rng.choice(ACCENTS)}+{rng.choice(voices)}',
        pitch=int(rng.integers(15, 86)),
        rate=int(rng.integers(130, 240)),
        range=int(rng.integers(20, 80)),
    )


class Speaker:
    """A running espeak-ng.

    What ``say`` returns depends on its argument alone, not on earlier calls.

    Raises:
        MissingSpeechError: If espeak-ng is not installed or does not start.
    """

    def __init__(self) -> None:
        library, data = find_espeak()
        # -I and -S: nothing but the standard library, for a quick start.
        command = [sys.executable, '-I', '-S', str(SERVER)]
        self._process = subprocess.Popen(
            [*command, str(library), str(data.parent)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        try:
            self._rate = self._read_number()
        except EOFError:
            self._rate = -1
        if self._rate <= 0:
            self.close()
            raise MissingSpeechError(
                f'espeak-ng does not start from {library} with the data in {data}: '
                'reinstall it with `pip install --force-reinstall espeakng-loader`'
            )

    def say(self, utterances: Sequence[Utterance]) -> list[np.ndarray]:
        """Return each word as float32 (samples,) at 16 kHz, without silent ends.

        Raises:
            ValueError: If espeak-ng says nothing, as it does for unknown voices.
        """
        assert self._process.stdin and self._process.stdout
        request = json.dumps([astuple(utterance) for utterance in utterances])
        self._process.stdin.write(request.encode() + b'\n')
        self._process.stdin.flush()
        # All answers are read before one is refused, lest the next call get them.
        answers = [
            np.frombuffer(self._process.stdout.read(self._read_number()), np.int16)
            for _ in utterances
        ]
        return [
            self._trim(pcm, utterance)
            for pcm, utterance in zip(answers, utterances, strict=True)
        ]

    def _trim(self, pcm: np.ndarray, utterance: Utterance) -> np.ndarray:
        wave = pcm.astype(np.float32) / 2**15
        loudness = np.abs(wave)
        if not loudness.any():
            raise ValueError(
                f'espeak-ng says nothing for {utterance}: is that a voice it has?'
            )
        loud = np.flatnonzero(loudness > 0.01 * loudness.max())
        return soxr.resample(wave[loud[0] : loud[-1] + 1], self._rate, SAMPLE_RATE)

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()

    def _read_number(self) -> int:
        assert self._process.stdout
        data = self._process.stdout.read(4)
        if len(data) < 4:
            raise EOFError('the espeak-ng process ended unexpectedly')
        return struct.unpack('<i', data)[0]
