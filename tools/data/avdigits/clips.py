"""Makes single clips, in worker processes that load only what this needs."""

from dataclasses import dataclass
from pathlib import Path

import cv2
from pictures import FPS, Digits, PictureChoice, draw_frames
from plan import Clip
from sound import SoundChoice, mix_sound
from speech import SAMPLE_RATE, Speaker
from video import write_mp4


@dataclass
class Maker:
    """What a process needs to make clips, loaded once."""

    digits: Digits
    voices: dict[str, list[str]]
    speaker: Speaker

    def make(self, clip: Clip, path: Path) -> tuple[PictureChoice, SoundChoice]:
        """Write one clip and return what was chosen for it."""
        rng = clip.rng()
        frames, picture = draw_frames(self.digits, clip.split, clip.seen, rng)
        voices = self.voices[clip.split]
        sound, choice = mix_sound(clip.heard, voices, self.speaker.say, rng)
        write_mp4(path, frames, FPS, sound, SAMPLE_RATE)
        return picture, choice


_maker: Maker | None = None


def start_worker(digits: Digits, voices: dict[str, list[str]]) -> None:
    """Prepare a worker process."""
    global _maker
    cv2.setNumThreads(1)
    _maker = Maker(digits, voices, Speaker())


def make_in_worker(clip: Clip, path: Path) -> None:
    """Make one clip in a prepared worker process."""
    assert _maker is not None
    try:
        _maker.make(clip, path)
    except Exception as error:
        raise RuntimeError(f'could not make {path}: {error}') from error
