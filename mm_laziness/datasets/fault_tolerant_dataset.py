"""A data set that meets missing and broken files as its user decided."""

import torch
from mmaction.datasets import BaseActionDataset

from .faults import POLICIES, FaultRecord, ModalityFault, is_file_fault
from .transforms import PackModalities


class FaultTolerantDataset(BaseActionDataset):
    """Load samples; skip, blank or refuse those with faults, and record each one.

    A subclass sets ``modalities`` (what to load), ``clock`` (the source that all
    modalities follow) and ``on_error`` (a policy, or one per modality; see
    :class:`MultiModalDataset`) before a sample is loaded.
    """

    modalities: tuple[str, ...]
    clock: str
    missing: tuple[str, ...] = ()
    on_error: str | dict[str, str]

    def policy(self, modality: str) -> str:
        """What to do about a fault of ``modality``.

        Raises:
            ValueError: If the policy does not exist.
        """
        policy = self.on_error
        if isinstance(policy, dict):
            policy = policy.get(modality, 'raise')
        if policy not in POLICIES:
            raise ValueError(f'on_error must be one of {POLICIES}, but got {policy!r}')
        return policy

    def prepare_data(self, idx: int) -> dict:
        """Run the pipeline; a fault is met as ``on_error`` says.

        Raises:
            FileNotFoundError: If a file is missing and the policy is ``'raise'``.
            ValueError: If a file is broken and the policy is ``'raise'``, or no
                readable sample is found in ``max_refetch`` draws.
        """
        faults: list[FaultRecord] = []
        blank: tuple[str, ...] = ()
        while len(faults) <= self.max_refetch:
            info = self.get_data_info(idx)
            wanted = tuple(name for name in self.modalities if name not in blank)
            info.update(load_modalities=wanted, faults=faults)
            try:
                data = self.pipeline(info) if wanted else self._pack_blank(info)
                return self._fill(data)
            except ModalityFault as error:
                fault = error
                broken: tuple[str, ...] = (error.modality,)
            except Exception as error:
                if not is_file_fault(error):
                    raise
                # Before the branches: without the clock no modality has its time.
                fault = ModalityFault(self.clock, info['filename'], error)
                broken = wanted
            policies = [self.policy(name) for name in broken]
            if 'raise' in policies:
                raise fault.as_error(fault.modality in self.missing) from fault.cause
            # A test keeps its size, so there a skipped modality is blank instead.
            skip = 'skip' in policies and not self.test_mode
            action = 'skipped' if skip else 'zeros'
            faults.append(FaultRecord(fault.modality, fault.path, fault.reason, action))
            if skip:
                idx, blank = self._rand_another(), ()
            else:
                blank += broken
        raise ValueError(
            f'{len(faults)} samples in a row could not be read, the last: {fault}; '
            'check data_root and data_prefix'
        )

    def _fill(self, data: dict) -> dict:
        """Add zeros for the modalities that were not loaded, in the usual order."""
        inputs = data['inputs']
        if len(inputs) < len(self.modalities):
            data['inputs'] = {
                name: inputs[name] if name in inputs else torch.zeros_like(blank)
                for name, blank in self._shapes().items()
            }
        return data

    def _pack_blank(self, info: dict) -> dict:
        blank = {name: torch.zeros_like(t) for name, t in self._shapes().items()}
        return PackModalities()(dict(info, modalities=blank))

    def _shapes(self) -> dict[str, torch.Tensor]:
        """Inputs of the first sample without fault, for the shapes of zeros."""
        if not hasattr(self, '_template'):
            for idx in range(len(self)):
                info = self.get_data_info(idx)
                info.update(load_modalities=self.modalities)
                try:
                    self._template = self.pipeline(info)['inputs']
                    break
                except Exception as error:
                    if not isinstance(error, ModalityFault) and not is_file_fault(
                        error
                    ):
                        raise
            else:
                raise ValueError(
                    f'no sample of {self.ann_file} has all of {self.modalities}; check '
                    'data_root and data_prefix'
                )
        return self._template
