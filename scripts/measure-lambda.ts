import { describeFigures, measureLambda } from './lambda-figures.ts';

/*
 * Prints size and import time of the Lambda: the median of nine new processes.
 *
 *     node --import tsx scripts/measure-lambda.ts
 */
process.stdout.write(`${describeFigures(await measureLambda(9))}\n`);
