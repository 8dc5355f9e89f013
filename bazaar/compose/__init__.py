"""The rest of the composition root: what one process is built of, by command."""
