#!/bin/sh
set -eu
sudo dnf --assumeyes install nodejs22
sudo useradd --system --no-create-home shop
