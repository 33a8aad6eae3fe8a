#!/bin/sh
# A new version without a lost request: upgrade.sh /opt/vidensbro/releases/2027-01-15
# The folder holds the new version, installed by "make setup". See docs/run/upgrading.md.
set -eu

release=$1
current=/opt/vidensbro/current
[ -x "$release/.venv/bin/vidensbro" ] || { echo "$release holds no installed version" >&2; exit 2; }

systemctl start vidensbro-backup.service
# At one stroke, so that nothing ever starts from half a version.
ln -sfn "$release" "$current.new"
mv -T "$current.new" "$current"
# Each of them ends when its answers are given, and is waited for until it is ready. If one does not come, "set -e" ends
# this here, and the other goes on serving.
for one in 1 2; do
    systemctl restart "vidensbro-web@$one.service"
    systemctl is-active "vidensbro-web@$one.service"
done
systemctl restart vidensbro-worker.service
systemd-run --quiet --wait --pipe --uid=vidensbro --property=EnvironmentFile=/etc/vidensbro/environment \
    "$current/.venv/bin/vidensbro" doctor
