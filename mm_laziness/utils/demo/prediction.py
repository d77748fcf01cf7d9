"""What a trained recognizer says about one video file. K classes."""

import tempfile
import wave
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import torch
from mmengine.dataset import Compose
from mmengine.registry import init_default_scope
from torch import Tensor

from ...datasets.faults import ModalityFault, is_file_fault
from ...datasets.transforms.sound import SoundError

_SILENCE_RATE = 16000


@dataclass
class VideoPrediction:
    """Probabilities of the classes.

    Args:
        fused (Tensor): Of the whole model, (K,).
        modalities (dict[str, Tensor]): Of each modality's own scores, (K,); empty for
            a model without such.
        blank (dict[str, str]): Modalities that the video does not have, which the
            model was given as zeros, and the reader's words.
    """

    fused: Tensor
    modalities: dict[str, Tensor] = field(default_factory=dict)
    blank: dict[str, str] = field(default_factory=dict)

    def summary(self, names: list[str], top: int = 5) -> dict:
        """Plain numbers for people and for JSON.

        Args:
            names (list[str]): Of the K classes.
            top (int): How many classes to tell.

        Returns:
            dict: ``fused`` and, by modality, ``modalities``: each ``certainty`` (the
            highest probability, as Fan et al., ACM MM 2024, define it) and ``top``, a
            list of ``class``, ``name`` and ``score``, best first; ``scores``, what
            these are; ``blank``.

        Raises:
            ValueError: If there are not K names, or ``top`` is below 1.
        """
        if len(names) != len(self.fused) or top < 1:
            raise ValueError(
                f'there must be a name for each of {len(self.fused)} classes and at '
                f'least one place, but there are {len(names)} and {top}'
            )
        return dict(
            scores='probabilities (softmax of the logits)',
            fused=_best(self.fused, names, top),
            modalities={m: _best(p, names, top) for m, p in self.modalities.items()},
            blank=dict(self.blank),
        )


def predict_video(
    model: Any, path: str | Path, sources: Mapping[str, str] | None = None
) -> VideoPrediction:
    """Run a model on a video through its test pipeline.

    Sound that the video lacks is replaced by silence, the zeros of a data set's
    ``on_error='zeros'``, and told in ``blank``.

    Args:
        model (nn.Module): What :func:`load_recognizer` returns.
        path (str or Path): The video.
        sources (Mapping[str, str], optional): Files of modalities that are not in it,
            such as a second view.

    Raises:
        FileNotFoundError: If a file does not exist.
        ValueError: If it is no video, a source is of no modality of the model, or the
            model's pipeline reads something else than videos.
    """
    path, sources = str(path), dict(sources or {})
    check_video(path)
    known = list(getattr(model, 'modalities', ()))
    if unknown := [name for name in sources if name not in known]:
        raise ValueError(f'the model has the modalities {known}, but not {unknown}')
    if absent := [file for file in sources.values() if not Path(file).is_file()]:
        raise FileNotFoundError(f'{", ".join(absent)} does not exist')
    blank: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        silence = _write_silence(Path(folder) / 'silence.wav')
        while True:
            info = dict(filename=path, label=-1, start_index=0, modality='RGB')
            info['filename_tmpl'] = 'img_{:05}.jpg'
            info['sources'] = {m: dict(info, filename=f) for m, f in sources.items()}
            if known:
                info['load_modalities'] = tuple(known)
            try:
                return _prediction(_infer(model, info), blank)
            except ModalityFault as fault:
                name = fault.modality
                if not isinstance(fault.cause, SoundError) or name in blank:
                    raise ValueError(f'{fault}') from fault
                blank[name] = fault.reason
                sources[name] = silence


def check_video(path: str) -> None:
    """Refuse what is no video.

    Raises:
        FileNotFoundError: If the file does not exist.
        ValueError: If it cannot be opened or has no pictures.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f'video {path} does not exist')
    try:
        with av.open(path) as container:
            kinds = [stream.type for stream in container.streams]
    except av.error.FFmpegError as error:
        raise ValueError(f'{path} is no video that can be read: {error}') from error
    if 'video' not in kinds:
        raise ValueError(f'{path} has no pictures; its streams are {kinds}')


def _infer(model: Any, info: dict) -> Any:
    from mmaction.apis import inference_recognizer

    init_default_scope('mmaction')
    pipeline = Compose(_steps(model.cfg))
    try:
        return inference_recognizer(model, info, pipeline)
    except KeyError as error:
        raise ValueError(
            f'the test pipeline of the model needs {error}, which a video file does '
            'not give: it reads folders of frames or prepared features; let it begin '
            'with DecordInit and decode with DecordDecode'
        ) from error
    except Exception as error:
        if not is_file_fault(error):
            raise
        reason = ' '.join(str(error).split())[:200]
        path = info['filename']
        raise ValueError(f'{path} cannot be read as a video: {reason}') from error


def _steps(cfg: Any) -> list:
    steps = cfg.get('test_pipeline')
    if not steps and cfg.get('test_dataloader'):
        steps = cfg.test_dataloader.dataset.get('pipeline')
    if not steps:
        raise ValueError('the config of the model has no test_pipeline; give it one')
    return steps


def _prediction(sample: Any, blank: dict[str, str]) -> VideoPrediction:
    own = sample.get('unimodal_scores') or {}
    return VideoPrediction(
        probabilities(sample.pred_score),
        {name: probabilities(scores) for name, scores in own.items()},
        blank,
    )


def probabilities(scores: Tensor) -> Tensor:
    """Softmax of logits; probabilities, as MMAction2's heads may give, stay.

    Args:
        scores (Tensor): Logits or probabilities of shape (K,).

    Returns:
        Tensor: Probabilities (K,), float32 on the CPU.
    """
    scores = scores.detach().float().cpu()
    if bool((scores >= 0).all()) and abs(float(scores.sum()) - 1) < 1e-3:
        return scores
    return scores.softmax(dim=0)


def _best(shares: Tensor, names: list[str], top: int) -> dict:
    values, classes = torch.sort(shares, descending=True, stable=True)
    best = zip(values[:top].tolist(), classes[:top].tolist(), strict=True)
    return dict(
        certainty=float(values[0]),
        top=[{'class': c, 'name': names[c], 'score': value} for value, c in best],
    )


def _write_silence(path: Path) -> str:
    """A second of zeros; what lies outside of it is zeros, too."""
    with wave.open(str(path), 'wb') as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_SILENCE_RATE)
        file.writeframes(bytes(2 * _SILENCE_RATE))
    return str(path)
