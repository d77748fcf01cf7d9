"""MMTM models that evaluate as those of the official code do, for golden tests."""

from projects.balanced_mmtm.models import MMTM, MMTMRecognizer


class PendingMMTM(MMTM):
    """Is re-balanced in evaluation, too, as both tags of the vectors are."""

    def forward(self, maps, rebalanced=None, mean_squeezes=None):
        mode, self.training = self.training, True
        self.counts = mode
        maps = super().forward(maps, rebalanced, mean_squeezes)
        self.training = mode
        return maps

    def update_averages(self, gates):
        if self.counts:
            super().update_averages(gates)


class OfficialMMTM(PendingMMTM):
    """Its evaluation counts, and all averages are those of the first gate."""

    def update_averages(self, gates):
        first = next(iter(gates.values()))
        MMTM.update_averages(self, dict.fromkeys(gates, first))


class PendingRecognizer(MMTMRecognizer):
    """Evaluates in the mode that the next training step will have."""

    def _run_stages(self, maps):
        mode, self.training = self.training, True
        active, self.rebalancing.active = self.rebalancing.active, True
        feats = super()._run_stages(maps)
        self.training, self.rebalancing.active = mode, active
        return feats
