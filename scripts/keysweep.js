import module from 'node:module';
import { pathToFileURL } from 'node:url';

import { builtProgram } from './built-program.js';

// `npm run keysweep`: as bin/keysweep.js, from the sources of this clone.
module.enableCompileCache?.();
await import(pathToFileURL(await builtProgram()).href);
