#!/usr/bin/env bash
# Prints what a shell reads to complete commands of amibridge, as a file of its own: completion.sh bash|zsh|fish
#
# zsh wants #compdef on the first line, and runs the file itself, as the function _amibridge, at the first Tab.
#
#   OUR_PYTHON     one with amibridge
set -euo pipefail

_AMIBRIDGE_COMPLETE=source_$1 "${OUR_PYTHON:-.venv/bin/python}" -m amibridge | sed '/./,$!d' |
    if [ "$1" = zsh ]; then
        sed 's/^compdef .*/if [ "$funcstack[1]" = _amibridge ]; then _amibridge_completion; else &; fi/'
    else
        cat
    fi
