import { describe, expect, it } from 'vitest';

import { checkKeyId, keyIdsIn } from '../../../src/sweep/leak/key-ids.ts';

const KEY = 'AKIAIOSFODNN7EXAMPLE';

describe('keyIdsIn', () => {
  it('finds keys and sessions in any text, each once', () => {
    const text = `{"Match":"aws_access_key_id = ${KEY}"}\nconst id='ASIAIOSFODNN7EXAMPLE' // ${KEY}`;
    expect(keyIdsIn(text)).toEqual([KEY, 'ASIAIOSFODNN7EXAMPLE']);
  });

  it.each(['', 'AKIA', `x${KEY}`, 'AROAIOSFODNN7EXAMPLE', KEY.toLowerCase(), 'AKIA0000000000000000'])(
    'finds none in %j',
    (text) => expect(keyIdsIn(text)).toEqual([]),
  );
});

describe('checkKeyId', () => {
  it('takes the ID of a key', () => expect(checkKeyId(KEY)).toBeUndefined());

  it.each([
    ['ASIAIOSFODNN7EXAMPLE', 'session-key', "revoke the role's sessions"],
    ['AROAIOSFODNN7EXAMPLE', 'not-a-key', 'the ID of a role'],
    ['AIDAIOSFODNN7EXAMPLE', 'not-a-key', 'the ID of an IAM user'],
    ['AKIAIOSFODNN7EXAMPL', 'malformed', 'this has 19 characters. Copy'],
    ['AKIAIOSFODNN7EXAMPLES', 'malformed', 'this has 21 characters. Copy'],
    ['akiaiosfodnn7example', 'malformed', `The nearest that can be one is ${KEY}.`],
    ['AKIA10SF0DNN7EXAMPLE', 'malformed', `The nearest that can be one is AKIAIOSFODNN7EXAMPLE.`],
    ['', 'malformed', 'this has 0 characters'],
    ['constructor', 'malformed', 'this has 11 characters'],
  ] as const)('says of %j that it is %s', (id, status, message) => {
    expect(checkKeyId(id)).toMatchObject({ status });
    expect(checkKeyId(id)?.message).toContain(message);
  });
});
