"""Notion's databases, the pages of their data sources, the blocks of a page, and the search for all of them."""

from typing import Any

import contract

BLOCKS = ("blocks", "blocks_markdown", "all_blocks_markdown")


def sent(visit: contract.Visit, name: str) -> Any:
    """A value of the body, or of the query."""
    body = visit.request.json if isinstance(visit.request.json, dict) else {}
    return body.get(name, visit.request.query.get(name, [None])[0])


def listed(visit: contract.Visit, page: Any, rows: list[dict[str, Any]], *, served: bool = True):
    """A list as Notion answers it, of GET and of POST."""
    body = {"object": "list", "results": rows, "next_cursor": page.cursor, "has_more": page.more}
    return visit.answer(body, page=page if served else None)


@contract.handles("GET /databases/{database}", serves=("databases", "all_databases", "data_sources"))
def database(visit: contract.Visit):
    """One of them, with its data sources: of pages there is one in each, which is called by it."""
    name = visit.named["database"]
    if visit.api.focus == "data_sources":
        page = visit.page("data_sources", among=visit.share("data_sources", "databases", name))
        return visit.answer({"object": "database", "id": name, "title": [], "data_sources": page.rows}, page=page)
    page = visit.page(visit.stream, among=[name])
    if not page.rows:
        visit.refuse(404, f"Could not find database with ID: {name}")
    sources = [{"id": f"source-{name}", "name": "Tasks"}] if visit.api.focus == "pages" else []
    return visit.answer(page.rows[0] | {"data_sources": sources}, page=page)


@contract.handles("POST /data_sources/source-{database}/query", serves=("pages",))
def query(visit: contract.Visit):
    """Pages of one data source."""
    among = visit.share("pages", "databases", visit.named["database"])
    page = visit.page("pages", cursor=sent(visit, "start_cursor"), among=among)
    return listed(visit, page, page.rows)


@contract.handles("POST /search", serves=("all_pages", "all_data_sources"))
def search(visit: contract.Visit):
    """Pages and data sources; databases do not come, but their data sources name them."""
    if visit.api.focus == "all_databases":
        page = visit.page("all_databases")
        parents = [{"type": "database_id", "database_id": name} for name in page.ids]
        rows = [{"object": "data_source", "id": f"source-{each['database_id']}", "parent": each} for each in parents]
        return listed(visit, page, rows, served=False)
    page = visit.page(visit.stream, cursor=sent(visit, "start_cursor"))
    return listed(visit, page, page.rows)


@contract.handles("GET /blocks/{block}/children", serves=BLOCKS)
def children(visit: contract.Visit):
    """The blocks of a page, of which every other one is the child of the one before."""
    pages = "all_pages" if visit.stream == "all_blocks_markdown" else "pages"
    trees = {page: visit.share(visit.stream, pages, page) for page in visit.ids(pages)}
    child = {blocks[at]: blocks[at + 1] for blocks in trees.values() for at in range(0, len(blocks) - 1, 2)}
    name = visit.named["block"]
    if name not in trees and name not in child:
        visit.refuse(404, f"Could not find block with ID: {name}")
    among = trees[name][::2] if name in trees else [child[name]]
    page = visit.page(visit.stream, cursor=sent(visit, "start_cursor"), among=among)
    return listed(
        visit, page, [row | {"has_children": name in child} for name, row in zip(page.ids, page.rows, strict=True)]
    )
