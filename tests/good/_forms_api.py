"""What YAML cannot say of an API of forms: one form is asked for by its id, and so are the answers to it."""

import contract


@contract.handles("GET /forms/{form}", serves=("forms",))
def form(visit: contract.Visit):
    """One form; a sync of answers asks whether it is open, first."""
    page = visit.page("forms", among=[visit.named["form"]])
    if not page.rows:
        visit.refuse(404, f"no form {visit.named['form']}")
    return visit.answer({"forms": page.rows}, page=page)


@contract.handles("GET /forms/{form}/answers", serves="answers")
def answers(visit: contract.Visit):
    """Some of those that were given to a form."""
    [after] = visit.request.query.get("after", [None])
    page = visit.page("answers", cursor=after, among=visit.share("answers", "forms", visit.named["form"]))
    return visit.answer({"answers": page.rows, "after": page.cursor}, page=page)
