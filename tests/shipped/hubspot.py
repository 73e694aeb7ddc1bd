"""HubSpot's objects, whose cursor has a link beside it, and their properties, which are asked before the records."""

from urllib.parse import quote

import contract


@contract.handles("GET /crm/v3/properties/{object}")
def properties(visit: contract.Visit):
    """A few of them."""
    if visit.named["object"] not in visit.api.described.streams:
        visit.refuse(404, f"no object {visit.named['object']}")
    names = ("email", "hs_object_id")
    return visit.answer(
        {"results": [{"name": name, "label": name, "fieldType": "text", "type": "string"} for name in names]}
    )


@contract.handles("GET /crm/v3/objects/{object}", serves="{object}")
def objects(visit: contract.Visit):
    """A page of them. On the last one there is no `paging`."""
    name = visit.named["object"]
    [after] = visit.request.query.get("after", [None])
    page = visit.page(name, cursor=after)
    body = {"results": page.rows}
    if page.cursor:
        link = f"https://api.hubapi.com/crm/v3/objects/{name}?after={quote(page.cursor)}"
        body["paging"] = {"next": {"after": page.cursor, "link": link}}
    return visit.answer(body, page=page)
