/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html */
export function nameUpTo(maximumLength: number): RegExp {
  return new RegExp(`^[\\w+=,.@-]{1,${maximumLength}}$`);
}

export const PATH = /^\/([\x21-\x7e]{0,510}\/)?$/;
