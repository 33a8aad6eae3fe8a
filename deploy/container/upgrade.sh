#!/bin/sh
# A new version without a lost request: each web server in turn, when the other is ready. See docs/run/upgrading.md.
# Run it in deploy/container, with the new version checked out or VIDENSBRO_IMAGE set to it.
set -eu

ready() {
    docker compose exec -T "$1" python -c \
        "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=4)" 2>/dev/null
}

wait_until_ready() {
    left=120
    until ready "$1"; do
        left=$((left - 1))
        if [ "$left" -le 0 ]; then
            echo "$1 is not ready after four minutes; the others go on serving. Its log says why:" >&2
            docker compose logs --tail 20 "$1" >&2
            exit 1
        fi
        sleep 2
    done
    echo "$1 is ready"
}

# By the version that still runs: the new one would bring the database up to date first, and no way would lead back.
running=$(docker inspect --format '{{.Image}}' "$(docker compose ps --quiet web-1)")
VIDENSBRO_IMAGE=$running docker compose run --rm backup
# An image with a name of its own comes from where it is kept; a build here would put another under that name.
if docker compose config --images | grep -qx vidensbro; then
    docker compose build web-1
else
    docker compose pull web-1
fi
for one in web-1 web-2; do
    docker compose up --detach --no-deps --no-build "$one"
    wait_until_ready "$one"
    # The proxy looks every second; it must have seen this one before the other goes.
    sleep 5
done
docker compose up --detach --no-deps --no-build worker
docker compose exec -T web-1 vidensbro doctor
