"""Data preprocessors: from what the data set yields to what encoders take."""

from .flow_data_preprocessor import FlowDataPreprocessor
from .spectrogram_options import SpectrogramOptions
from .spectrogram_preprocessor import SpectrogramPreprocessor
from .spectrogram_presets import PRESETS

__all__ = [
    'PRESETS',
    'FlowDataPreprocessor',
    'SpectrogramOptions',
    'SpectrogramPreprocessor',
]
