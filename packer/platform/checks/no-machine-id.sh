#!/bin/sh
# No machine-id comes with the image: instances that share one get each other's addresses and log lines.
# On a running instance what is older than its boot came with the image; with IMAGE_STATE=sealed, as the last step of the
# bake, everything that is there goes into the image.
set -u
booted=$(sed -n "s/^btime //p" /proc/stat)
in_image() { [ "${IMAGE_STATE:-booted}" = sealed ] || [ "$(stat -c %Y "$1")" -lt "$((booted - 60))" ]; }
failed=0
found() { echo "$1"; failed=1; }

for file in /etc/machine-id /var/lib/dbus/machine-id; do
  # systemd takes over D-Bus's where its own is empty; most systems have a link there.
  [ -L "$file" ] && continue
  grep -q '^[0-9a-f]\{32\}$' "$file" 2> /dev/null && in_image "$file" && found "$file is in the image: empty it"
done
[ "$failed" = 0 ] && echo 'none'
exit "$failed"
