#!/bin/sh
# What must differ between instances, or must not be handed on, does not go into an AMI.
set -eu
sudo dnf clean all
sudo cloud-init clean --logs
sudo rm -f /etc/ssh/ssh_host_*_key* /root/.ssh/authorized_keys "$HOME/.ssh/authorized_keys"
sudo rm -f /root/.bash_history "$HOME/.bash_history" /var/lib/systemd/random-seed
sudo truncate --size=0 /etc/machine-id
