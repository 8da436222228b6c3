import { figures } from './architecture/figures.ts';

// `npm run architecture`, for another checkout: `npm run architecture -- ../older-checkout`.
for (const [label, number] of Object.entries(await figures(process.argv[2] ?? '.'))) {
  process.stdout.write(`${String(number).padStart(7)}  ${label}\n`);
}
