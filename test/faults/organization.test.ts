import { holdToThePage } from './holding.ts';

holdToThePage((call) => !/^(iam|s3|kms):/.test(call));
