"""The pictures of a frozen report, drawn from nothing but its snapshot."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from compliance.overview import addresses
from compliance.web import charts
from compliance.web.words import sentence
from compliance.wording import counted


def pictures(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    heat = snapshot["heat"]
    return {
        "groups": _groups(heat), "to": addresses,
        "columns": [{"code": column["prefix"], "name": f"{column['title']} {column['version']}", "url": "#heat"}
                    for column in heat["columns"]],
        "ageing": charts.ageing([tuple(row) for row in snapshot["ageing"]]),
        "causes": charts.pareto([(sentence(name), count) for name, count in snapshot["causes"]])
        if snapshot["causes"] else "",
    }


def _groups(heat: Mapping[str, Any]) -> list[dict[str, Any]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in heat["rows"]:
        cells = [{**cell, "url": addresses.cell(row["site"], column["prefix"]),
                  "label": f"{row['site']} {column['prefix']}"}
                 for column, cell in zip(heat["columns"], row["cells"], strict=True)]
        found[row["region"]].append({"code": row["site"], "name": row["name"], "operator": row["operator"],
                                     "url": addresses.site(row["site"]), "cells": cells})
    return [{"name": f"{region.upper()}, {counted(len(rows), 'site')}", "rows": rows} for region, rows in found.items()]
