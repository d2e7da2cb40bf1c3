#!/bin/sh
set -eu
sudo dnf --assumeyes install java-21-amazon-corretto-headless
