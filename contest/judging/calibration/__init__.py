"""The calibration round before the contest."""
