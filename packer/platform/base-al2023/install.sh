#!/bin/sh
set -eu
sudo dnf --assumeyes install amazon-cloudwatch-agent chrony
sudo systemctl enable amazon-cloudwatch-agent chronyd
sudo rpm --query --all --queryformat '%{NAME} %{EPOCHNUM}:%{VERSION}-%{RELEASE}.%{ARCH}\n' | sort | sudo tee /etc/image-packages > /dev/null
