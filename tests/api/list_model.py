"""What a list shows, said once more in plain Python: the oracle for the API's lists."""

from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

FIELDS: Final = ("type", "id", "method", "url", "status", "note", "modified", "links")
KNOWN: Final = ("count", "startIndex", "filterBy", "filterOp", "filterValue", "fields", "sortOrder")
ORDERS: Final = {"ascending": False, "asc": False, "descending": True, "desc": True}
LAST: Final = 5000


def answer(resources: list[dict[str, Any]], query: str, url: str) -> dict[str, Any] | str:
    """The answer to a list of these resources, or the code of what is wrong with the query.

    Args:
        resources: All that there are, as the API shows them.
        query: What stands after the question mark.
        url: The list's own URL, without query.
    """
    asked: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        asked.setdefault(name, value)
    wrong = fault(asked)
    if wrong:
        return wrong
    count, start = int(asked.get("count", "20")), int(asked.get("startIndex", "0"))
    found = sorted((one for one in resources if fits(one, asked)), key=lambda one: (one["url"], one["id"]))
    if ORDERS[asked.get("sortOrder", "asc")]:
        found.reverse()
    names = [name.strip() for name in asked.get("fields", ",".join(FIELDS)).split(",")]
    page = {
        "entry": [
            {name: one[name] for name in FIELDS if name in names and name in one} for one in found[start:][:count]
        ],
        "startIndex": start,
        "itemsPerPage": count,
        "totalResults": len(found),
    }
    if start + count < len(found) and start + count <= LAST:
        page["next"] = link(url, asked, start + count, count)
    end = min(start, len(found))
    if end > 0:
        page["prev"] = link(url, asked, max(end - count, 0), min(count, end))
    return page


def fault(asked: dict[str, str]) -> str:
    """The code of the first parameter that is wrong; empty when none is."""
    for name, least in (("count", 1), ("startIndex", 0)):
        text = asked.get(name, "1")
        if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= LAST):
            return f"{name.lower()}_invalid"
    by, op = asked.get("filterBy"), asked.get("filterOp")
    if by is not None and by not in FIELDS[:-1]:
        return "filterby_invalid"
    if op is not None and op not in {"equals", "contains", "startsWith", "inArray", "present"}:
        return "filterop_invalid"
    if by is not None and op != "present" and "filterValue" not in asked:
        return "filtervalue_invalid"
    if any(name.strip() not in FIELDS for name in asked.get("fields", "url").split(",")):
        return "fields_invalid"
    return "" if asked.get("sortOrder", "asc") in ORDERS else "sortorder_invalid"


def fits(one: dict[str, Any], asked: dict[str, str]) -> bool:
    """Whether the filter lets a resource through."""
    if "filterBy" not in asked:
        return True
    if asked["filterBy"] not in one:
        return False
    value, wanted = one[asked["filterBy"]], asked.get("filterValue", "")
    return bool(
        {
            "equals": value == wanted,
            "contains": value.find(wanted) >= 0,
            "startsWith": value[: len(wanted)] == wanted,
            "inArray": wanted.split(",").count(value) > 0,
            "present": True,
        }[asked.get("filterOp", "equals")]
    )


def link(url: str, asked: dict[str, str], start: int, count: int) -> str:
    """The URL of another page: what was asked, from elsewhere on."""
    kept = {name: value for name, value in asked.items() if name in KNOWN}
    kept["startIndex"] = str(start)
    if "count" in kept or count != 20:
        kept["count"] = str(count)
    return f"{url}?{urlencode(kept)}"
