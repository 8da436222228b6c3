/** Variables of the environment that the SDK goes by in every test. */
export const SDK = {
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  /**
   * Organizations in the sandbox live at other times. The SDK sends a call again, with pauses, that was
   * refused by a service whose clock is more than four minutes off. No run does that: it begins only where
   * the clocks agree (src/aws/caller.ts).
   */
  AWS_DISABLE_CLOCK_SKEW_CORRECTION: 'true',
  /** Else each client looks for them in files that are not there. */
  AWS_USE_FIPS_ENDPOINT: 'false',
  AWS_USE_DUALSTACK_ENDPOINT: 'false',
} as const;
