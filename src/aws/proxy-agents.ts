import { setMaxListeners } from 'node:events';
import type { AgentOptions } from 'node:https';

import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';

/** Imported when there is a proxy. */
export function proxyAgents(proxy: URL, settings: AgentOptions) {
  return {
    httpAgent: new HttpProxyAgent(proxy, settings),
    httpsAgent: new TunnelAgent(proxy, settings),
  };
}

/** {@link HttpsProxyAgent} has no way to end a connection whose CONNECT has no answer, and trusts no `ca`. */
class TunnelAgent extends HttpsProxyAgent<string> {
  readonly #closed: AbortController;

  constructor(proxy: URL, settings: AgentOptions) {
    const closed = new AbortController();
    setMaxListeners(0, closed.signal);
    super(proxy.href, { ...settings, signal: closed.signal });
    this.#closed = closed;
    Object.assign(this.options, { ca: settings.ca });
  }

  override destroy(): void {
    this.#closed.abort();
    super.destroy();
  }
}
