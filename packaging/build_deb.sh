#!/usr/bin/env bash
# Builds the Debian package from the wheel in dist/, for the Debian release that this machine runs; see `make deb`.
#
# It holds a virtual environment of the system's Python at /opt/amibridge, with the versions of constraints.txt.
# It is built in a folder, so what knows that folder's name is written anew.
#
#   DIST           where the wheel is, and the package goes     REVISION       higher when only the libraries changed
#   OUR_PYTHON     one with pip and amibridge                   SYSTEM_PYTHON  the release's own
set -euo pipefail
umask 022
cd "$(dirname "$0")/.."

DIST=${DIST:-dist}
OUR_PYTHON=${OUR_PYTHON:-.venv/bin/python}
SYSTEM_PYTHON=${SYSTEM_PYTHON:-/usr/bin/python3}
REVISION=${REVISION:-1}
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH

read -r python next_python < <("$SYSTEM_PYTHON" -c \
    'import sys; a, b = sys.version_info[:2]; print(f"{a}.{b}", f"{a}.{b + 1}")')
upstream=$("$OUR_PYTHON" -c 'from amibridge import VERSION; print(VERSION)')
version=$upstream-$REVISION
architecture=$(dpkg --print-architecture)
wheel=$DIST/amibridge-$upstream-py3-none-any.whl

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
home=$root/opt/amibridge
docs=$root/usr/share/doc/amibridge
mkdir -p "$root/DEBIAN" "$docs"

# The program.
"$SYSTEM_PYTHON" -m venv --without-pip --symlinks "$home"
"$OUR_PYTHON" -m pip --python "$home/bin/python" --quiet --disable-pip-version-check install --no-compile \
    --constraint constraints.txt "$wheel"
rm -r "$home/include"
find "$home/bin" -mindepth 1 ! -name 'python*' ! -name amibridge -delete
find "$home" -name direct_url.json -delete
sed -i "s|$home|/opt/amibridge|g" "$home/bin/amibridge" "$home/pyvenv.cfg"
find "$home/lib" -name '*.so' -exec chmod 644 {} +
"$SYSTEM_PYTHON" -m compileall -q --invalidation-mode unchecked-hash -s "$root" -p / "$home/lib"
mkdir -p "$root/usr/bin"
ln -s /opt/amibridge/bin/amibridge "$root/usr/bin/amibridge"

# The service. The package's daemon, whatever else is on the PATH.
install -D -m 644 -t "$root/lib/systemd/system" systemd/*.service
sed -i 's|^ExecStart=amibridge|ExecStart=/usr/bin/amibridge|' "$root"/lib/systemd/system/*.service
install -D -m 644 -t "$root/usr/lib/sysusers.d" systemd/sysusers.d/amibridge.conf
install -D -m 644 -t "$root/usr/lib/tmpfiles.d" systemd/tmpfiles.d/amibridge.conf
install -d -m 750 "$root/etc/amibridge"
install -m 640 -t "$root/etc/amibridge" config/amibridge.toml

# What is to be read.
cp -r README.md CHANGELOG.md CONTRIBUTING.md LICENSE docs config "$docs/"
find "$docs" -name __pycache__ -prune -exec rm -r {} +
find "$docs" -type f -exec chmod 644 {} +
install -m 644 packaging/debian/copyright "$docs/copyright"
install -m 644 CHANGELOG.md "$docs/changelog"
printf 'amibridge (%s) stable; urgency=medium\n\n  * See changelog.gz.\n\n -- %s  %s\n' "$version" \
    "$(sed -n 's/^Maintainer: //p' packaging/debian/control)" \
    "$(date -u -R -d "@$SOURCE_DATE_EPOCH")" > "$docs/changelog.Debian"
mkdir -p "$root/usr/share/man/man1"
"$OUR_PYTHON" packaging/manual.py > "$root/usr/share/man/man1/amibridge.1"
gzip -9n "$docs/changelog" "$docs/changelog.Debian" "$root/usr/share/man/man1/amibridge.1"
complete() { # SHELL FILE
    mkdir -p "$(dirname "$root/usr/share/$2")"
    OUR_PYTHON=$OUR_PYTHON packaging/completion.sh "$1" > "$root/usr/share/$2"
}
complete bash bash-completion/completions/amibridge
complete zsh zsh/vendor-completions/_amibridge
complete fish fish/vendor_completions.d/amibridge.fish

# The package.
install -D -m 644 packaging/debian/lintian-overrides "$root/usr/share/lintian/overrides/amibridge"
install -m 755 -t "$root/DEBIAN" packaging/debian/{postinst,prerm,postrm}
echo /etc/amibridge/amibridge.toml > "$root/DEBIAN/conffiles"
sed -e "s|@VERSION@|$version|" -e "s|@ARCHITECTURE@|$architecture|" -e "s|@PYTHON@|$python|" \
    -e "s|@NEXT_PYTHON@|$next_python|" -e "s|@INSTALLED_KIB@|$(du -ks --exclude=DEBIAN "$root" | cut -f1)|" \
    packaging/debian/control > "$root/DEBIAN/control"
(cd "$root" && find . -type f ! -path './DEBIAN/*' ! -path ./etc/amibridge/amibridge.toml -printf '%P\0' |
    LC_ALL=C sort -z | xargs -0 md5sum > DEBIAN/md5sums)
deb=$DIST/amibridge_${version}_$architecture.deb
dpkg-deb --root-owner-group --build "$root" "$deb"
