#!/usr/bin/env bash
# Make sure that there is a browser, in which the tests open the report.
set -euo pipefail

# As in tests/browsers.py.
BROWSERS=(chromium chromium-browser google-chrome google-chrome-stable chrome)
case ${1:-} in
    '') ;;
    -h | --help)
        cat <<'EOF'
Usage: bash tools/setup_browser.sh

Looks for Chromium or Chrome; as root on Debian or Ubuntu it installs chromium by apt-get
where there is none, otherwise it says what to do and returns 1. Only the test of the
report in a browser needs one, and without it that test is skipped.

Variable: MM_LAZINESS_BROWSER, the path of another browser built on Chromium.

Example: bash tools/setup_browser.sh && bash tools/run_tests.sh -k browser
EOF
        exit ;;
    *) echo "setup_browser: unknown argument $1; see --help" >&2; exit 2 ;;
esac

say() { echo "setup_browser: $*" >&2; }

find_browser() {
    local name names=("${BROWSERS[@]}")
    [[ -z ${MM_LAZINESS_BROWSER:-} ]] || names=("$MM_LAZINESS_BROWSER")
    for name in "${names[@]}"; do
        command -v "$name" && return
    done
    return 1
}

if path=$(find_browser); then
    say "found $path"
    exit
fi
if [[ -n ${MM_LAZINESS_BROWSER:-} ]]; then
    say "MM_LAZINESS_BROWSER=$MM_LAZINESS_BROWSER is no program; correct or unset it"
    exit 1
fi
if ((EUID == 0)) && command -v apt-get >/dev/null; then
    say 'installing chromium by apt-get'
    export DEBIAN_FRONTEND=noninteractive
    if { apt-get -qq update && apt-get -qq install -y --no-install-recommends chromium; } >&2 &&
        path=$(find_browser); then
        say "installed $path"
        exit
    fi
    say 'apt-get could not install chromium, see above'
fi
say 'there is no browser; run, as root: apt-get install chromium'
say 'or install Google Chrome, or name another one in MM_LAZINESS_BROWSER'
exit 1
