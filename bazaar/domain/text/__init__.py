"""Text that others wrote: rules, folding, safe Markdown."""
