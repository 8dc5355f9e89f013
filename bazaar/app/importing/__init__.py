"""Moving in with a file, one step a module (docs/IMPORT.md)."""
