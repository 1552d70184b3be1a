#!/bin/sh
# A receiver of notifications for any web server that runs CGI programs: it believes only what is signed, and does
# nothing twice. Needs nothing but a shell and the usual small programs (base64, cut, date, find, head, mkdir, od, sed,
# sha256sum, tr). What the web server must put into its environment:
#
# SIGNING_SECRET   whsec_..., what 'amibridge app secret ID' printed
# SEEN             a directory of its own, where it remembers what it has handled
# LOG              a file that gets a line for each notification

set -eu
LC_ALL=C
FRESH_SECONDS=300
REMEMBERED_MINUTES=1500 # a notification comes again for 24 hours at most

answer() {
    printf 'Status: %s\r\n\r\n' "$1"
    exit 0
}

# Bytes, given as numbers.
bytes() {
    for one in "$@"; do
        # shellcheck disable=SC2059 - the escape is what is to be printed
        printf "\\$(printf %03o "$one")"
    done
}

# HMAC-SHA256 of standard input, in base64. Done by hand, because everybody may read the arguments of a program.
hmac() {
    inner='' outer='' left=64
    for byte in $(printf %s "${SIGNING_SECRET#whsec_}" | base64 -d | od -An -v -tu1); do
        inner="$inner $((byte ^ 54))" outer="$outer $((byte ^ 92))" left=$((left - 1))
    done
    while [ "$left" -gt 0 ]; do
        inner="$inner 54" outer="$outer 92" left=$((left - 1))
    done
    digest=$({ bytes $inner; cat; } | sha256sum | cut -c-64 | sed 's/../0x& /g')
    digest=$({ bytes $outer; bytes $digest; } | sha256sum | cut -c-64 | sed 's/../0x& /g')
    bytes $digest | base64
}

# The content is the body as it arrived; for GET the query as it arrived.
if [ "$REQUEST_METHOD" = GET ]; then
    content=$QUERY_STRING
else
    content=$(head -c "${CONTENT_LENGTH:-0}")
fi

id=${HTTP_WEBHOOK_ID:-} at=${HTTP_WEBHOOK_TIMESTAMP:-}
case $id in '' | *[!A-Za-z0-9_-]*) answer '401 Unauthorized' ;; esac
case $at in '' | *[!0-9]* | ???????????*) answer '401 Unauthorized' ;; esac
age=$(($(date +%s) - at))
[ "${age#-}" -lt "$FRESH_SECONDS" ] || answer '401 Unauthorized'
expected=v1,$(printf %s "$id.$at.$content" | hmac)
case " ${HTTP_WEBHOOK_SIGNATURE:-} " in
*" $expected "*) ;;
*) answer '401 Unauthorized' ;;
esac

# One that is there already cannot be made again, however many come at once.
find "$SEEN" -mindepth 1 -maxdepth 1 -mmin "+$REMEMBERED_MINUTES" -exec rmdir {} + 2>/dev/null || :
if ! mkdir "$SEEN/$id" 2>/dev/null; then
    [ -d "$SEEN/$id" ] || answer '500 Internal Server Error'
    answer '204 No Content'
fi
if ! printf '%s\n' "$content" >>"$LOG"; then
    rmdir "$SEEN/$id"
    answer '500 Internal Server Error'
fi
answer '204 No Content'
