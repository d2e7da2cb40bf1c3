#!/bin/sh
# Tells the bakery what is in the image: a line for each package, and one to say that the list is whole. A night that
# changed none of them need not be published. What is installed by other means is not in it: print such a line for it.
set -eu
if command -v rpm > /dev/null; then
  rpm --query --all --queryformat 'bakery-package: %{NAME} %{EPOCHNUM}:%{VERSION}-%{RELEASE}.%{ARCH}\n'
fi
if command -v dpkg-query > /dev/null; then
  dpkg-query --show --showformat '${db:Status-Status} bakery-package: ${Package} ${Version}.${Architecture}\n' |
    sed -n 's/^installed //p'
fi
echo 'bakery-packages: whole'
