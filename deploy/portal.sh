#!/usr/bin/env bash
# What the image runs: trusts the private authority that compose.yaml mounts, then is the portal's own user.
set -euo pipefail
update-ca-certificates >/dev/null
exec setpriv --reuid strokecare --regid strokecare --init-groups dotnet /app/StrokeCare.Server.dll "$@"
