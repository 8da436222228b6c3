import { holdToThePage } from './holding.ts';

holdToThePage((call) => call.startsWith('s3:'));
