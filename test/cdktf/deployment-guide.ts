import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const GUIDE = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'deployment.md'), 'utf8');

export const JSON_BLOCKS = [...GUIDE.matchAll(/^```json\n(.*?)^```/gms)].map(([, json = '']) => json);

/** The service control policy that protects the rotation role. */
export const SCP = /<!-- scp -->\s+```json\n(.*?)^```/ms.exec(GUIDE)?.[1] ?? '';
