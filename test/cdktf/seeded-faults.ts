import type { JsonObject, StackJson, Stacks } from './synthesised.ts';

/** A mistake that `terraform validate` must find, and its message. */
interface SeededFault {
  readonly fault: string;
  readonly seed: (stackset: Stacks, direct: Stacks) => StackJson;
  readonly says: RegExp;
}

const SCHEDULE = ['aws_scheduler_schedule', 'schedule'] as const;
const ROTATOR = ['aws_lambda_function', 'rotator'] as const;

/** They test the validation itself. */
export const seededFaults: SeededFault[] = [
  inRotator(
    'a reference to an attribute that does not exist',
    ROTATOR,
    /Unsupported attribute/,
    (rotator) => {
      rotator.role = '${aws_iam_role.rotator-role.amazon_resource_name}';
    },
  ),
  inRotator('a reference to a resource that does not exist', ROTATOR, /undeclared resource/, (rotator) => {
    rotator.role = '${aws_iam_role.nobody.arn}';
  }),
  inRotator('a function that does not exist', ROTATOR, /Call to unknown function/, (rotator) => {
    rotator.description = '${shout("rotator")}';
  }),
  inRotator('a variable that does not exist', ROTATOR, /undeclared input variable/, (rotator) => {
    rotator.description = '${var.description}';
  }),
  inRotator('an argument that does not exist', ROTATOR, /Extraneous JSON object property/, (rotator) => {
    rotator.memory = 1769;
  }),
  inRotator('a missing argument', ROTATOR, /"function_name" is required/, (rotator) => {
    delete rotator.function_name;
  }),
  inRotator('an argument of the wrong type', ROTATOR, /a number is required/, (rotator) => {
    rotator.timeout = 'fifteen minutes';
  }),
  inRotator(
    'a nested argument that does not exist',
    SCHEDULE,
    /Extraneous JSON object property/,
    ({ target }) => {
      Object.assign(target as JsonObject, { dead_letter_arn: 'arn' });
    },
  ),
  inRotator('a missing nested argument', SCHEDULE, /"role_arn" is required/, ({ target }) => {
    delete (target as JsonObject).role_arn;
  }),
  inRotator('a nested argument of the wrong type', SCHEDULE, /a number is required/, ({ target }) => {
    Object.assign(target as JsonObject, { retry_policy: { maximum_retry_attempts: 'many' } });
  }),
  inRotator('a missing block', SCHEDULE, /Insufficient flexible_time_window blocks/, (schedule) => {
    delete schedule.flexible_time_window;
  }),
  inRotator('a block too many', SCHEDULE, /Too many flexible_time_window blocks/, (schedule) => {
    schedule.flexible_time_window = [{ mode: 'OFF' }, { mode: 'OFF' }];
  }),
  inRotator('a cycle', ['aws_cloudwatch_log_group', 'log'], /Cycle/, (log) => {
    log.name = '${aws_lambda_function.rotator.function_name}';
  }),
  inRotator(
    'an ignored change of an argument that does not exist',
    ROTATOR,
    /Unsupported attribute/,
    (rotator) => {
      rotator.lifecycle = { ignore_changes: ['code_hash'] };
    },
  ),
  inRotator(
    'an IAM variable that Terraform interpolates',
    ['aws_iam_role_policy', 'rotator-role-permissions'],
    /Extra characters/,
    (policy) => {
      policy.policy = '{"Condition":{"StringEquals":{"aws:ResourceOrgID":"${aws:PrincipalOrgID}"}}}';
    },
  ),
  {
    fault: 'a type of resource that does not exist',
    says: /Invalid resource type/,
    seed: (stackset) => {
      const stack = copyOf(stackset, 'keysweep-rotator');
      return { ...stack, resource: { ...stack.resource, aws_lambda_robot: { robot: {} } } };
    },
  },
  {
    fault: 'a provider that does not exist',
    says: /Provider configuration not present/,
    seed: (_, direct) => {
      const stack = copyOf(direct, 'keysweep-member-roles-001');
      return { ...stack, provider: { aws: stack.provider?.aws?.slice(0, 1) ?? [] } };
    },
  },
];

function inRotator(
  fault: string,
  [type, id]: readonly [string, string],
  says: RegExp,
  damage: (resource: JsonObject) => void,
): SeededFault {
  const seed = (stackset: Stacks) => {
    const stack = copyOf(stackset, 'keysweep-rotator');
    const resource = stack.resource?.[type]?.[id];
    if (resource === undefined) throw new Error(`${type}.${id} does not exist.`);
    damage(resource);
    return stack;
  };
  return { fault, seed, says };
}

function copyOf(stacks: Stacks, name: string): StackJson {
  const stack = stacks.get(name);
  if (stack === undefined) throw new Error(`Stack ${name} does not exist.`);
  return structuredClone(stack);
}
