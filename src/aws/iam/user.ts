/** A member of a group, as `GetGroup` returned it. */
export interface IamUser {
  readonly userName: string;
  readonly userId: string;
  readonly arn: string;
}

/** An access key as `ListAccessKeys` returned it; never its secret. */
export interface AccessKey {
  readonly accessKeyId: string;
  /** `Active`, `Inactive` or `Expired`; a key with any other status is never written to. */
  readonly status: string;
  readonly createDate: Date;
}
