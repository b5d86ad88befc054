"""The same table by DuckDB: `duck.py TEXT OUTPUT json|parquet`, run by a Python that has it."""

import sys

import duckdb

# URL (a scheme, a port and a path may be in it), login, password.
LINE = r"^((?:[A-Za-z]+://)?[^:/?#]+(?::[0-9]+/)?[^:]*):([^:]*):(.*)$"


def main():
    text, output, form = sys.argv[1:]
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    # One column a line; lines that are no UTF-8 are left out.
    connection.execute(
        f"""
        COPY (
            SELECT parts.url AS url,
                   regexp_extract(parts.url, '^(?:[A-Za-z]+://)?([^/:?#]+)', 1) AS host,
                   parts.login AS username, parts.password AS password
            FROM (
                SELECT regexp_extract(line, '{LINE}', ['url', 'login', 'password']) AS parts
                FROM read_csv('{text}', columns = {{'line': 'VARCHAR'}}, delim = '\x01', quote = '',
                              escape = '', header = false, auto_detect = false,
                              ignore_errors = true, strict_mode = false,
                              max_line_size = 2000000)
            )
            WHERE parts.url <> ''
        ) TO '{output}' (FORMAT {form})
        """
    )


main()
