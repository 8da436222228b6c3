import type { Plugin } from 'esbuild';

/** The log of the proxy agents, which needs `require`, and a sign-in with a native module: both unused. */
export const dropProxyExtras: Plugin = {
  name: 'drop-proxy-extras',
  setup: (bundling) => {
    bundling.onResolve({ filter: /^(debug|proxy-agent-negotiate)$/ }, ({ path }) => ({
      path,
      namespace: 'unused',
    }));
    bundling.onLoad({ filter: /^/, namespace: 'unused' }, () => ({
      contents: 'export default () => () => {}; export const createNegotiateAuth = undefined;',
    }));
  },
};
