export type DeepReadonly<T> = T extends Date ? T : { readonly [Key in keyof T]: DeepReadonly<T[Key]> };
