#!/usr/bin/env bash
# Run by compose.yaml beside the first member: makes the replica set and two users, and does nothing where they are.
set -euo pipefail
: "${MONGO_ADMIN_PASSWORD:?}" "${MONGO_PORTAL_PASSWORD:?}"

# The members' certificate names them, not this address.
shell=(mongosh --quiet --host 127.0.0.1 --tls --tlsCAFile /run/strokecare/ca.crt --tlsAllowInvalidHostnames)
admin=("${shell[@]}" --username admin --password "$MONGO_ADMIN_PASSWORD" --authenticationDatabase admin)

until "${shell[@]}" --eval 'db.hello().ok' >/dev/null 2>&1; do sleep 1; done
if "${admin[@]}" --eval 'rs.status().ok' >/dev/null 2>&1; then
  echo 'The replica set is there.'
  exit 0
fi

"${shell[@]}" --eval '
  try { rs.initiate({ _id: "rs0", members: [1, 2, 3].map(i => ({ _id: i, host: `mongo${i}:27017`, priority: i === 1 ? 2 : 1 })) }); }
  catch (already) { if (already.codeName !== "AlreadyInitialized") throw already; }'
until [[ $("${shell[@]}" --eval 'db.hello().isWritablePrimary') == true ]]; do sleep 1; done
"${shell[@]}" admin --eval 'db.createUser({ user: "admin", pwd: process.env.MONGO_ADMIN_PASSWORD, roles: ["root"] })'
# clusterMonitor, so that a portal sees an arbiter or a wrong shard key.
"${admin[@]}" admin --eval '
  db.createUser({ user: "portal", pwd: process.env.MONGO_PORTAL_PASSWORD, roles: [{ role: "readWrite", db: "stroke_care" }, "clusterMonitor"] })'
echo 'The replica set is made.'
