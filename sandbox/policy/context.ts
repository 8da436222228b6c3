/** Gives the value of a condition key of the request. The key is in lower case. */
export type Context = (key: string) => string | undefined;

export type Matcher = (value: string, context: Context) => boolean;

/** Separates the values of a key that has several. */
export const VALUES = '\n';
