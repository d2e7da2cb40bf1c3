#!/bin/sh
# No instance metadata without a token. On an instance that was launched so anyhow the probe alone proves nothing of the
# image: the test build tells in IMAGE_IMDS_SUPPORT what the image itself asks for.
set -u
endpoint=${AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254}
failed=0

case ${IMAGE_IMDS_SUPPORT-unknown} in
  v2.0 | unknown) ;;
  *) echo 'the image does not ask for IMDSv2: set imds_support = "v2.0" in its template'; failed=1 ;;
esac

if ! command -v curl > /dev/null 2>&1; then
  echo 'cannot ask the metadata service: there is no curl'
  exit 1
fi
ask() { curl --silent --noproxy '*' --max-time 5 --output /dev/null --write-out '%{http_code}' "$@"; }
status=$(ask "$endpoint/latest/meta-data/")
case $status in
  401 | 403) echo "without a token the metadata service answers $status" ;;
  404) echo 'the metadata service is off'; exit "$failed" ;;
  000) echo "no metadata service answers at $endpoint"; exit 1 ;;
  *) echo "without a token the metadata service answers $status: IMDSv1 is on"; failed=1 ;;
esac
exit "$failed"
