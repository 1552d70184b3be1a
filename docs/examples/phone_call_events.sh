#!/bin/sh
# Assigns URLs to the call events of an extension, as any program of the UnifiedAPI does. Needs curl and nothing else.
#
# phone_call_events.sh 210 create 0 'https://crm.example/hook?tenant=7' 'screen pop'
# phone_call_events.sh 210 list
# phone_call_events.sh 210 list url crm.example       those whose URL contains that
# phone_call_events.sh 210 update 0 ID status 0
# phone_call_events.sh 210 delete 0 ID
#
# UNIFIEDAPI_URL                                      where the API is; http://127.0.0.1:8480 unless told otherwise
# UNIFIEDAPI_CLIENT_ID and UNIFIEDAPI_CLIENT_SECRET   of the App, or
# UNIFIEDAPI_TOKEN                                    a token that you have already
# UNIFIEDAPI_PAGE                                     how many a page of a list has; 100 unless told otherwise
#
# Each answer is printed as it comes, in JSON. Status 0: done; 1: refused, or no answer; 2: wrong use.

set -eu
URL=${UNIFIEDAPI_URL:-http://127.0.0.1:8480}
URL=${URL%/}
PAGE=${UNIFIEDAPI_PAGE:-100}

usage() {
    sed -n '4,8s/^# /usage: /p' "$0" >&2
    exit 2
}

fail() {
    printf '%s\n' "$1" >&2
    exit "$2"
}

# A text as it stands between quotes in JSON.
json() {
    case $1 in *[[:cntrl:]]*) fail "no control characters, please" 2 ;; esac
    printf '%s' "$1" | sed 's/\\/\\\\/g; s/"/\\"/g'
}

# What stands behind "name": in the JSON on standard input.
value() {
    sed -n "s/.*\"$1\": *\"\{0,1\}\([^\",}]*\).*/\1/p"
}

# Runs curl with these arguments and prints the answer; anything but 2xx ends the program with what the answer says.
# Secrets go to curl by standard input, since everybody may read the arguments of a process.
ask() {
    answer=$(curl --silent --show-error --globoff --max-time 30 --write-out '\n%{http_code}' "$@") ||
        fail "no answer of the API at $URL" 1
    status=${answer##*
}
    answer=${answer%
*}
    case $status in
    2??) [ -z "$answer" ] || printf '%s\n' "$answer" ;;
    *) fail "$status $answer" 1 ;;
    esac
}

# OAuth 2 client credentials; programs of the UnifiedAPI begin the form with an &, and say some more than is needed.
log_in() {
    [ -n "${UNIFIEDAPI_CLIENT_ID:-}" ] && [ -n "${UNIFIEDAPI_CLIENT_SECRET:-}" ] ||
        fail "set UNIFIEDAPI_CLIENT_ID and UNIFIEDAPI_CLIENT_SECRET, or UNIFIEDAPI_TOKEN" 2
    printf '&grant_type=client_credentials&client_id=%s&client_secret=%s&redirect_uri=%s&type=unifiedapi&state=%s' \
        "$UNIFIEDAPI_CLIENT_ID" "$UNIFIEDAPI_CLIENT_SECRET" "$URL" "$$" |
        ask --data-binary @- "$URL/oauth/token.php"
}

# Sends a request with the token.
send() {
    printf 'header = "Authorization: Bearer %s"\n' "$TOKEN" |
        ask --config - --header 'Content-Type: application/json' "$@"
}

[ $# -ge 2 ] || usage
case $1 in '' | *[!0-9*]*) usage ;; esac
PLACE=$URL/uapi/extensions/@me/$1/phoneCallEvents
DO=$2
shift 2
case $DO:$# in
create:2 | create:3 | update:4 | delete:2) case $1 in [0-4]) ;; *) usage ;; esac ;;
list:0 | list:2) ;;
*) usage ;;
esac
case $DO in update | delete) case $2 in '' | *[!A-Za-z0-9]*) usage ;; esac ;; esac
if [ -n "${UNIFIEDAPI_TOKEN:-}" ]; then
    TOKEN=$UNIFIEDAPI_TOKEN
else
    answer=$(log_in) || exit
    TOKEN=$(printf '%s' "$answer" | value access_token)
fi

case $DO in
create)
    url=$(json "$2") || exit
    note=$(json "${3:-}") || exit
    send --data-binary "{\"type\": \"$1\", \"method\": \"1\", \"url\": \"$url\", \"note\": \"$note\"}" "$PLACE/"
    ;;
list)
    [ $# -eq 0 ] || set -- --data-urlencode "filterBy=$1" --data filterOp=contains --data-urlencode "filterValue=$2"
    start=0 total=1
    while [ "$start" -lt "$total" ]; do
        page=$(send --get --data "count=$PAGE" --data "startIndex=$start" "$@" "$PLACE") || exit
        printf '%s\n' "$page"
        total=$(printf '%s' "$page" | value totalResults)
        start=$((start + PAGE))
    done
    ;;
update)
    text=$(json "$4") || exit
    send --request PUT --data-binary "{\"$3\": \"$text\"}" "$PLACE/$1/$2"
    ;;
delete)
    send --request DELETE "$PLACE/$1/$2"
    ;;
esac
