"""What makes Runners quick."""

import pytest
from mmengine.registry import DefaultScope


@pytest.fixture(autouse=True, scope='module')
def no_environment():
    """Each Runner asks compilers and git for their versions: longer than it trains.

    For fixtures of modules, too, as is MMAction2's scope.
    """
    with (
        pytest.MonkeyPatch.context() as patch,
        DefaultScope.overwrite_default_scope('mmaction'),
    ):
        patch.setattr('mmengine.runner.runner.collect_env', dict)
        patch.setattr('mmengine.runner.runner.get_git_hash', str)
        yield
