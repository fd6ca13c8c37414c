#!/bin/sh
# Installs the Debian packages named in a file, if any of them is missing. Needs root or sudo.
set -eu
missing=""
while read -r name; do
  [ -n "$name" ] || continue
  dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null | grep -q '^installed$' || missing="$missing $name"
done < "$1"
case "${PYTHON_VENV_CHECK:-yes}" in
  yes) python3 -c 'import venv, ensurepip' 2>/dev/null || missing="$missing python3-venv" ;;
esac
[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null 2>&1; then
  echo "Please install these packages yourself, then run make again:$missing" >&2
  exit 1
fi
sudo=""
[ "$(id -u)" -eq 0 ] || sudo="sudo"
echo "   installing:$missing"
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null
