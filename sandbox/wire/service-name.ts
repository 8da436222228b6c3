/** As in the scope of a signature. */
export const SERVICE_NAMES = [
  'iam',
  'sts',
  'organizations',
  'tagging',
  's3',
  'lambda',
  'cloudformation',
  'scheduler',
  'states',
  'kms',
  'sns',
  'events',
  'ses',
  'securityhub',
] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];
