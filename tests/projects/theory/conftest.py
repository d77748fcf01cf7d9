import pytest
from tinytheory import settings

from projects.theory.monte_carlo import simulate


@pytest.fixture(scope='session')
def study():
    return simulate(settings(), progress=False)
