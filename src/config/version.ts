/** keysweep's own version, the same as in package.json (a test compares them); the Lambda's bundle holds no package.json. */
export const VERSION = '0.1.0';
