"""The shop of somebody else."""
