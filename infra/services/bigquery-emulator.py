"""Starts bqemulator with BigQuery's decimals.

It runs on DuckDB, whose DECIMAL has 3 places behind the point where none are named. BigQuery's NUMERIC has 9 and its
BIGNUMERIC 38, of which DuckDB's 38 digits leave room for 15. Arguments are those of the `bqemulator` command.
"""

from bqemulator.cli import main
from sqlglot import exp
from sqlglot.generators.duckdb import DuckDBGenerator

DuckDBGenerator.TYPE_PARAM_SETTINGS = {
    **DuckDBGenerator.TYPE_PARAM_SETTINGS,
    exp.DType.DECIMAL: ((38, 9), (38, 38)),
    exp.DType.BIGDECIMAL: ((38, 15), (38, 38)),
}
main()
