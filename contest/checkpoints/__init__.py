"""Checkpoints on screen: listed, shown in the hall, downloaded, countersigned, held against the chain."""
