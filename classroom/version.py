"""The version that runs: the image of the product holds no pyproject.toml to ask."""

VERSION = "0.1.0"
