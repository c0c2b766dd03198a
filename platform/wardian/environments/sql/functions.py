"""The SQL functions that an agent may use: the same arguments give the same result, on every machine."""

from wardian.environments.substitutes import DATE_FUNCTIONS

__all__ = ["JSON_FUNCTIONS", "PURE_FUNCTIONS"]

JSON_FUNCTIONS = frozenset(
    (
        *("->", "->>", "json", "json_array", "json_array_length", "json_extract", "json_group_array"),
        *("json_group_object", "json_object", "json_quote", "json_type", "json_valid"),
    )
)
"""Not within writes: SQLite remembers of their results that they are JSON, and the change log would show an object
where the table has text."""

PURE_FUNCTIONS = frozenset(
    (
        *DATE_FUNCTIONS,
        *JSON_FUNCTIONS,
        *("abs", "avg", "ceil", "ceiling", "char", "coalesce", "count", "cume_dist", "dense_rank", "exp"),
        *("first_value", "floor", "format", "glob", "group_concat", "hex", "if", "ifnull", "iif", "instr", "lag"),
        *("last_value", "lead", "length", "like", "likelihood", "likely", "ln", "log", "log10", "log2", "lower"),
        *("ltrim", "max", "min", "mod", "nth_value", "ntile", "nullif", "percent_rank", "pow", "power", "printf"),
        *("quote", "rank", "replace", "round", "row_number", "rtrim", "sign", "sqrt", "string_agg", "substr"),
        *("substring", "sum", "total", "trim", "trunc", "typeof", "unicode", "unlikely", "upper"),
    )
)
"""Left out, beside what looks at the machine or at files: what depends on what a connection did before."""
