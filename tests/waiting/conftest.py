from tests.judging.conftest import contest, small

__all__ = ["contest", "small"]
