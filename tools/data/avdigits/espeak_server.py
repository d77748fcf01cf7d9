"""Speak words through libespeak-ng, as a process that does nothing else.

Started by ``speech.Speaker`` as ``python espeak_server.py LIBRARY DATA_PARENT``.
Each line of standard input is a JSON list of ``[word, voice, pitch, rate, range]``
lists. The answer to each word is a little-endian int32, the number of bytes that
follow, and that many bytes of 16-bit mono samples; 0 where nothing is said. The
first number, before any request, is the sampling rate in Hz.

Only the standard library is imported: the process is forked for every request.
"""

import ctypes
import json
import os
import struct
import sys

SYNCHRONOUS = 2
DONT_EXIT = 0x8000
UTF8 = 1
RATE, PITCH, RANGE = 1, 3, 4
FIXED_SEED = 1

Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


def speak(
    library: ctypes.CDLL, word: str, voice: str, pitch: int, rate: int, span: int
) -> bytes:
    """Return the word's samples; empty if the voice is unknown."""
    chunks: list[bytes] = []

    @Callback
    def collect(samples, count, _events):
        if samples and count > 0:
            chunks.append(ctypes.string_at(samples, 2 * count))
        return 0

    library.espeak_SetSynthCallback(collect)
    # The library seeds itself with the time of day.
    library.espeak_ng_SetRandSeed(ctypes.c_long(FIXED_SEED))
    if library.espeak_SetVoiceByName(voice.encode()):
        return b''
    library.espeak_SetParameter(RATE, rate, 0)
    library.espeak_SetParameter(PITCH, pitch, 0)
    library.espeak_SetParameter(RANGE, span, 0)
    text = word.encode() + b'\0'
    size = ctypes.c_size_t(len(text))
    library.espeak_Synth(text, size, 0, 1, 0, UTF8, None, None)
    library.espeak_Synchronize()
    return b''.join(chunks)


def answer_in_child(library: ctypes.CDLL, request: list[list]) -> bytes:
    """Speak in a fork, which starts from the same state every time.

    Filters, flutter and echo of the library live on from word to word, even over
    ``espeak_Terminate``: in one process a word depends on what was said before.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            with os.fdopen(writer, 'wb') as pipe:
                for word in request:
                    samples = speak(library, *word)
                    pipe.write(struct.pack('<i', len(samples)) + samples)
            os._exit(0)
        finally:
            os._exit(1)
    os.close(writer)
    with os.fdopen(reader, 'rb') as pipe:
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    return struct.pack('<i', 0) * len(request) if status else answer


def main() -> None:
    """Answer requests until standard input ends."""
    library_path, data_parent = sys.argv[1:]
    library = ctypes.CDLL(library_path)
    # The library cuts paths off after some 160 characters; '.' is short.
    os.chdir(data_parent)
    rate = library.espeak_Initialize(SYNCHRONOUS, 0, b'.', DONT_EXIT)
    if rate > 0:
        # The first word reads hundreds of files, which every fork would do again.
        speak(library, 'one', 'en-us', 50, 175, 50)
    out = sys.stdout.buffer
    out.write(struct.pack('<i', rate))
    out.flush()
    for line in sys.stdin.buffer:
        out.write(answer_in_child(library, json.loads(line)))
        out.flush()


if __name__ == '__main__':
    main()
