"""The chain of signatures under a sheet."""
