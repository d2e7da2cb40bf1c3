#!/bin/sh
# What is to run runs: the boot is over, no unit has failed, and every unit that /etc/image-services names (one a line,
# written by whoever installs it) is enabled and active.
set -u
if ! command -v systemctl > /dev/null 2>&1; then
  echo 'no systemd here: nothing to ask'
  exit 77
fi

state=$(timeout 180 systemctl is-system-running --wait 2> /dev/null)
failed=0
case $state in
  running | degraded) ;;
  offline) echo 'systemd is not what booted this: nothing to ask'; exit 77 ;;
  *) echo "after three minutes the boot is not over: ${state:-no answer}"; failed=1 ;;
esac

for unit in $(systemctl list-units --failed --no-legend --plain | awk '{ print $1 }'); do
  echo "$unit has failed ($(systemctl show --property=Result --value "$unit"))"
  failed=1
done

if [ -f /etc/image-services ]; then
  for unit in $(sed 's/#.*//' /etc/image-services); do
    systemctl is-active --quiet "$unit" ||
      { echo "$unit is $(systemctl is-active "$unit"), and /etc/image-services names it"; failed=1; }
    systemctl is-enabled --quiet "$unit" || { echo "$unit would not come back after a reboot: not enabled"; failed=1; }
  done
fi
[ "$failed" = 0 ] && echo "$state; services named and up: $(sed 's/#.*//' /etc/image-services 2> /dev/null | wc -w | tr -d ' ')"
exit "$failed"
