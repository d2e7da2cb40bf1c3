#!/bin/sh
# No SSH host key comes with the image: instances that share one cannot be told apart. cloud-init makes new ones at the
# first boot and hides old ones by that, so that only the sealed image can prove it.
# On a running instance what is older than its boot came with the image; with IMAGE_STATE=sealed, as the last step of the
# bake, everything that is there goes into the image.
set -u
booted=$(sed -n "s/^btime //p" /proc/stat)
in_image() { [ "${IMAGE_STATE:-booted}" = sealed ] || [ "$(stat -c %Y "$1")" -lt "$((booted - 60))" ]; }
failed=0
found() { echo "$1"; failed=1; }

for key in /etc/ssh/ssh_host_*_key*; do
  [ -e "$key" ] && in_image "$key" && found "$key is in the image"
done
[ "$failed" = 0 ] && echo 'none'
exit "$failed"
