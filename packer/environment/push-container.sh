# Builds the image of bakes and pushes it, unless the repository has it. Runs in the container project, after every
# deployment; its folder has the Dockerfile and `build-arguments`, one NAME=VALUE a line.
#   REPOSITORY   name of the repository in ECR
#   IMAGE        REGISTRY/REPOSITORY:TAG; the tag is made of what the image is made of
#   BASE_LOGIN   registry of the base where it is one of ECR that wants a login
set -euo pipefail

log="$(mktemp)"
if aws ecr describe-images --repository-name "$REPOSITORY" --image-ids "imageTag=${IMAGE##*:}" > "$log" 2>&1; then
  echo "container: $IMAGE is there, nothing to do"
  exit 0
fi
if ! grep --quiet ImageNotFoundException "$log"; then
  cat "$log" >&2
  exit 1
fi

log_in() {
  aws ecr get-login-password --region "$2" | docker login --username AWS --password-stdin "$1"
}
# ACCOUNT.dkr.ecr.REGION.amazonaws.com
region_of() { cut -d . -f 4 <<< "$1"; }
for registry in "${IMAGE%%/*}" ${BASE_LOGIN:-}; do log_in "$registry" "$(region_of "$registry")"; done

arguments=()
while IFS= read -r argument; do arguments+=(--build-arg "$argument"); done < build-arguments
# Docker passes these on from here without keeping them in the image.
for proxy in HTTP_PROXY HTTPS_PROXY NO_PROXY; do
  if [ -n "${!proxy:-}" ]; then arguments+=(--build-arg "$proxy"); fi
done

# One manifest under the tag: the untagged ones of attestations would be taken for leftovers.
export BUILDX_NO_DEFAULT_ATTESTATIONS=1
docker build --pull "${arguments[@]}" --tag "$IMAGE" .
docker push "$IMAGE"
echo "container: pushed $IMAGE"
