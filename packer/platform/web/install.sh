#!/bin/sh
set -eu
sudo dnf --assumeyes install "nginx-$NGINX_VERSION*"
sudo systemctl enable nginx
