"""The link to the file is logged as it is, with its signature."""

from typing import Any

from loguru import logger

from tests.defects.security.sends_the_token_to_the_file_host import CONTRACT as EXPORTS
from tests.good.none_job import Source as Good

BREAKS = frozenset({"security.signed_links"})
MAY_BREAK = frozenset()
CONTRACT = EXPORTS


class Source(Good):
    def download(self, link: str) -> Any:
        logger.info(f"the export is at {link}")
        return super().download(link)
