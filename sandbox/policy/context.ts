/** What a request says about itself: the value of a condition key, which is given in lower case. */
export type Context = (key: string) => string | undefined;

export type Matcher = (value: string, context: Context) => boolean;
