#!/bin/sh
# Run once by the image of PostgreSQL, when its volume is empty.
set -eu
psql --set ON_ERROR_STOP=1 --username postgres \
  --set apikm="$APIKM_DATABASE_PASSWORD" --set keycloak="$KEYCLOAK_DATABASE_PASSWORD" <<'SQL'
CREATE ROLE apikm LOGIN PASSWORD :'apikm';
CREATE DATABASE apikm OWNER apikm;
CREATE ROLE keycloak LOGIN PASSWORD :'keycloak';
CREATE DATABASE keycloak OWNER keycloak;
SQL
