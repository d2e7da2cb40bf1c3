#!/bin/sh
# Powers the build instance off after $1 minutes, whatever becomes of the build: CodeBuild stops builds without a signal,
# so that packer cannot always terminate its instance. shutdown_behavior = "terminate" makes "off" mean "gone".
set -eu
sudo shutdown -P "+$1" 'this build has taken too long'
