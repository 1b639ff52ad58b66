# Debian, not Alpine: the embedded Postgres is linked against glibc. A tag moves: for an image that can be built again, give
# the digest of the one that you mean (docs/deploy/container.md).
ARG NODE_IMAGE=node:24-bookworm-slim
FROM ${NODE_IMAGE} AS build
WORKDIR /tagway
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json knexfile.ts ./
COPY README.md CHANGELOG.md CONTRIBUTING.md ./
COPY docs ./docs
COPY scripts/build ./scripts/build
COPY console ./console
COPY src ./src
# What only the next build needs, and what npm notes of its own runs, stays out of the image.
RUN npm run build && npm prune --omit=dev --ignore-scripts \
  && rm -rf dist/.tsbuildinfo dist/.inputs node_modules/.package-lock.json node_modules/.cache

FROM ${NODE_IMAGE}
ENV NODE_ENV=production TAGWAY_HOST=0.0.0.0 TAGWAY_STATE_DIR=/state
WORKDIR /tagway
COPY --from=build /tagway/package.json ./
COPY --from=build /tagway/node_modules ./node_modules
COPY --from=build /tagway/dist ./dist
RUN mkdir /state && chown node:node /state
USER node
VOLUME /state
EXPOSE 9292
# node itself is process 1 and takes the stop signal; it drains before it goes.
CMD ["node", "dist/src/main.js"]
