#!/usr/bin/env python
"""Print which pinned requirements an environment lacks.

Versions that differ from the pinned ones are reported on stderr and kept.
"""

import sys
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from pip._vendor.packaging.requirements import Requirement
from pip._vendor.packaging.version import Version

# Modules that other packages may provide as well; a second one would overwrite it.
SHARED = {
    'mmcv-lite': 'mmcv',
    'opencv-python': 'cv2',
    'opencv-contrib-python': 'cv2',
}


def read_requirements(paths: list[str]) -> list[Requirement]:
    """Read what applies to this Python; one ``name==version`` a line."""
    requirements = []
    for path in paths:
        with open(path, encoding='utf-8') as file:
            lines = [line.partition('#')[0].strip() for line in file]
        requirements += [Requirement(line) for line in lines if line]
    return [r for r in requirements if r.marker is None or r.marker.evaluate()]


def installed(name: str) -> str | None:
    """Return a package's version, None if it is not there."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def pin(requirement: Requirement) -> str:
    """Return ``name==version``, for torch's companions after the torch in place."""
    torch = installed('torch')
    if torch and requirement.name in ('torchvision', 'torchaudio'):
        major, minor, patch = Version(torch).release[:3]
        if requirement.name == 'torchvision':
            # 0.21 belongs to torch 2.6, 0.22 to 2.7 and so on.
            major, minor = 0, minor + 15
        return f'{requirement.name}=={major}.{minor}.{patch}'
    return f'{requirement.name}{requirement.specifier}'


def main() -> None:
    """Compare."""
    different = []
    for requirement in read_requirements(sys.argv[1:]):
        found = installed(requirement.name)
        if found is None:
            module = SHARED.get(requirement.name)
            if module is None or find_spec(module) is None:
                print(pin(requirement))
        elif not requirement.specifier.contains(found, prereleases=True):
            different.append(f'{requirement.name} {found} ({requirement.specifier})')
    if different:
        print(
            'setup_env: warning: kept versions that differ from the tested ones: '
            + ', '.join(different),
            file=sys.stderr,
        )


if __name__ == '__main__':
    main()
