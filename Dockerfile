# docs/install.md says how to run it. Dependabot raises both digests.
FROM node:24.21.0-alpine@sha256:ebfe2f90462722a7a4de65e91990e97fe0d401c70e0e762c5b53302f905ec1c1 AS build
WORKDIR /source
COPY . .
RUN npm ci --ignore-scripts \
  && npm pack --pack-destination /package \
  && npm install --global --offline --prefix /installed /package/keysweep-*.tgz

# No shell and no npm: Node, its libraries, and the CAs.
FROM gcr.io/distroless/nodejs24-debian13:nonroot@sha256:9eeb7f5887d0e239e78264b06f7f11d2e14be534050481803a9e4728fcdd278e
COPY --from=build /installed/lib/node_modules/keysweep /keysweep
WORKDIR /work
USER 65532:65532
ENTRYPOINT ["/nodejs/bin/node", "/keysweep/bin/keysweep.js"]
CMD ["--help"]
