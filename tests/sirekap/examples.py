"""What the generated tests of Sirekap's workflows start from."""

from tests.sirekap import publication_examples  # noqa: F401
