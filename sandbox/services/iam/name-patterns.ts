/** Names as IAM takes them: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html */
export function nameUpTo(longest: number): RegExp {
  return new RegExp(`^[\\w+=,.@-]{1,${longest}}$`);
}

export const PATH = /^\/([\x21-\x7e]{0,510}\/)?$/;
