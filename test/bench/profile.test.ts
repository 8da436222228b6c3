import { expect, it } from 'vitest';

import { sharesOf } from '../../bench/profile.ts';

const PROGRAM = [
  '// node_modules/@smithy/signature-v4/sign.js',
  'sign',
  '// src/rules/decide-keys.ts',
  'judge',
  '// bench/name-json.ts',
  'json',
].join('\n');

it('adds up where the time went, by kind of work', () => {
  const frames = [
    { functionName: '(idle)', url: '', lineNumber: -1 },
    { functionName: 'sign', url: 'file:///bundle.mjs', lineNumber: 1 },
    { functionName: 'judge', url: 'file:///bundle.mjs', lineNumber: 3 },
    { functionName: 'parseJson', url: 'file:///bundle.mjs', lineNumber: 5 },
    { functionName: 'writev', url: '', lineNumber: -1 },
    { functionName: 'runMicrotasks', url: '', lineNumber: -1 },
  ];
  const profile = {
    nodes: frames.map((callFrame, id) => ({ id, callFrame })),
    samples: [0, 1, 2, 3, 4, 5],
    timeDeltas: [40, 20, 15, 10, 10, 5],
  };
  const shares = sharesOf(profile, PROGRAM);
  expect(shares).toMatchObject({
    idle: 0.4,
    JSON: 0.1,
    signing: 0.2,
    'keysweep itself': 0.15,
    'HTTP and sockets': 0.1,
    'rest of Node': 0.05,
  });
  expect(Object.values(shares).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
});
