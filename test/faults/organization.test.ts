import { holdToThePage } from './holding.ts';

holdToThePage((call) => !call.startsWith('iam:') && !call.startsWith('s3:'));
