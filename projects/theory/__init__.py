"""A simulator of Du et al., ICML 2023, Sec. 3.4 and App. B."""
