"""The independent check of a publication's bundle: the standard library alone, nothing of the product's code."""
