import pytest

from tests.engines.served import serving


@pytest.fixture
def served():
    with serving() as told:
        yield told
