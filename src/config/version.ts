/** The version in package.json, which the bundle of the Lambda does not contain. */
export const VERSION = '0.1.0';
