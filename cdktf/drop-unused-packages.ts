import type { Plugin } from 'esbuild';

/** What takes the place of packages that the rotator never uses. */
const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  // The log of the proxy agents, which needs `require`, and a sign-in with a native module.
  [
    /^(debug|proxy-agent-negotiate)$/,
    'export default () => () => {}; export const createNegotiateAuth = undefined;',
  ],
  [/^@aws-sdk\/credential-provider-(ini|process|sso|web-identity)$/, noCredentials()],
];

export const dropUnusedPackages: Plugin = {
  name: 'drop-unused-packages',
  setup: (bundling) => {
    for (const [filter, contents] of REPLACEMENTS) {
      bundling.onResolve({ filter }, ({ path }) => ({ path, namespace: 'unused' }));
      bundling.onLoad({ filter, namespace: 'unused' }, () => ({ contents }));
    }
  },
};

/** A Lambda has its credentials in the environment. The SDK asks the next source, as if this one had none. */
function noCredentials(): string {
  return `const absent = () => async () => {
    const message = 'A Lambda takes no credentials from profiles, SSO, processes or token files';
    throw Object.assign(new Error(message), { name: 'CredentialsProviderError', tryNextLink: true });
  };
  export { absent as fromIni, absent as fromProcess, absent as fromSSO, absent as fromTokenFile };`;
}
