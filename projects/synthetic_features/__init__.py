"""Uni-modal and paired features on made data (Du et al., ICML 2023, App. A.10)."""
