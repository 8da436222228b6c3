/** The type with nothing in it to assign to; what a schema infers is not so by itself. */
export type DeepReadonly<T> = T extends Date ? T : { readonly [Key in keyof T]: DeepReadonly<T[Key]> };
