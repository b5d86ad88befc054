# Splits `url:login:password` lines at the colons and writes JSON Lines: what a careful person does
# in a hurry. A scheme and a port are not taken for fields; other separators are not known.

function quoted(text) {
    if (text ~ /["\\\001-\037]/) {
        gsub(/\\/, "\\\\", text)
        gsub(/"/, "\\\"", text)
        gsub(/[\001-\037]/, " ", text)
    }
    return "\"" text "\""
}

{
    sub(/\r$/, "")
    start = index($0, "://")
    start = start ? start + 3 : 1
    rest = substr($0, start)
    end = index(rest, ":")
    if (!end) next
    # A port belongs to the URL.
    if (match(substr(rest, end), /^:[0-9]+\/[^:]*:/) == 1) end += RLENGTH - 1
    url = substr($0, 1, start + end - 2)
    rest = substr(rest, end + 1)
    end = index(rest, ":")
    if (!end) next
    host = substr(url, start)
    if (match(host, /[\/:?#]/)) host = substr(host, 1, RSTART - 1)
    print "{\"url\":" quoted(url) ",\"host\":" quoted(host) ",\"username\":" \
        quoted(substr(rest, 1, end - 1)) ",\"password\":" quoted(substr(rest, end + 1)) "}"
}
