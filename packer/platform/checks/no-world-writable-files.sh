#!/bin/sh
# No file that everybody may change, and no such folder without the sticky bit, on any disk of the instance.
set -u

disks() {
  echo /
  while read -r _ folder type _; do
    case $type in ext[234] | xfs | btrfs) printf '%b\n' "$folder" ;; esac
  done < /proc/mounts
}

found=$(disks | sort -u | while read -r disk; do
  find "$disk" -xdev \( -type f -o -type d ! -perm -1000 \) -perm -0002 -print 2> /dev/null
done | sort -u)
if [ -z "$found" ]; then
  echo 'none'
  exit 0
fi
failed=1
echo "everybody may write to these $(echo "$found" | wc -l | tr -d ' '):"
echo "$found" | head -n 20
exit "$failed"
