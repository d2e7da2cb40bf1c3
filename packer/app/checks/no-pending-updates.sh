#!/bin/sh
# The repositories have nothing newer than what is installed. Where they cannot be asked, nothing is known: that fails.
set -u

pending() {
  echo 'updates are pending:'
  echo "$1" | head -n 20
  exit 1
}

silent() {
  echo "$1 cannot ask the repositories:"
  echo "$2" | tail -n 5
  exit 1
}

ask_dnf() {
  id=$(. /etc/os-release && echo "$ID-$VERSION_ID")
  # Amazon Linux 2023 keeps to the release of its AMI, where nothing is ever pending: the newest release counts.
  if [ "$id" = amzn-2023 ]; then
    set -- --releasever=latest
  else
    set --
  fi
  said=$("$manager" --quiet "$@" check-update 2>&1)
  case $? in
    0)
      echo 'none'
      exit 0
      ;;
    100) pending "$(echo "$said" | sed -e '/^Obsoleting Packages/,$d' -e '/^[[:space:]]*$/d')" ;;
    *) silent "$manager" "$said" ;;
  esac
}

ask_apt() {
  # Right after the boot apt's own timers may hold the lock.
  for attempt in 1 2 3 4 5 6; do
    said=$(apt-get --quiet -o APT::Update::Error-Mode=any update 2>&1) && break
    case $said in
      *'Could not get lock'*) [ "$attempt" -lt 6 ] || silent apt "$said" ;;
      *) silent apt "$said" ;;
    esac
    sleep 10
  done
  said=$(apt-get --simulate dist-upgrade 2>&1) || silent apt "$said"
  updates=$(echo "$said" | sed -n 's/^Inst \([^ ]*\) .*(\([^ ]*\) .*/\1 \2/p')
  [ -z "$updates" ] || pending "$updates"
  echo 'none'
}

for manager in dnf yum; do command -v "$manager" > /dev/null 2>&1 && ask_dnf; done
if ! command -v apt-get > /dev/null 2>&1; then
  echo 'neither dnf nor yum nor apt here'
  exit 77
fi
ask_apt
