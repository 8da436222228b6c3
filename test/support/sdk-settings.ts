/** Environment variables of the SDK in every test. */
export const SDK = {
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  /**
   * Sandboxes have other times. The SDK retries, with pauses, a call that a service with a clock more than
   * four minutes off rejected. No run does that: it starts only if the clocks agree (src/aws/caller.ts).
   */
  AWS_DISABLE_CLOCK_SKEW_CORRECTION: 'true',
  /** Otherwise each client searches for them in files that do not exist. */
  AWS_USE_FIPS_ENDPOINT: 'false',
  AWS_USE_DUALSTACK_ENDPOINT: 'false',
} as const;
