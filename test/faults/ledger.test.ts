import { holdToThePage } from './holding.ts';

holdToThePage((call) => /^(s3|kms):/.test(call));
