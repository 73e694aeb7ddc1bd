"""What the connector raises on purpose."""


class AcmeError(Exception):
    """The API, or the config, is not as it should be. The message says what, where and what would be right.

    It never holds a secret.
    """
