"""The pure core: from a rule set and marks to standings, awards and explanations. Standard library only."""
