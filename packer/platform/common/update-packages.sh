#!/bin/sh
# Amazon Linux locks its repositories to the release of the AMI: without a release version, "update" finds nothing.
set -eu
sudo dnf --assumeyes --releasever=latest upgrade
