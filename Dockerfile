# Debian, not Alpine: the embedded Postgres is linked against glibc.
FROM node:24-bookworm-slim AS build
WORKDIR /tagway
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json knexfile.ts ./
COPY README.md CHANGELOG.md CONTRIBUTING.md ./
COPY docs ./docs
COPY scripts/build ./scripts/build
COPY console ./console
COPY src ./src
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:24-bookworm-slim
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
