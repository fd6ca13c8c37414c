"""Fills a database from seeds/ by calling the services, as people would."""

from contest.seeding.loading import is_empty, seed

__all__ = ["is_empty", "seed"]
