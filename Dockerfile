# Of one major version, so that fixes of Node and Debian come with a new build.
FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./

FROM packages AS production
COPY scripts/sbom.mjs scripts/
# No package's own scripts run; none that production needs has any.
RUN npm ci --omit=dev --ignore-scripts && node scripts/sbom.mjs > sbom.cdx.json && mkdir data

FROM packages AS build
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

FROM node:24-bookworm-slim
ARG VERSION=1.0.0
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="API key manager" \
      org.opencontainers.image.description="API keys for people who log in with OpenID Connect; rights follow Keycloak" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.created="$CREATED"
ENV NODE_ENV=production APIKM_HOST=:: APIKM_PORT=8000 APIKM_METRICS_PORT=9464
WORKDIR /app
COPY LICENSE package.json ./
COPY --from=production /app/sbom.cdx.json ./
COPY --from=production /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# All else may be read-only, and everybody may read it. A volume is mounted here for the embedded database, pglite:/data/db;
# the group is that of the users whom OpenShift makes up.
COPY --from=production --chown=1000:0 --chmod=0770 /app/data /data
# By number: Kubernetes can tell only so that the user is not root.
USER 1000:0
EXPOSE 8000 9464
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.APIKM_PORT}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/main.js"]
