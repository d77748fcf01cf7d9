"""Settings of the spectrograms that published numbers were made with.

Plain dicts of :class:`SpectrogramOptions` fields. Lengths are samples (``int``)
or seconds (``float``). Published code that calls librosa is given librosa's
zero-padded edges (its default since 0.9); ``pad_mode='reflect'`` gives those of
older versions, which differ in the first and last frame only.
"""

from typing import Any

PRESETS: dict[str, dict[str, Any]] = {
    # Du et al., ICML 2023, Appendix A: "1024-point discrete Fourier transform
    # ... using nnAudio, with 64 ms frame length and 32 ms frame-shift", magnitude
    # only. Hann window and reflected edges are nnAudio's defaults.
    'umt_vggsound': {
        'sample_rate': 16000,
        'win_length': 1024,
        'hop_length': 512,
        'window': 'hann',
        'pad_mode': 'reflect',
        'power': 1.0,
        'log': None,
    },
    # MMAction2 1.2.0, tools/data/build_audio_features.py. Its lws transform is a
    # sine-window STFT; 20 log10(.) - 20 on [-100, 0] dB becomes (dB + 80) / 100.
    # MMAction2 sets the RMS of a whole file, this preset that of each clip,
    # because nothing else of the file is decoded.
    'mmaction2': {
        'sample_rate': 16000,
        'win_length': 512,
        'hop_length': 256,
        'window': 'sine',
        'pad_mode': 'constant',
        'pad_to_hop': True,
        'rms': 0.1,
        'power': 1.0,
        'n_mels': 80,
        'f_min': 125.0,
        'f_max': 7600.0,
        'mel_scale': 'slaney',
        'mel_norm': 'slaney',
        'log': 'db',
        'log_floor': 1e-5,
        'mean': -80.0,
        'std': 100.0,
        'clamp': (0.0, 1.0),
    },
    # Xiao et al., Audiovisual SlowFast, official code: librosa mel with htk=True,
    # 32/16 ms, 80 bins. Power 2 and the Slaney norm are librosa's defaults, taken
    # because the published mean and deviation suit them; the code's own call was
    # not seen. Two seconds give 126 frames, silence fills up to 128.
    'av_slowfast': {
        'sample_rate': 16000,
        'win_length': 512,
        'hop_length': 256,
        'window': 'hann',
        'pad_mode': 'constant',
        'power': 2.0,
        'n_mels': 80,
        'mel_scale': 'htk',
        'mel_norm': 'slaney',
        'log': 'add',
        'log_floor': 1e-8,
        'num_frames': 128,
        'mean': -7.03,
        'std': 4.66,
    },
    # Peng et al., OGM-GE, dataset/CramedDataset.py (librosa.stft).
    'ogm_ge_cremad': {
        'sample_rate': 22050,
        'win_length': 512,
        'hop_length': 353,
        'window': 'hann',
        'pad_mode': 'constant',
        'clip_waveform': (-1.0, 1.0),
        'power': 1.0,
        'log': 'add',
        'log_floor': 1e-7,
    },
    # Peng et al., OGM-GE, dataset/VGGSoundDataset.py (librosa.stft).
    'ogm_ge_vggsound': {
        'sample_rate': 16000,
        'win_length': 256,
        'hop_length': 128,
        'window': 'hann',
        'pad_mode': 'constant',
        'clip_waveform': (-1.0, 1.0),
        'power': 1.0,
        'log': 'add',
        'log_floor': 1e-7,
    },
    # Fan et al., DI-MML: scipy.signal.spectrogram with nperseg=512, noverlap=353
    # and scipy's defaults: Tukey(0.25) window, mean removed from each frame,
    # one-sided density, edges not padded. AVE adds ``zscore=True``.
    'di_mml': {
        'sample_rate': 16000,
        'win_length': 512,
        'hop_length': 159,
        'window': 'tukey',
        'pad_mode': None,
        'clip_waveform': (-1.0, 1.0),
        'detrend': True,
        'power': 2.0,
        'density': True,
        'log': 'add',
        'log_floor': 1e-7,
    },
    # Peng et al., OGM-GE, data/KineticSound/process_audio.py: torchaudio's
    # kaldi.fbank at the recording's own rate (set ``sample_rate``), missing
    # frames filled with 0 before normalization (statistics of AST, AudioSet).
    'kaldi_fbank': {
        'sample_rate': 16000,
        'win_length': 0.025,
        'hop_length': 0.010,
        'window': 'hanning',
        'pad_mode': None,
        'remove_mean': True,
        'detrend': True,
        'preemphasis': 0.97,
        'power': 2.0,
        'n_mels': 128,
        'f_min': 20.0,
        'mel_scale': 'kaldi',
        'log': 'clamp',
        'log_floor': 1.1920928955078125e-07,
        'num_frames': 1024,
        'frame_pad_value': 0.0,
        'mean': -4.503877,
        'std': 2 * 5.141276,
    },
}
