"""Runs GoogleSQL statements in the reference implementation of GoogleSQL itself (ZetaSQL), each over one table in memory.

Reads a list of {"sql", "table", "columns": [[name, type]], "rows"} as JSON from standard input, with types STRING, INT64 and
FLOAT64; writes the rows of each answer as JSON lists to standard output. Errors of the analyser end it with status 1.
"""

import json
import math
import sys

from zetasql.api import CatalogBuilder, PreparedQuery, TableBuilder, create_table_content
from zetasql.types import AnalyzerOptions, LanguageOptions, TypeKind, ZetaSQLBuiltinFunctionOptions

kinds = {"STRING": TypeKind.TYPE_STRING, "INT64": TypeKind.TYPE_INT64, "FLOAT64": TypeKind.TYPE_DOUBLE}


def value(cell):
    for name in ("int64_value", "double_value", "string_value"):
        found = getattr(cell, name, None)
        if found is not None:
            return str(found) if isinstance(found, float) and not math.isfinite(found) else found
    return None


def answer(asked):
    language = LanguageOptions.maximum_features()
    table = TableBuilder(asked["table"])
    for name, kind in asked["columns"]:
        table = table.add_column(name, kinds[kind])
    functions = ZetaSQLBuiltinFunctionOptions(language_options=language)
    catalog = CatalogBuilder("test").add_table(table.build()).with_builtin_functions(functions).build()
    floats = [kind == "FLOAT64" for _, kind in asked["columns"]]
    rows = [[float(v) if f and v is not None else v for v, f in zip(row, floats)] for row in asked["rows"]]
    query = PreparedQuery.builder().set_sql(asked["sql"]).set_catalog(catalog)
    query.set_analyzer_options(AnalyzerOptions(language_options=language))
    query.set_table_content({asked["table"]: create_table_content(rows)})
    with query.prepare() as prepared:
        return [[value(cell) for cell in row.cell] for row in prepared.execute().content.table_data.row]


json.dump([answer(asked) for asked in json.load(sys.stdin)], sys.stdout)
