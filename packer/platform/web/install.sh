#!/bin/sh
set -eu
sudo dnf --assumeyes install "nginx-$NGINX_VERSION*"
sudo systemctl enable nginx
echo nginx | sudo tee -a /etc/image-services > /dev/null
