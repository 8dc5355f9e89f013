#!/bin/sh
# Let this user's desktop know Bazaar and open bazaar: links with it.
# usage: packaging/linux/install.sh [PROGRAM]   (else .venv/bin/bazaar of this folder)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=${1:-$(cd "$here/../.." && pwd)/.venv/bin/bazaar}
[ -x "$program" ] || { echo "there is no program $program" >&2; exit 1; }
places=${XDG_DATA_HOME:-$HOME/.local/share}/applications
mkdir -p "$places"
sed "s#^Exec=bazaar #Exec=\"$program\" #" "$here/p2p-bazaar.desktop" > "$places/p2p-bazaar.desktop"
pictures=${XDG_DATA_HOME:-$HOME/.local/share}/icons/hicolor/scalable/apps
mkdir -p "$pictures"
cp "$here/../../gui/icons/p2p-bazaar.svg" "$pictures/p2p-bazaar.svg"
if command -v update-desktop-database > /dev/null; then update-desktop-database "$places"; fi
if command -v xdg-mime > /dev/null; then
  xdg-mime default p2p-bazaar.desktop x-scheme-handler/bazaar
else
  echo "xdg-mime is not here: choose Bazaar for bazaar: links by hand" >&2
fi
echo "$places/p2p-bazaar.desktop"
