import { figures } from './architecture/figures.ts';

// `npm run architecture`, of this checkout or of another: `npm run architecture -- ../an-older-one`.
for (const [what, number] of Object.entries(await figures(process.argv[2] ?? '.'))) {
  process.stdout.write(`${String(number).padStart(7)}  ${what}\n`);
}
