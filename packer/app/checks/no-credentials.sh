#!/bin/sh
# No credential comes with the image: keys of AWS, private keys, passwords of tools, shell histories, and what cloud-init
# kept of the instance that the image was baked on. Says where, never what.
# On a running instance what is older than its boot came with the image; with IMAGE_STATE=sealed, as the last step of the
# bake, everything that is there goes into the image.
set -u
booted=$(sed -n "s/^btime //p" /proc/stat)
in_image() { [ "${IMAGE_STATE:-booted}" = sealed ] || [ "$(stat -c %Y "$1")" -lt "$((booted - 60))" ]; }
failed=0
found() { echo "$1"; failed=1; }

homes=$(cut -d: -f6 /etc/passwd | sort -u | grep -v '^/$')

# says WHAT PATTERN FILE: the file holds a line like this one.
says() { [ -f "$3" ] && in_image "$3" && grep -Eqi -e "$2" "$3" && found "$3 holds $1"; }

for home in /etc/skel $homes; do
  for file in .bash_history .zsh_history .sh_history .ash_history .python_history .psql_history .mysql_history; do
    [ -s "$home/$file" ] && in_image "$home/$file" && found "$home/$file: a history of commands"
  done
  for file in .netrc .git-credentials .pgpass .vault-token; do
    [ -s "$home/$file" ] && in_image "$home/$file" && found "$home/$file holds credentials"
  done
  says 'AWS credentials' '^[[:space:]]*aws_(secret_access_key|session_token)[[:space:]]*=' "$home/.aws/credentials"
  says 'AWS credentials' '^[[:space:]]*aws_(secret_access_key|session_token)[[:space:]]*=' "$home/.aws/config"
  says 'a login of a registry' '"(auth|identitytoken)"[[:space:]]*:[[:space:]]*"[^"]' "$home/.docker/config.json"
  says 'a token of a registry' '_(authToken|auth|password)[[:space:]]*=' "$home/.npmrc"
  says 'a password' '^[[:space:]]*password[[:space:]]*=' "$home/.my.cnf"
  says 'credentials' '(token|client-key-data|password):[[:space:]]*[^[:space:]]' "$home/.kube/config"
done

# Text files that people and scripts write. Host keys have a check of their own; data of containers is theirs.
texts() {
  for folder in /etc /home /root /opt /srv /usr/local /var $homes; do
    [ -d "$folder" ] && find "$folder" -xdev \( -path /var/lib/docker -o -path /var/lib/containerd -o -path /var/cache \
      -o -path /var/lib/dpkg -o -path /var/lib/rpm -o -path /var/lib/apt \) -prune \
      -o -type f -size -1024k ! -name 'ssh_host_*_key' "$@"
  done | sort -u
}
texts -exec grep -IlE -e '-----BEGIN ([A-Z]+ )*PRIVATE KEY-----' {} + 2> /dev/null > "${list:=$(mktemp)}"
while read -r file; do in_image "$file" && found "$file holds a private key"; done < "$list"
texts -exec grep -IlE -e '(^|[^A-Za-z0-9])(AKIA|ASIA)[A-Z0-9]{16}([^A-Za-z0-9]|$)' {} + 2> /dev/null > "$list"
while read -r file; do
  # AWS's documentation ends its keys in EXAMPLE.
  grep -Eo '(AKIA|ASIA)[A-Z0-9]{16}' "$file" | grep -qv 'EXAMPLE$' || continue
  in_image "$file" && found "$file holds an access key of AWS"
done < "$list"
rm -f "$list"

for folder in /var/lib/cloud/instances/*; do
  [ -d "$folder" ] && in_image "$folder" && found "$folder: user data of another instance"
done
for log in /var/log/cloud-init.log /var/log/cloud-init-output.log; do
  [ -s "$log" ] && in_image "$log" && found "$log: what the first boot of another instance printed"
done
[ "$failed" = 0 ] && echo 'none'
exit "$failed"
