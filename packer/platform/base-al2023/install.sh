#!/bin/sh
# The agent is enabled by whoever has a configuration for it; without one it would not start.
set -eu
sudo dnf --assumeyes install amazon-cloudwatch-agent chrony
sudo systemctl enable chronyd
# What this file names has to run on every instance: checks/services-up.sh.
echo chronyd | sudo tee -a /etc/image-services > /dev/null
