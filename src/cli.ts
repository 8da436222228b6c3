#!/usr/bin/env node
import { keysweep } from './commands/keysweep.ts';
import { openTerminal } from './commands/terminal.ts';

// Which Node the SDK will need one day is for us, who pin it, and not for whoever sweeps.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

process.exitCode = await keysweep(process.argv.slice(2), openTerminal());
